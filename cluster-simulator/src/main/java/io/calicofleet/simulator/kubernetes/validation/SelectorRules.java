package io.calicofleet.simulator.kubernetes.validation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** Whether a selector of labels can be read at all. */
final class SelectorRules {

    private SelectorRules() {}

    static boolean isValid(JsonNode selector) {
        for (Map.Entry<String, JsonNode> label : selector.path("matchLabels").properties()) {
            if (!Names.qualified(label.getKey(), 0).isEmpty()
                    || !Names.labelValue(label.getValue().asText(), 0).isEmpty()) {
                return false;
            }
        }
        for (JsonNode each : selector.path("matchExpressions")) {
            boolean named = Names.qualified(each.path("key").asText(""), 0).isEmpty();
            boolean listed = !each.path("values").isEmpty();
            boolean right = switch (each.path("operator").asText("")) {
                case "In", "NotIn" -> listed;
                case "Exists", "DoesNotExist" -> !listed;
                default -> false;
            };
            boolean values = each.path("values")
                    .valueStream()
                    .allMatch(value -> Names.labelValue(value.asText(), 0).isEmpty());
            if (!named || !right || !values) {
                return false;
            }
        }
        return true;
    }
}
