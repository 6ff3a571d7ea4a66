package io.calicofleet.executor.engine;

import io.calicofleet.event.StepId;
import io.calicofleet.event.StepRequested;
import io.calicofleet.executor.port.FenceException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the world tells a step while it runs: its verdict is in, a newer step waits, its partition went away, the process
 * stops, something in the cluster changed. Waiting is on a condition, so that a thousand waiting steps are a thousand
 * parked virtual threads and nothing else.
 */
public final class StepSignals {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private volatile @Nullable StepRequested request;
    private boolean judged;
    private boolean superseded;
    private volatile boolean handedBack;
    private volatile boolean over;
    private boolean changed;
    private boolean changedWhenAwaited;

    /** The step that runs; null before its record was read. */
    @Nullable
    StepId step() {
        StepRequested running = request;
        return running == null ? null : running.step();
    }

    void runs(StepRequested running) {
        request = running;
    }

    /** The verdict on the step is in. */
    public void judged() {
        tell(() -> {
            judged = true;
            over = true;
        });
    }

    /**
     * A newer step for this cluster waits; one of another campaign ends this one where that has the cluster by now, and changes nothing where
     * it has not.
     */
    public void superseded(StepRequested by) {
        tell(() -> {
            StepRequested running = request;
            if (running == null || running.step().equals(by.step())) {
                superseded = true;
                return;
            }
            boolean ended = ends(running, by);
            superseded |=
                    ended || running.parameters().grant() == by.parameters().grant();
            over |= ended;
        });
    }

    private static boolean ends(StepRequested running, StepRequested by) {
        return running.step().campaign().equals(by.step().campaign())
                ? !by.parameters().precedes(running.parameters())
                : running.parameters().grant() < by.parameters().grant();
    }

    /** The partition went to another executor, or this one stops. */
    public void handBack() {
        tell(() -> handedBack = true);
    }

    /** Something in the cluster changed. */
    public void changed() {
        tell(() -> changed = true);
    }

    /** Whether nobody waits for more observations. */
    boolean observedEnough() {
        lock.lock();
        try {
            return judged || superseded || handedBack;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the step is not ours any more. */
    boolean handedBackNow() {
        return handedBack;
    }

    /**
     * The first half of the fence: whether the step is ours, and its time is not over.
     *
     * @throws FenceException where it is not so
     */
    public void check() {
        if (handedBack) {
            throw new FenceException(
                    FenceException.Why.HANDED_BACK,
                    "the partition of this step went to another executor, or this stops");
        }
        if (over) {
            throw new FenceException(
                    FenceException.Why.OVER,
                    "it was judged meanwhile, or a later step waits: of its campaign, or of the one that has the cluster now");
        }
    }

    /** Waits for a change, or the end of the observing; at most so long. */
    void awaitChange(Duration limit) throws InterruptedException {
        awaitChange(limit, () -> judged || superseded || handedBack);
    }

    /** Waits for a change, or until the step must not go on; at most so long. That another waits does not end it. */
    void awaitChangeWhileActing(Duration limit) throws InterruptedException {
        awaitChange(limit, () -> over || handedBack);
    }

    private void awaitChange(Duration limit, BooleanSupplier ended) throws InterruptedException {
        lock.lock();
        try {
            long nanos = limit.toNanos();
            while (!changed && !ended.getAsBoolean() && nanos > 0) {
                nanos = news.awaitNanos(nanos);
            }
            changedWhenAwaited = changed;
            changed = false;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the last wait ended by a change. */
    boolean changedSinceAwaited() {
        lock.lock();
        try {
            return changedWhenAwaited;
        } finally {
            lock.unlock();
        }
    }

    /** Waits so long, or until the step is not ours any more. */
    void pause(Duration time) throws InterruptedException {
        lock.lock();
        try {
            long nanos = TimeUnit.MILLISECONDS.toNanos(time.toMillis());
            while (!handedBack && !over && nanos > 0) {
                nanos = news.awaitNanos(nanos);
            }
        } finally {
            lock.unlock();
        }
    }

    private void tell(Runnable what) {
        lock.lock();
        try {
            what.run();
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
