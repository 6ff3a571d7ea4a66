package io.calicofleet.simulator.kubernetes.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Labels;

/** Pods: made from templates, and what is so of them. */
final class Pods {

    private Pods() {}

    /** A pod of a controller's template. */
    static ObjectNode ofTemplate(JsonNode owner, JsonNode template, String name) {
        ObjectNode pod = Json.object().put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode metadata = Kube.ownedMetadata(name, owner, Labels.ofObject(template));
        JsonNode annotations = template.path("metadata").path("annotations");
        if (annotations.isObject()) {
            metadata.set("annotations", annotations);
        }
        pod.set("metadata", metadata);
        ObjectNode spec =
                template.path("spec").isObject() ? Json.shallow((ObjectNode) template.path("spec")) : Json.object();
        spec.put("enableServiceLinks", true);
        pod.set("spec", spec);
        pod.putObject("status").put("phase", "Pending").put("qosClass", "Burstable");
        return pod;
    }

    /** Whether the Ready condition is True. */
    static boolean isReady(JsonNode pod) {
        return Kube.isTrue(pod, "Ready");
    }

    /** Whether it is ready and not being deleted. */
    static boolean isAvailable(JsonNode pod) {
        return isReady(pod) && !Kube.isDeleted(pod);
    }

    /** Whether it has ended. */
    static boolean isOver(JsonNode pod) {
        String phase = Json.text(pod, "status", "phase");
        return phase.equals("Succeeded") || phase.equals("Failed");
    }
}
