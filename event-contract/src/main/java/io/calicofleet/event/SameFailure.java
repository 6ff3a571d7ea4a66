package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * On how many clusters the same failure stops the whole fleet.
 *
 * @param clusters on so many, of this campaign and of all others; a share is one of the clusters of this campaign; 0: its failures stop nothing
 * @param within within this time
 */
public record SameFailure(Quantity clusters, Duration within) {

    public SameFailure {
        requireNonNull(clusters, "clusters");
        Durations.bounded(within, "within");
    }
}
