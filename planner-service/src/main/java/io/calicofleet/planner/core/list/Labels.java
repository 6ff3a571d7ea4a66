package io.calicofleet.planner.core.list;

import java.util.Map;

/**
 * The labels of a cluster.
 *
 * @param values by key
 */
public record Labels(Map<String, String> values) {

    public Labels {
        values = Map.copyOf(values);
    }

    /** Whether one of them, as {@code key=value}, has a text in it, in small letters. */
    boolean contain(String text) {
        return values.entrySet().stream()
                .anyMatch(label ->
                        ListQuery.small(label.getKey() + "=" + label.getValue()).contains(text));
    }
}
