package io.calicofleet.simulator.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Maps of strings in objects: labels, annotations, node selectors. */
public final class Labels {

    private Labels() {}

    /** The strings of an object; empty for anything else. */
    public static Map<String, String> of(JsonNode object) {
        Map<String, String> labels = new LinkedHashMap<>();
        object.properties().forEach(e -> labels.put(e.getKey(), e.getValue().asText("")));
        return labels;
    }

    /** The labels of an object of the API. */
    public static Map<String, String> ofObject(JsonNode object) {
        return of(object.path("metadata").path("labels"));
    }

    /** Whether every one of the wanted is there with its value. */
    public static boolean containsAll(Map<String, String> labels, JsonNode wanted) {
        for (Map.Entry<String, JsonNode> e : wanted.properties()) {
            if (!e.getValue().asText("").equals(labels.get(e.getKey()))) {
                return false;
            }
        }
        return true;
    }

    /** Whether labels meet a LabelSelector object (matchLabels, matchExpressions); an empty one is met by all. */
    public static boolean meet(Map<String, String> labels, JsonNode selector) {
        if (!containsAll(labels, selector.path("matchLabels"))) {
            return false;
        }
        for (JsonNode expression : selector.path("matchExpressions")) {
            if (!meetsExpression(labels, expression)) {
                return false;
            }
        }
        return true;
    }

    /** A LabelSelector object as a text, such as {@code app=d,tier in (a,b)}. */
    public static String selector(JsonNode selector) {
        List<String> parts = new ArrayList<>();
        selector.path("matchLabels")
                .properties()
                .forEach(e -> parts.add(e.getKey() + "=" + e.getValue().asText()));
        for (JsonNode expression : selector.path("matchExpressions")) {
            String key = expression.path("key").asText();
            List<String> values = new ArrayList<>();
            expression.path("values").forEach(value -> values.add(value.asText()));
            String all = "(" + String.join(",", values) + ")";
            parts.add(
                    switch (expression.path("operator").asText()) {
                        case "In" -> key + " in " + all;
                        case "NotIn" -> key + " notin " + all;
                        case "DoesNotExist" -> "!" + key;
                        default -> key;
                    });
        }
        parts.sort(String::compareTo);
        return String.join(",", parts);
    }

    /** Whether labels meet one expression: key, operator (In, NotIn, Exists, DoesNotExist, Gt, Lt), values. */
    public static boolean meetsExpression(Map<String, String> labels, JsonNode expression) {
        String value = labels.get(expression.path("key").asText());
        return switch (expression.path("operator").asText()) {
            case "In" -> value != null && contains(expression.path("values"), value);
            case "NotIn" -> value == null || !contains(expression.path("values"), value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            case "Gt" ->
                value != null
                        && number(value)
                                > number(expression.path("values").path(0).asText());
            case "Lt" ->
                value != null
                        && number(value)
                                < number(expression.path("values").path(0).asText());
            default -> false;
        };
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static boolean contains(JsonNode values, String value) {
        for (JsonNode each : values) {
            if (each.asText().equals(value)) {
                return true;
            }
        }
        return false;
    }
}
