package io.calicofleet.planner.core.claim;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.ClaimAnswer;
import java.util.List;

/**
 * What became of a call.
 *
 * @param state of the cluster now
 * @param answers to campaigns, in this order
 */
public record ClaimDecision(ClaimState state, List<ClaimAnswer> answers) {
    public ClaimDecision {
        requireNonNull(state, "state");
        answers = List.copyOf(answers);
    }
}
