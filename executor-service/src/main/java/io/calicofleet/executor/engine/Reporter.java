package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.ChecksObserved;
import io.calicofleet.event.EventIds;
import io.calicofleet.event.PlanMade;
import io.calicofleet.event.SightLost;
import io.calicofleet.event.StepAccepted;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepProgressed;
import io.calicofleet.event.TraceContext;
import io.calicofleet.executor.port.ProgressSink;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Says what there is to say of one step. Sends are not waited for one by one, only all together, before the record is done
 * with.
 */
final class Reporter implements ProgressSink, WatchedRollouts.Waits {

    /** What is done within it need not be announced; people would see no difference. */
    private static final long MOMENT_MILLIS = 50;

    /** How often a step that is in our hands is said to be, so that nobody takes it for forgotten. */
    private static final Duration REPEATED = Duration.ofMinutes(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Outbox outbox;
    private final StepId step;
    private final @Nullable TraceContext trace;
    private final String run;
    private final Executor later;
    private final LongSupplier nanos;
    private CompletableFuture<Void> sent = CompletableFuture.completedFuture(null);
    private boolean announced;
    private final AtomicLong sequence = new AtomicLong();
    private volatile @Nullable StepProgressed last;
    private volatile long lastAt;

    Reporter(Outbox outbox, StepId step, @Nullable TraceContext trace, String run) {
        this(
                outbox,
                step,
                trace,
                run,
                CompletableFuture.delayedExecutor(MOMENT_MILLIS, TimeUnit.MILLISECONDS, Thread.ofVirtual()::start),
                System::nanoTime);
    }

    /** With {@code later} running what it is given after a moment, and {@code nanos} telling what has passed. */
    Reporter(Outbox outbox, StepId step, @Nullable TraceContext trace, String run, Executor later, LongSupplier nanos) {
        this.later = requireNonNull(later, "later");
        this.nanos = requireNonNull(nanos, "nanos");
        this.lastAt = nanos.getAsLong();
        this.outbox = requireNonNull(outbox, "outbox");
        this.step = requireNonNull(step, "step");
        this.trace = trace;
        this.run = requireNonNull(run, "run");
    }

    @Override
    public void progressed(int done, int total, String unit, String summary) {
        tell(done, total, unit, summary, null);
    }

    /** Says how far it is and what it waits for; null: it goes on. The same is said again from time to time only. */
    void tell(int done, int total, String unit, String summary, @Nullable String waitsFor) {
        StepProgressed before = last;
        boolean same = before != null
                && before.done() == done
                && before.total() == total
                && Objects.equals(before.waitsFor(), waitsFor);
        if (!same || nanos.getAsLong() - lastAt > REPEATED.toNanos()) {
            StepProgressed now = new StepProgressed(step, done, total, unit, summary, waitsFor);
            say(now);
            last = now;
            lastAt = nanos.getAsLong();
        }
    }

    /** The same of a step that does not count; that it goes on is said after it had waited, and from time to time. */
    void tell(@Nullable String waitsFor) {
        StepProgressed before = last;
        boolean waited = before != null && before.waitsFor() != null;
        if (waitsFor == null && !waited && nanos.getAsLong() - lastAt <= REPEATED.toNanos()) {
            return;
        }
        tell(
                before == null ? 0 : before.done(),
                before == null ? 0 : before.total(),
                before == null ? "" : before.unit(),
                waitsFor == null ? step.cluster() + " goes on" : step.cluster() + " waits: " + waitsFor,
                waitsFor);
    }

    /** Says what the step waits for, in the words of what it waits for; once for the same words. */
    void waits(String forWhat) {
        tell(forWhat);
    }

    @Override
    public void still(String what) {
        if (what.isEmpty()) {
            repeat();
        } else {
            waits(what);
        }
    }

    /** Says that the step waits no longer. */
    @Override
    public void goesOn() {
        StepProgressed before = last;
        if (before != null && before.waitsFor() != null) {
            progressed(before.done(), before.total(), before.unit(), step.cluster() + " goes on");
        }
    }

    /** Says that the step was taken up, unless something else of it is said within a moment, which tells as much. */
    void takenUp(StepAccepted accepted) {
        later.execute(() -> publish(accepted, true));
    }

    void say(StepProgress progress) {
        publish(progress, false);
    }

    /** Says once more how far the step is, where that was not said for a while: it is not forgotten. */
    void repeat() {
        StepProgressed before = last;
        tell(before == null ? null : before.waitsFor());
    }

    @Override
    public void planned(PlanMade made) {
        outbox.publish(EventIds.plan(made), trace, made).join();
    }

    /** Tells runs of executors apart. */
    String run() {
        return run;
    }

    /** The number of the next word on what is seen. */
    long next() {
        return sequence.getAndIncrement();
    }

    void say(SightLost lost) {
        add(outbox.publish(EventIds.sightLost(lost), trace, lost));
    }

    void say(ChecksObserved checks) {
        add(outbox.publish(EventIds.checks(checks), trace, checks));
    }

    /** Says nothing more by itself. */
    void end() {
        lock.lock();
        try {
            announced = true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the broker has everything for good. */
    void awaitSent() {
        CompletableFuture<Void> all;
        lock.lock();
        try {
            all = sent;
        } finally {
            lock.unlock();
        }
        all.join();
    }

    private void publish(StepProgress progress, boolean unlessAnnounced) {
        lock.lock();
        try {
            if (!unlessAnnounced || !announced) {
                announced = true;
                add(outbox.publish(EventIds.progress(progress), trace, progress));
            }
        } finally {
            lock.unlock();
        }
    }

    private void add(CompletableFuture<Void> next) {
        lock.lock();
        try {
            sent = sent.isDone() && !sent.isCompletedExceptionally() ? next : CompletableFuture.allOf(sent, next);
        } finally {
            lock.unlock();
        }
    }
}
