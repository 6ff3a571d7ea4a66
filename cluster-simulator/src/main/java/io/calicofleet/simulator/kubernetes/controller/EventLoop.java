package io.calicofleet.simulator.kubernetes.controller;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one cluster's controllers one after another, on threads that all clusters share. An idle cluster costs no thread
 * and no timer.
 */
public final class EventLoop {

    private static final Logger LOGGER = LoggerFactory.getLogger(EventLoop.class);

    private final Executor executor;
    private final ScheduledExecutorService timer;
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    private boolean running;
    private boolean closed;

    public EventLoop(Executor executor, ScheduledExecutorService timer) {
        this.executor = executor;
        this.timer = timer;
    }

    /** Runs a task after those that wait. */
    public void submit(Runnable task) {
        synchronized (queue) {
            if (closed) {
                return;
            }
            queue.add(task);
            if (!running) {
                running = true;
                executor.execute(this::drain);
            }
        }
    }

    /** Runs a task later. */
    public void after(Duration delay, Runnable task) {
        if (delay.isZero()) {
            submit(task);
        } else if (!timer.isShutdown()) {
            var unused = timer.schedule(() -> submit(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** Runs nothing any more. */
    public void close() {
        synchronized (queue) {
            closed = true;
            queue.clear();
        }
    }

    private void drain() {
        while (true) {
            Runnable next;
            synchronized (queue) {
                next = queue.poll();
                if (next == null) {
                    running = false;
                    return;
                }
            }
            try {
                next.run();
            } catch (RuntimeException e) {
                LOGGER.atError().setCause(e).log("a controller of the simulator failed");
            }
        }
    }
}
