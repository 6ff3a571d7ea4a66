package io.calicofleet.verifier.core.gate;

import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.Lines;
import io.calicofleet.model.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges one thing. Stateless and pure: the same requirement, evidence and time give the same verdict.
 *
 * <p>No data is not a pass; a deadline that passes is a failure that names what is missing. A gate fails before its
 * deadline only where waiting cannot help.
 *
 * <p>Every time is {@link ObservationHistory#observed}: how long the cluster was seen since the step had acted. It stands
 * still while nobody sees the cluster, and no clock of anybody changes it.
 */
public interface Gate {

    /** Which gate it is. */
    GateKind kind();

    /** What the evidence says, the deadline left aside. */
    GateVerdict look(GateRequirement requirement, Evidence evidence, Duration now);

    /** When the requirement must be met; null where its time does not run now. */
    default @Nullable Duration deadline(GateRequirement requirement, Evidence evidence) {
        return requirement.deadline();
    }

    /** The verdict: what the evidence says, and a failure in place of "not yet" once the deadline has passed. */
    default GateVerdict judge(GateRequirement requirement, Evidence evidence, Duration now) {
        GateVerdict verdict = look(requirement, evidence, now);
        return switch (verdict) {
            case GateVerdict.Passed passed -> passed;
            case GateVerdict.NeedsApproval needsApproval -> needsApproval;
            case GateVerdict.Failed failed -> failed;
            case GateVerdict.Contested contested -> contested;
            case GateVerdict.NotYet notYet -> {
                Duration deadline = deadline(requirement, evidence);
                if (deadline == null) {
                    yield notYet;
                }
                if (now.compareTo(deadline) >= 0) {
                    yield overdue(requirement, notYet, now);
                }
                Duration look = notYet.nextLook();
                yield new GateVerdict.NotYet(
                        notYet.missing(),
                        notYet.evidence(),
                        look == null || deadline.compareTo(look) < 0 ? deadline : look);
            }
        };
    }

    private static GateVerdict overdue(GateRequirement requirement, GateVerdict.NotYet notYet, Duration now) {
        List<String> lines = new ArrayList<>();
        notYet.missing().forEach(line -> lines.add("missing: " + line));
        lines.addAll(notYet.evidence());
        lines.add("the deadline, " + requirement.deadline() + ", was used up when the cluster had been seen for "
                + Durations.shortly(now));
        return new GateVerdict.Failed("Missing at the deadline: " + Lines.first(notYet.missing()) + ".", lines);
    }
}
