package io.calicofleet.simulator.calico;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.calico.image.ImageVersion;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Times;
import io.calicofleet.simulator.kubernetes.api.AggregatedGroup;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What Calico's API server of a version makes of an object of {@code crd.projectcalico.org/v1}, and what it stores.
 *
 * @param version the version of the API server
 */
public record V3Form(ImageVersion version) implements AggregatedGroup.Form {

    private static final String METADATA = "projectcalico.org/metadata";
    private static final String PREFIX = "default.";

    @Override
    public ObjectNode shown(ObjectNode stored) {
        ObjectNode shown = stored.deepCopy();
        shown.put("apiVersion", "projectcalico.org/v3");
        ObjectNode metadata = Json.child(shown, "metadata");
        metadata.put("name", name(stored));
        JsonNode own = own(stored);
        if (metadata.get("annotations") instanceof ObjectNode annotations) {
            annotations.remove(METADATA);
        }
        for (String field : new String[] {"labels", "annotations"}) {
            if (version.atLeast(3, 28) && own.path(field).isObject()) {
                ObjectNode values = Json.child(metadata, field);
                own.path(field).properties().forEach(value -> values.set(value.getKey(), value.getValue()));
            }
            if (metadata.path(field).isEmpty()) {
                metadata.remove(field);
            }
        }
        return shown;
    }

    @Override
    public String name(ObjectNode stored) {
        String name = Json.text(stored, "metadata", "name");
        if (!isPolicy(stored)) {
            return name;
        }
        String given = own(stored).path("name").asText("");
        if (!given.isEmpty()) {
            return given;
        }
        boolean stripped =
                !version.atLeast(3, 29) || (namesKept() && !version.text().startsWith("v3.30.0"));
        return stripped && name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    }

    @Override
    public ObjectNode stored(ObjectNode shown, @Nullable ObjectNode present) {
        ObjectNode stored = shown.deepCopy();
        stored.put("apiVersion", "crd.projectcalico.org/v1");
        ObjectNode metadata = Json.child(stored, "metadata");
        String name = metadata.path("name").asText();
        metadata.put("name", present == null ? storedName(shown) : Json.text(present, "metadata", "name"));
        ObjectNode own = present == null || !own(present).isObject()
                ? Json.object()
                : own(present).deepCopy();
        if (!own.has("creationTimestamp")) {
            own.put("creationTimestamp", Times.now());
        }
        ObjectNode annotations = Json.child(metadata, "annotations");
        if (version.atLeast(3, 28)) {
            own.remove("uid");
            own.set("labels", metadata.path("labels").deepCopy());
            own.set("annotations", annotations.deepCopy());
            Json.child(metadata, "labels").properties().removeIf(label -> !isCalicos(label.getKey()));
            annotations.properties().removeIf(annotation -> !isCalicos(annotation.getKey()));
            if (isPolicy(shown) && namesKept()) {
                own.put("name", name);
            }
        } else {
            own.put("uid", own.path("uid").asText(UUID.randomUUID().toString()));
        }
        annotations.put(METADATA, own.toString());
        return stored;
    }

    private String storedName(ObjectNode shown) {
        String name = Json.text(shown, "metadata", "name");
        boolean prefixed =
                isPolicy(shown) && !version.atLeast(3, 32) && (!version.atLeast(3, 29) || name.indexOf('.') < 0);
        return prefixed ? PREFIX + name : name;
    }

    /** From v3.29.4 and v3.30.0 on. */
    private boolean namesKept() {
        return version.atLeast(3, 30) || version.text().matches("v3\\.29\\.([4-9]|\\d\\d).*");
    }

    private static boolean isCalicos(String key) {
        return key.contains("projectcalico.org/") || key.contains("operator.tigera.io/");
    }

    private static boolean isPolicy(JsonNode object) {
        return object.path("kind").asText().endsWith("NetworkPolicy");
    }

    private static JsonNode own(ObjectNode stored) {
        String text = Json.text(stored, "metadata", "annotations", METADATA);
        return text.isEmpty() ? Json.object() : Json.parse(text);
    }
}
