package io.calicofleet.executor.work;

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
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One mailbox per cluster: its records are worked off one at a time, in their order, on a virtual thread that lives as
 * long as there is something in the mailbox. Any number of clusters at once; whoever brings the records never waits.
 */
public final class Mailboxes {

    private static final Logger LOGGER = LoggerFactory.getLogger(Mailboxes.class);

    private final StepRunner runner;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final Map<String, Mailbox> mailboxes = new HashMap<>();
    private boolean stopped;

    /** Mailboxes whose records are worked off by {@code runner}. */
    public Mailboxes(StepRunner runner) {
        this.runner = requireNonNull(runner, "runner");
    }

    /** Takes a record; returns at once. */
    public void accept(Delivery delivery) {
        String key = String.valueOf(delivery.key());
        lock.lock();
        try {
            if (stopped) {
                return; // Not acknowledged: the next one to have the partition gets it.
            }
            Mailbox mailbox = mailboxes.get(key);
            if (mailbox == null) {
                mailbox = new Mailbox(key);
                mailboxes.put(key, mailbox);
                mailbox.waiting.add(delivery);
                Mailbox started = mailbox;
                Thread.ofVirtual().name("cluster-" + key).start(() -> workOff(started));
            } else {
                mailbox.waiting.add(delivery);
                Delivery running = mailbox.current;
                if (running != null && isNewer(running, delivery)) {
                    request(delivery).ifPresent(mailbox.control::superseded);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** A verdict is in. */
    public void judged(StepId step) {
        lock.lock();
        try {
            Mailbox mailbox = mailboxes.get(step.cluster().value());
            if (mailbox != null && step.equals(mailbox.control.step())) {
                mailbox.control.judged();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Partitions went to other executors: what of them runs here stops before its next write. */
    public void revoked() {
        each(mailbox -> mailbox.current != null && mailbox.current.revoked(), Mailbox::handBack);
    }

    /** How many clusters have a step running. */
    public int running() {
        lock.lock();
        try {
            return mailboxes.size();
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
            mailboxes.values().forEach(Mailbox::handBack);
            long nanos = limit.toNanos();
            while (!mailboxes.isEmpty() && nanos > 0) {
                nanos = idle.awaitNanos(nanos);
            }
            return mailboxes.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private void workOff(Mailbox mailbox) {
        for (Delivery next = next(mailbox); next != null; next = next(mailbox)) {
            try {
                runner.run(next, mailbox.control);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException | Error e) {
                // Neither the record is acknowledged nor the mailbox stuck: a restart delivers it again.
                LOGGER.atError()
                        .addKeyValue(LogKeys.CLUSTER, mailbox.key)
                        .addKeyValue(LogKeys.PARTITION, next.partition())
                        .addKeyValue(LogKeys.OFFSET, next.offset())
                        .setCause(e)
                        .log("a record could not be worked off");
            }
        }
    }

    private @Nullable Delivery next(Mailbox mailbox) {
        lock.lock();
        try {
            mailbox.current = null;
            Delivery next = mailbox.waiting.poll();
            while (next != null && (next.revoked() || stopped)) {
                next = mailbox.waiting.poll();
            }
            if (next == null) {
                mailboxes.remove(mailbox.key);
                idle.signalAll();
                return null;
            }
            mailbox.current = next;
            mailbox.control = new RunControl();
            request(next).ifPresent(mailbox.control::runs);
            for (Delivery later : mailbox.waiting) {
                if (isNewer(next, later)) {
                    request(later).ifPresent(mailbox.control::superseded);
                }
            }
            return next;
        } finally {
            lock.unlock();
        }
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

    private void each(Predicate<Mailbox> which, Consumer<Mailbox> what) {
        lock.lock();
        try {
            List<Mailbox> chosen = new ArrayList<>(mailboxes.values());
            chosen.stream().filter(which).forEach(what);
        } finally {
            lock.unlock();
        }
    }

    private static final class Mailbox {
        private final String key;
        private final ArrayDeque<Delivery> waiting = new ArrayDeque<>();
        private RunControl control = new RunControl();
        private @Nullable Delivery current;

        Mailbox(String key) {
            this.key = key;
        }

        void handBack() {
            control.handBack();
        }
    }
}
