package io.calicofleet.simulator.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.resource.ResourceType;

/** Access reviews: whoever has a token may do everything. */
final class Reviews {

    private Reviews() {}

    static ObjectNode answer(ResourceType type, JsonNode review) {
        ObjectNode answer = Json.object().put("kind", type.kind()).put("apiVersion", type.apiVersion());
        answer.putObject("metadata");
        answer.set("spec", review.path("spec").isObject() ? review.path("spec") : Json.object());
        ObjectNode status = answer.putObject("status");
        switch (type.kind()) {
            case "SelfSubjectRulesReview" -> {
                status.put("incomplete", false);
                ObjectNode rule = status.putArray("resourceRules").addObject();
                for (String field : new String[] {"verbs", "apiGroups", "resources"}) {
                    rule.putArray(field).add("*");
                }
                status.putArray("nonResourceRules");
            }
            case "TokenReview" ->
                status.put("authenticated", true).putObject("user").put("username", "simulator");
            default -> status.put("allowed", true).put("reason", "the simulator allows everything");
        }
        return answer;
    }
}
