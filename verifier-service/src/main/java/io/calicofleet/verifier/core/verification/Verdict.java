package io.calicofleet.verifier.core.verification;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.StepJudged;
import java.time.Instant;

/**
 * A verdict as it was published, kept to be said again.
 *
 * @param judged the verdict
 * @param at when it was made
 */
public record Verdict(StepJudged judged, Instant at) {

    public Verdict {
        requireNonNull(judged, "judged");
        requireNonNull(at, "at");
    }
}
