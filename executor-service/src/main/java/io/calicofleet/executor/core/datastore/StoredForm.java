package io.calicofleet.executor.core.datastore;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ReleaseTrait;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How {@code crd.projectcalico.org/v1} keeps a resource of {@code projectcalico.org/v3}: the spec is
 * the same, labels, annotations and a policy's name are not.
 *
 * <p>Up to v3.27 labels and annotations are those of the object, and what its annotation {@code projectcalico.org/metadata}
 * says of them is not looked at. From v3.28 on that annotation has them too, and wins. What is written here has them in
 * both places from v3.28 on, so that nodes which are not upgraded yet see the same.
 */
public final class StoredForm {

    public static final String STORED = "crd.projectcalico.org/v1";
    public static final String V3 = "projectcalico.org/v3";

    static final String METADATA = "projectcalico.org/metadata";
    private static final String LABELS = "labels";
    private static final String ANNOTATIONS = "annotations";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private StoredForm() {}

    /**
     * The resource as Calico sees it. Its uid and resourceVersion are those of the object that keeps it.
     *
     * @param version the oldest that runs
     */
    public static ObjectNode toV3(CalicoKind kind, ObjectNode stored, CalicoVersion version) {
        ObjectNode resource = stored.deepCopy();
        resource.put("apiVersion", V3).put("kind", kind.kind());
        ObjectNode metadata = Json.child(resource, "metadata");
        metadata.remove("managedFields");
        ObjectNode own = ownMetadata(stored).orElseGet(Json::object);
        if (metadata.get(ANNOTATIONS) instanceof ObjectNode annotations) {
            annotations.remove(METADATA);
        }
        if (ReleaseTrait.LABELS_IN_ANNOTATION.isIn(version)) {
            overlay(metadata, own, LABELS);
            overlay(metadata, own, ANNOTATIONS);
        }
        dropEmpty(metadata);
        if (Json.get(own, "creationTimestamp") != null) {
            metadata.set("creationTimestamp", own.path("creationTimestamp"));
        }
        metadata.put("name", name(kind, stored, own));
        return resource;
    }

    /**
     * The object to write.
     *
     * @param present what keeps the resource now; null where it is to be created
     * @param version the oldest that runs
     */
    public static ObjectNode toStored(
            CalicoKind kind, ObjectNode resource, @Nullable ObjectNode present, CalicoVersion version) {
        ObjectNode stored = resource.deepCopy();
        stored.put("apiVersion", STORED).put("kind", kind.kind());
        ObjectNode wanted = Json.child(resource.deepCopy(), "metadata");
        ObjectNode metadata = present == null
                ? wanted.deepCopy()
                : Json.child(present.deepCopy(), "metadata").deepCopy();
        metadata.remove("managedFields");
        String name = Json.text(wanted, "name");
        if (present == null) {
            metadata.put("name", PolicyNames.stored(kind, resource, version));
        } else if (wanted.has("resourceVersion")) {
            metadata.set("resourceVersion", wanted.get("resourceVersion"));
        }
        ObjectNode own = present == null
                ? Json.object()
                : ownMetadata(present).orElseGet(Json::object).deepCopy();
        metadata.set(LABELS, Json.child(wanted, LABELS).deepCopy());
        ObjectNode annotations = Json.child(wanted, ANNOTATIONS).deepCopy();
        metadata.set(ANNOTATIONS, annotations);
        describe(kind, own, wanted, name, version);
        if (!own.isEmpty()) {
            annotations.put(METADATA, own.toString());
        }
        dropEmpty(metadata);
        stored.set("metadata", metadata);
        if (kind.tiered() && ReleaseTrait.POLICY_NAMES_UNPREFIXED.isIn(version)) {
            ObjectNode spec = Json.child(stored, "spec");
            if (Json.text(spec, "tier").isEmpty()) {
                spec.put("tier", PolicyNames.DEFAULT_TIER);
            }
        }
        return stored;
    }

    /** What Calico's own metadata says, as Calico of that version would write it. */
    private static void describe(
            CalicoKind kind, ObjectNode own, ObjectNode wanted, String name, CalicoVersion version) {
        if (!ReleaseTrait.LABELS_IN_ANNOTATION.isIn(version)) {
            own.remove(List.of(LABELS, ANNOTATIONS, "name"));
            return;
        }
        own.remove("uid");
        if (!own.has("creationTimestamp")) {
            own.putNull("creationTimestamp");
        }
        own.set(LABELS, Json.child(wanted, LABELS).deepCopy());
        own.set(ANNOTATIONS, Json.child(wanted, ANNOTATIONS).deepCopy());
        dropEmpty(own);
        if (kind.tiered() && ReleaseTrait.POLICY_NAMES_IN_ANNOTATION.isIn(version)) {
            own.put("name", name);
        }
    }

    /** The name its annotation says it was given; empty where it says none. */
    static String givenName(JsonNode stored) {
        return ownMetadata(stored).map(own -> Json.text(own, "name")).orElse("");
    }

    private static String name(CalicoKind kind, ObjectNode stored, ObjectNode own) {
        String name = stored.path("metadata").path("name").asText();
        if (!kind.tiered()) {
            return name;
        }
        String given = Json.text(own, "name");
        return given.isEmpty() ? PolicyNames.called(name, Json.text(stored.get("spec"), "tier")) : given;
    }

    private static void overlay(ObjectNode metadata, ObjectNode own, String field) {
        if (own.get(field) instanceof ObjectNode more) {
            Json.child(metadata, field).setAll(more.deepCopy());
        }
    }

    private static void dropEmpty(ObjectNode metadata) {
        for (String field : List.of(LABELS, ANNOTATIONS)) {
            if (metadata.path(field).isEmpty()) {
                metadata.remove(field);
            }
        }
    }

    /** Calico's own metadata; empty where the object has none that can be read, as Calico takes it too. */
    private static Optional<ObjectNode> ownMetadata(JsonNode stored) {
        String text = Json.text(stored.path("metadata").get(ANNOTATIONS), METADATA);
        try {
            return MAPPER.readTree(text) instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
