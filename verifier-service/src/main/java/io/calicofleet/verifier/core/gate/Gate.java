package io.calicofleet.verifier.core.gate;

import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges one thing. Stateless and pure: the same requirement, evidence and time give the same verdict.
 *
 * <p>No data is not a pass; a deadline that passes is a failure that names what is missing. A gate fails before its
 * deadline only where waiting cannot help.
 */
public interface Gate {

    /** Which gate it is. */
    GateKind kind();

    /** What the evidence says, the deadline left aside. */
    GateVerdict look(GateRequirement requirement, Evidence evidence, Instant now);

    /** When the requirement must be met; null where its time does not run yet. */
    default @Nullable Instant deadline(GateRequirement requirement, Evidence evidence) {
        return evidence.requestedAt().plus(requirement.deadline());
    }

    /** The verdict: what the evidence says, and a failure in place of "not yet" once the deadline has passed. */
    default GateVerdict judge(GateRequirement requirement, Evidence evidence, Instant now) {
        GateVerdict verdict = look(requirement, evidence, now);
        return switch (verdict) {
            case GateVerdict.Passed passed -> passed;
            case GateVerdict.NeedsApproval needsApproval -> needsApproval;
            case GateVerdict.Failed failed -> failed;
            case GateVerdict.NotYet notYet -> {
                Instant deadline = deadline(requirement, evidence);
                if (deadline == null) {
                    yield notYet;
                }
                if (!now.isBefore(deadline)) {
                    yield overdue(requirement, evidence, notYet, deadline);
                }
                Instant look = notYet.nextLook();
                yield new GateVerdict.NotYet(
                        notYet.missing(), notYet.evidence(), look == null || deadline.isBefore(look) ? deadline : look);
            }
        };
    }

    private static GateVerdict overdue(
            GateRequirement requirement, Evidence evidence, GateVerdict.NotYet notYet, Instant deadline) {
        List<String> lines = new ArrayList<>();
        notYet.missing().forEach(line -> lines.add("missing: " + line));
        lines.addAll(notYet.evidence());
        lines.add("deadline " + deadline + ", " + requirement.deadline() + " long; " + evidence.heard());
        int more = notYet.missing().size() - 1;
        return new GateVerdict.Failed(
                "Missing at the deadline: " + notYet.missing().getFirst() + (more > 0 ? ", and " + more + " more" : "")
                        + ".",
                lines);
    }
}
