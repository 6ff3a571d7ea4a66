package io.calicofleet.verifier.core.gate;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.TrafficReview;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a gate says. Always with evidence: a line each of what was seen. */
public sealed interface GateVerdict
        permits GateVerdict.Contested,
                GateVerdict.Failed,
                GateVerdict.NeedsApproval,
                GateVerdict.NotYet,
                GateVerdict.Passed {

    /** What was seen, a line each. */
    List<String> evidence();

    /**
     * Somebody else changes what the step has brought; a person decides, and nothing is taken back.
     *
     * @param reason one sentence that names who
     * @param evidence what was seen
     */
    record Contested(String reason, List<String> evidence) implements GateVerdict {
        public Contested {
            requireNonNull(reason, "reason");
            evidence = List.copyOf(evidence);
        }
    }

    /**
     * Everything it asks for was seen.
     *
     * @param reason one sentence
     * @param evidence what was seen
     * @param review the traffic review, from the gate that makes one
     */
    record Passed(
            String reason, List<String> evidence, @Nullable TrafficReview review) implements GateVerdict {
        public Passed {
            requireNonNull(reason, "reason");
            evidence = List.copyOf(evidence);
        }

        /** Without a review. */
        static Passed because(String reason, List<String> evidence) {
            return new Passed(reason, evidence, null);
        }
    }

    /**
     * It was not seen in time, or cannot come any more.
     *
     * @param reason one sentence that names what is missing
     * @param evidence what was seen
     */
    record Failed(String reason, List<String> evidence) implements GateVerdict {
        public Failed {
            requireNonNull(reason, "reason");
            evidence = List.copyOf(evidence);
        }
    }

    /**
     * It may still come.
     *
     * @param missing what is missing, a line each; never empty
     * @param evidence what was seen
     * @param nextLook how long the cluster has to be seen for time alone to change the verdict; null: only what is seen can
     */
    record NotYet(
            List<String> missing,
            List<String> evidence,
            @Nullable Duration nextLook) implements GateVerdict {
        public NotYet {
            missing = List.copyOf(missing);
            evidence = List.copyOf(evidence);
            if (missing.isEmpty()) {
                throw new IllegalStateException("a gate that is not passed yet has to say what is missing");
            }
        }

        /** Until something else is seen. */
        static NotYet missing(List<String> missing, List<String> evidence) {
            return new NotYet(missing, evidence, null);
        }
    }

    /**
     * Everything was seen; a person decides.
     *
     * @param reason one sentence
     * @param evidence what was seen
     * @param review what the person looks at
     */
    record NeedsApproval(String reason, List<String> evidence, TrafficReview review) implements GateVerdict {
        public NeedsApproval {
            requireNonNull(reason, "reason");
            requireNonNull(review, "review");
            evidence = List.copyOf(evidence);
        }
    }
}
