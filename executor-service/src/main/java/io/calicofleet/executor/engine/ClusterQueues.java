package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.LogKeys;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepRequested;
import io.calicofleet.kafka.Received;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One queue per cluster: its records are worked off one at a time, in their order, on a virtual thread that lives as
 * long as there is something in the queue. A plan has one of its own for each cluster: it only reads, and what else is done there may take
 * days. All clusters that are served at once; what waits behind them, or is of nobody, has a
 * {@link Backlog bounded place}.
 */
public final class ClusterQueues {

    private static final Logger LOGGER = LoggerFactory.getLogger(ClusterQueues.class);

    /** More that wait for one cluster are not of a planner, which asks for one step at a time. */
    private static final int LOOKED_AT = 100;

    private final StepRunner runner;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final Map<String, ClusterQueue> queues = new HashMap<>();
    private final Backlog backlog = new Backlog();
    private boolean stopped;

    /** Queues whose records are worked off by {@code runner}. */
    public ClusterQueues(StepRunner runner) {
        this.runner = requireNonNull(runner, "runner");
    }

    /**
     * Takes a record; returns at once.
     *
     * @return done when there is room for another one: before, none is to be brought
     */
    public CompletionStage<Void> accept(Delivery delivery) {
        String key = key(delivery);
        lock.lock();
        try {
            if (stopped) {
                // Not acknowledged: the next one to have the partition gets it.
                return CompletableFuture.completedFuture(null);
            }
            if (queues.containsKey(key) || !runner.serves(String.valueOf(delivery.key()))) {
                backlog.add(delivery);
            }
            ClusterQueue queue = queues.get(key);
            if (queue == null) {
                queue = new ClusterQueue(key);
                queues.put(key, queue);
                queue.waiting.add(delivery);
                ClusterQueue started = queue;
                Thread.ofVirtual().name("cluster-" + key).start(() -> workOff(started));
            } else {
                queue.waiting.add(delivery);
                Delivery running = queue.current;
                if (running != null && isNewer(running, delivery)) {
                    request(delivery).ifPresent(queue.signals::superseded);
                }
            }
            return backlog.room();
        } finally {
            lock.unlock();
        }
    }

    /** A verdict is in. */
    public void judged(StepId step) {
        lock.lock();
        try {
            ClusterQueue queue = queues.get(step.cluster().value());
            if (queue != null && step.equals(queue.signals.step())) {
                queue.signals.judged();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Partitions went to other executors: what of them runs here stops before its next write. */
    public void revoked() {
        each(queue -> queue.current != null && queue.current.revoked(), ClusterQueue::handBack);
    }

    /** How many clusters have a step running. */
    public int running() {
        lock.lock();
        try {
            return queues.size();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes nothing more, hands back what runs, and waits until it has let go.
     *
     * @return whether everything let go in time
     */
    public boolean stop(Duration limit) throws InterruptedException {
        lock.lock();
        try {
            stopped = true;
            backlog.clear();
            queues.values().forEach(ClusterQueue::handBack);
            long nanos = limit.toNanos();
            while (!queues.isEmpty() && nanos > 0) {
                nanos = idle.awaitNanos(nanos);
            }
            return queues.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private void workOff(ClusterQueue queue) {
        for (Delivery next = next(queue); next != null; next = next(queue)) {
            try {
                runner.run(next, queue.signals);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException | Error e) {
                // Neither the record is acknowledged nor the queue stuck: a restart delivers it again.
                LOGGER.atError()
                        .addKeyValue(LogKeys.CLUSTER, queue.key)
                        .addKeyValue(LogKeys.PARTITION, next.partition())
                        .addKeyValue(LogKeys.OFFSET, next.offset())
                        .setCause(e)
                        .log("a record could not be worked off");
            }
        }
    }

    private @Nullable Delivery next(ClusterQueue queue) {
        lock.lock();
        try {
            if (queue.current != null) {
                backlog.remove(queue.current);
            }
            queue.current = null;
            Delivery next = queue.waiting.poll();
            while (next != null && (next.revoked() || stopped)) {
                backlog.remove(next);
                next = queue.waiting.poll();
            }
            if (next == null) {
                queues.remove(queue.key);
                idle.signalAll();
                return null;
            }
            queue.current = next;
            if (runner.serves(String.valueOf(next.key()))) {
                backlog.remove(next);
            }
            queue.signals = new StepSignals();
            request(next).ifPresent(queue.signals::runs);
            int looked = 0;
            for (Delivery later : queue.waiting) {
                if (++looked > LOOKED_AT) {
                    break;
                }
                if (isNewer(next, later)) {
                    request(later).ifPresent(queue.signals::superseded);
                }
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Its cluster; what only reads and belongs to a plan waits behind that plan's own, and for nothing else. */
    private String key(Delivery delivery) {
        String cluster = String.valueOf(delivery.key());
        return request(delivery)
                .filter(runner::isBeside)
                .map(request -> cluster + " " + request.step().campaign())
                .orElse(cluster);
    }

    private static boolean isNewer(Delivery running, Delivery later) {
        return later.partition() == running.partition() && later.offset() > running.offset();
    }

    private static Optional<StepRequested> request(Delivery delivery) {
        return delivery.read() instanceof Received.Parsed parsed
                        && parsed.event().data() instanceof StepRequested request
                ? Optional.of(request)
                : Optional.empty();
    }

    private void each(Predicate<ClusterQueue> which, Consumer<ClusterQueue> what) {
        lock.lock();
        try {
            List<ClusterQueue> chosen = new ArrayList<>(queues.values());
            chosen.stream().filter(which).forEach(what);
        } finally {
            lock.unlock();
        }
    }

    private static final class ClusterQueue {
        private final String key;
        private final ArrayDeque<Delivery> waiting = new ArrayDeque<>();
        private StepSignals signals = new StepSignals();
        private @Nullable Delivery current;

        ClusterQueue(String key) {
            this.key = key;
        }

        void handBack() {
            signals.handBack();
        }
    }
}
