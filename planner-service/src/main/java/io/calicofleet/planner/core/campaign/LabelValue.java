package io.calicofleet.planner.core.campaign;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.LabelLimit;
import java.util.Map;

/**
 * A label and one of its values.
 *
 * @param label the key
 * @param value the value; empty: without that label
 */
public record LabelValue(String label, String value) implements Comparable<LabelValue> {

    public LabelValue {
        requireNonNull(label, "label");
        requireNonNull(value, "value");
    }

    /** That of a cluster with these labels, which the limit is about. */
    public static LabelValue of(LabelLimit limit, Map<String, String> labels) {
        return new LabelValue(limit.label(), labels.getOrDefault(limit.label(), ""));
    }

    @Override
    public int compareTo(LabelValue other) {
        int byLabel = label.compareTo(other.label);
        return byLabel == 0 ? value.compareTo(other.value) : byLabel;
    }

    /** {@code region=eu}, {@code no region}. */
    @Override
    public String toString() {
        return value.isEmpty() ? "no " + label : label + "=" + value;
    }
}
