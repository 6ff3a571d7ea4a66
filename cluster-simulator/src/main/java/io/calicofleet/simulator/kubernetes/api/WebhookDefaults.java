package io.calicofleet.simulator.kubernetes.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** What stands in the configurations of webhooks where nothing is said. */
final class WebhookDefaults {

    private WebhookDefaults() {}

    /** Fills in each webhook. */
    static void apply(ObjectNode configuration, boolean mutating) {
        for (JsonNode each : configuration.path("webhooks")) {
            ObjectNode webhook = (ObjectNode) each;
            Map.of("failurePolicy", "Fail", "matchPolicy", "Equivalent").forEach((field, value) -> {
                if (!webhook.has(field)) {
                    webhook.put(field, value);
                }
            });
            if (mutating && !webhook.has("reinvocationPolicy")) {
                webhook.put("reinvocationPolicy", "Never");
            }
            if (!webhook.has("timeoutSeconds")) {
                webhook.put("timeoutSeconds", 10);
            }
            for (String selector : List.of("namespaceSelector", "objectSelector")) {
                if (!webhook.has(selector)) {
                    webhook.putObject(selector);
                }
            }
            for (JsonNode rule : webhook.path("rules")) {
                if (!rule.has("scope")) {
                    ((ObjectNode) rule).put("scope", "*");
                }
            }
            if (webhook.path("clientConfig").path("service") instanceof ObjectNode service && !service.has("port")) {
                service.put("port", 443);
            }
        }
    }
}
