package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * A value of a label, one of whose limits is reached.
 *
 * @param label the key of the label
 * @param value the value; empty: the clusters without that label
 * @param clusters how many clusters of the campaign have it
 * @param running how many of them are in a step
 * @param held how many of them wait for a person
 * @param failures how many failures of them count
 */
public record LabelStatus(String label, String value, int clusters, int running, int held, int failures) {

    public LabelStatus {
        requireNonNull(label, "label");
        requireNonNull(value, "value");
    }
}
