package io.calicofleet.simulator.kubernetes.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.rbac.Access;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;

/** Access reviews: whoever has the token of the cluster may do everything, an account what its roles say. */
final class Reviews {

    private Reviews() {}

    /** What a SelfSubjectAccessReview asks for. */
    static Access asked(JsonNode review) {
        JsonNode attributes = review.path("spec").path("resourceAttributes");
        String subresource = Json.text(attributes, "subresource");
        return new Access(
                Json.text(attributes, "verb"),
                Json.text(attributes, "group"),
                Json.text(attributes, "resource") + (subresource.isEmpty() ? "" : "/" + subresource),
                Json.text(attributes, "namespace"),
                Json.text(attributes, "name"));
    }

    /** The answer to one. */
    static ObjectNode answer(JsonNode review, boolean allowed) {
        ObjectNode answer =
                Json.object().put("kind", "SelfSubjectAccessReview").put("apiVersion", "authorization.k8s.io/v1");
        answer.putObject("metadata");
        answer.set("spec", review.path("spec"));
        answer.putObject("status").put("allowed", allowed);
        return answer;
    }

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
