package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.StepId;
import io.calicofleet.event.StepProgress;
import io.calicofleet.executor.port.FenceException;
import io.calicofleet.executor.port.Intents;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was done on a cluster, step by step; kept in the cluster, so that any executor knows it. */
public interface Journal {

    /** How many steps are remembered: more than a campaign has, so that a late redelivery of any of them is recognised. */
    int REMEMBERED = 64;

    /**
     * A step in the journal.
     *
     * @param step which
     * @param at when its state changed last
     * @param outcome what came of it; null while it is under way
     */
    record Entry(StepId step, Instant at, @Nullable StepProgress outcome) {
        public Entry {
            requireNonNull(step, "step");
            requireNonNull(at, "at");
        }
    }

    /** What is known of a step; empty where it was never started, or long ago. */
    Optional<Entry> find(StepId step);

    /**
     * Remembers that the step is under way, and the grant it is asked for under.
     *
     * @param epoch of that grant, 0 where there is none
     * @param sequence its place among all that is asked for under that grant, 0 where it has none
     * @throws io.calicofleet.executor.port.FenceException where a step of a later grant, or in a later place under this one, was
     *     started before; nothing is remembered then
     */
    void started(StepId step, long epoch, long sequence);

    /** Whether what was asked for under this grant, in this place, has no effect any more where that of the other was started. */
    static boolean isOutranked(long epoch, long sequence, long seenEpoch, long seenSequence) {
        return epoch == seenEpoch ? epoch != 0 && sequence != 0 && sequence < seenSequence : epoch < seenEpoch;
    }

    /**
     * The refusal of a step whose grant is not the last one.
     *
     * @param last the step that was noted last; empty where that is not known
     */
    static FenceException outranked(StepId step, long epoch, long seen, Optional<StepId> last) {
        String by = last.map(other -> ", the last one " + other
                        + (other.cluster().equals(step.cluster())
                                ? ""
                                : ": the cluster is served as " + other.cluster()
                                        + ", too; correct or remove one of the kubeconfigs"))
                .orElse("");
        return new FenceException(
                FenceException.Why.CLAIM_LOST,
                step + " was asked for under grant " + epoch + " of the cluster, which has seen "
                        + (epoch == seen ? "later steps of it" : "steps of grant " + seen) + " since" + by);
    }

    /** Remembers what came of it. */
    void done(StepId step, StepProgress outcome);

    /** What the step is in the middle of. */
    Intents intents(StepId step);
}
