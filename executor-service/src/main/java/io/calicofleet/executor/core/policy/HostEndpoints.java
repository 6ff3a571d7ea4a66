package io.calicofleet.executor.core.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.model.Json;
import java.util.Map;
import java.util.TreeMap;

/** Host endpoints in the form of {@code projectcalico.org/v3}: their labels are those Calico sees. */
public final class HostEndpoints {

    private static final String CREATED_BY = "projectcalico.org/created-by";

    private HostEndpoints() {}

    /** What is to be known of a host endpoint. */
    public static HostEndpointFact fact(JsonNode hostEndpoint) {
        JsonNode spec = hostEndpoint.path("spec");
        Map<String, String> labels = labels(hostEndpoint);
        return new HostEndpointFact(
                name(hostEndpoint),
                Json.text(spec, "node"),
                Json.text(spec, "interfaceName"),
                "calico-kube-controllers".equals(labels.get(CREATED_BY)),
                labels.containsKey(TemporaryPolicy.LABEL));
    }

    /** Its labels. */
    public static Map<String, String> labels(JsonNode hostEndpoint) {
        Map<String, String> labels = new TreeMap<>();
        hostEndpoint
                .path("metadata")
                .path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return labels;
    }

    /** A copy that carries the label, to replace it under its resourceVersion; the object itself where it does already. */
    public static ObjectNode withLabel(ObjectNode hostEndpoint, String key, String value) {
        if (value.equals(labels(hostEndpoint).get(key))) {
            return hostEndpoint;
        }
        ObjectNode copy = hostEndpoint.deepCopy();
        Json.child(Json.child(copy, "metadata"), "labels").put(key, value);
        return copy;
    }

    /** A copy without the label, to replace it under its resourceVersion; the object itself where it has none. */
    public static ObjectNode withoutLabel(ObjectNode hostEndpoint, String key) {
        if (!labels(hostEndpoint).containsKey(key)) {
            return hostEndpoint;
        }
        ObjectNode copy = hostEndpoint.deepCopy();
        Json.child(Json.child(copy, "metadata"), "labels").remove(key);
        return copy;
    }

    static String name(JsonNode object) {
        return object.path("metadata").path("name").asText();
    }
}
