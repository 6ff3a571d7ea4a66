package io.calicofleet.executor.core.observe;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import java.util.List;

/** Kubernetes' label selectors and the requirements they share with node affinity. */
final class Expressions {

    private Expressions() {}

    /** Whether a label selector selects what carries these labels. */
    static boolean selects(JsonNode selector, JsonNode labels) {
        return selector.path("matchLabels").properties().stream()
                        .allMatch(wanted -> wanted.getValue()
                                .asText()
                                .equals(labels.path(wanted.getKey()).asText(null)))
                && Json.elements(selector.get("matchExpressions")).allMatch(expression -> matches(expression, labels));
    }

    /** Whether one requirement is met; an operator nobody knows is not. */
    static boolean matches(JsonNode expression, JsonNode labels) {
        JsonNode label = Json.get(labels, Json.text(expression, "key"));
        List<String> values = Json.texts(expression.get("values"));
        return switch (Json.text(expression, "operator")) {
            case "In" -> label != null && values.contains(label.asText());
            case "NotIn" -> label == null || !values.contains(label.asText());
            case "Exists" -> label != null;
            case "DoesNotExist" -> label == null;
            case "Gt" -> label != null && compare(label, values) > 0;
            case "Lt" -> label != null && compare(label, values) < 0;
            default -> false;
        };
    }

    private static int compare(JsonNode label, List<String> values) {
        try {
            return values.size() == 1
                    ? Long.compare(Long.parseLong(label.asText()), Long.parseLong(values.getFirst()))
                    : 0;
        } catch (NumberFormatException e) {
            return 0; // neither greater nor less
        }
    }
}
