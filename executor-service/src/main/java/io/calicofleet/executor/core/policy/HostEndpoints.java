package io.calicofleet.executor.core.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.executor.core.Json;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Host endpoints as {@code crd.projectcalico.org/v1} stores them (facts 1.1, 1.2).
 *
 * <p>Up to v3.27 the labels are those of the object. From v3.28 on they are in the JSON of the annotation
 * {@code projectcalico.org/metadata} as well, and that wins; whatever goes through Calico's API moves there. A label
 * added to the object works with every version, but one that the annotation has too must be changed there, and one that
 * is removed must be removed from both.
 */
public final class HostEndpoints {

    private static final String METADATA = "projectcalico.org/metadata";
    private static final String CREATED_BY = "projectcalico.org/created-by";
    private static final ObjectMapper MAPPER = new ObjectMapper();

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

    /** The labels Calico sees: those of the object, overlaid by those of the annotation. */
    public static Map<String, String> labels(JsonNode hostEndpoint) {
        Map<String, String> labels = new TreeMap<>();
        collect(hostEndpoint.path("metadata").get("labels"), labels);
        collect(Json.get(annotation(hostEndpoint), "labels"), labels);
        return labels;
    }

    /** A copy that carries the label, for a PUT under its resourceVersion; the object itself where it does already. */
    public static ObjectNode withLabel(ObjectNode hostEndpoint, String key, String value) {
        if (value.equals(labels(hostEndpoint).get(key))) {
            return hostEndpoint;
        }
        ObjectNode copy = hostEndpoint.deepCopy();
        Json.child(Json.child(copy, "metadata"), "labels").put(key, value);
        ObjectNode annotation = annotation(copy);
        if (annotation != null && Json.get(Json.get(annotation, "labels"), key) != null) {
            Json.child(annotation, "labels").put(key, value);
            store(copy, annotation);
        }
        return copy;
    }

    /** A copy without the label, for a PUT under its resourceVersion; the object itself where it has none. */
    public static ObjectNode withoutLabel(ObjectNode hostEndpoint, String key) {
        if (!labels(hostEndpoint).containsKey(key)) {
            return hostEndpoint;
        }
        ObjectNode copy = hostEndpoint.deepCopy();
        Json.child(Json.child(copy, "metadata"), "labels").remove(key);
        ObjectNode annotation = annotation(copy);
        if (annotation != null && Json.get(Json.get(annotation, "labels"), key) != null) {
            Json.child(annotation, "labels").remove(key);
            store(copy, annotation);
        }
        return copy;
    }

    static String name(JsonNode object) {
        return object.path("metadata").path("name").asText();
    }

    private static void collect(@Nullable JsonNode from, Map<String, String> labels) {
        if (from != null) {
            from.properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asText()));
        }
    }

    /** Calico's own metadata; null where the object has none that can be read, as Calico takes it too. */
    private static @Nullable ObjectNode annotation(JsonNode hostEndpoint) {
        String text = Json.text(hostEndpoint.path("metadata").get("annotations"), METADATA);
        try {
            return MAPPER.readTree(text) instanceof ObjectNode object ? object : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static void store(ObjectNode hostEndpoint, ObjectNode annotation) {
        Json.child(Json.child(hostEndpoint, "metadata"), "annotations").put(METADATA, annotation.toString());
    }
}
