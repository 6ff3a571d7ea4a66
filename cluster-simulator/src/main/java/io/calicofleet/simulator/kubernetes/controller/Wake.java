package io.calicofleet.simulator.kubernetes.controller;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs a task soon after it was called for, once for all calls until then. */
public final class Wake {

    private final EventLoop loop;
    private final Duration delay;
    private final Runnable task;
    private final AtomicBoolean waiting = new AtomicBoolean();

    /** Runs the task on the loop, {@code delay} after the first call. */
    public Wake(EventLoop loop, Duration delay, Runnable task) {
        this.loop = loop;
        this.delay = delay;
        this.task = task;
    }

    /** Calls for the task; from any thread. */
    public void call() {
        if (waiting.compareAndSet(false, true)) {
            loop.after(delay, () -> {
                waiting.set(false);
                task.run();
            });
        }
    }
}
