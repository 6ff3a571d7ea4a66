package io.calicofleet.executor.work;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.ChecksObserved;
import io.calicofleet.event.EventIds;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepProgressed;
import io.calicofleet.executor.core.step.ProgressSink;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Says what there is to say of one step. Sends are not waited for one by one, only all together, before the record is done with. */
final class Reporter implements ProgressSink {

    private final Outbox outbox;
    private final StepId step;
    private final @Nullable String traceparent;
    private final String run;
    private CompletableFuture<Void> sent = CompletableFuture.completedFuture(null);
    private int lastDone = -1;
    private int lastTotal = -1;

    Reporter(Outbox outbox, StepId step, @Nullable String traceparent, String run) {
        this.outbox = requireNonNull(outbox, "outbox");
        this.step = requireNonNull(step, "step");
        this.traceparent = traceparent;
        this.run = requireNonNull(run, "run");
    }

    @Override
    public void progressed(int done, int total, String unit, String summary) {
        if (done == lastDone && total == lastTotal) {
            return;
        }
        lastDone = done;
        lastTotal = total;
        say(new StepProgressed(step, done, total, unit, summary));
    }

    void say(StepProgress progress) {
        add(outbox.publish(EventIds.progress(progress), traceparent, progress));
    }

    void say(ChecksObserved checks) {
        add(outbox.publish(EventIds.checks(checks, run), traceparent, checks));
    }

    /** Waits until the broker has everything for good. */
    void awaitSent() {
        sent.join();
    }

    private void add(CompletableFuture<Void> next) {
        sent = sent.isDone() && !sent.isCompletedExceptionally() ? next : CompletableFuture.allOf(sent, next);
    }
}
