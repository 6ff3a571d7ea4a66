package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Limits that hold for the clusters of each value of a label, such as each region or each rack. Clusters without the label are counted
 * together, as if that were a value.
 *
 * @param label the key of the label
 * @param maxConcurrent how many clusters with the same value may be in flight at once; null: as many as the campaign says
 * @param maxFailures so many clusters with the same value may fail; one more, and no other with it starts; null: no limit of its own
 */
public record LabelLimit(
        String label,
        @Nullable Quantity maxConcurrent,
        @Nullable Quantity maxFailures) {

    public LabelLimit {
        requireNonNull(label, "label");
    }
}
