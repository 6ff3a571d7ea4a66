package io.calicofleet.planner.core.replay;

import static java.util.Objects.requireNonNull;

import io.calicofleet.planner.core.PlannerInput;

/**
 * A decision as it was written down.
 *
 * @param offset where, on the topic
 * @param input what the campaign learned
 * @param rebuilt whether its state before it was built anew from what is stored
 * @param changed the checksum of what was changed
 * @param summary what it learned, one sentence
 */
public record Recorded(long offset, PlannerInput input, boolean rebuilt, String changed, String summary) {

    public Recorded {
        requireNonNull(input, "input");
        requireNonNull(changed, "changed");
        requireNonNull(summary, "summary");
    }
}
