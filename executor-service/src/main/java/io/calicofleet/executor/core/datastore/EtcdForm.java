package io.calicofleet.executor.core.datastore;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ReleaseTrait;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How etcd v3 keeps a resource of {@code projectcalico.org/v3}: under a key of its kind and name, as JSON of the
 * very object, but without its resourceVersion, which is the revision of its last change. Policies are stored by names of
 * their own, as in Kubernetes.
 */
public final class EtcdForm {

    private static final String ROOT = "/calico/resources/v3/projectcalico.org/";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private EtcdForm() {}

    /** What the keys of a kind begin with. */
    public static String prefix(CalicoKind kind) {
        return ROOT + kind.plural() + "/";
    }

    /**
     * The keys a resource may be stored under, the one that counts first.
     *
     * @param namespace its namespace; empty for kinds that are in none
     * @param version the oldest that runs
     */
    public static List<String> keys(CalicoKind kind, String namespace, String name, CalicoVersion version) {
        String prefix = prefix(kind) + (namespace.isEmpty() ? "" : namespace + "/");
        return PolicyNames.candidates(kind, name, version).stream()
                .map(candidate -> prefix + candidate)
                .toList();
    }

    /** The key to create a resource under. */
    public static String key(CalicoKind kind, ObjectNode resource, CalicoVersion version) {
        String namespace = Json.text(resource.get("metadata"), "namespace");
        return prefix(kind)
                + (kind.namespaced() && !namespace.isEmpty() ? namespace + "/" : "")
                + PolicyNames.stored(kind, resource, version);
    }

    /**
     * The resource; empty where the value is none, as when something else is stored there.
     *
     * @param revision of its last change
     */
    public static Optional<ObjectNode> toV3(CalicoKind kind, String value, long revision) {
        ObjectNode resource;
        try {
            if (!(MAPPER.readTree(value) instanceof ObjectNode read)) {
                return Optional.empty();
            }
            resource = read;
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
        resource.put("apiVersion", StoredForm.V3).put("kind", kind.kind());
        ObjectNode metadata = Json.child(resource, "metadata");
        metadata.put("resourceVersion", Long.toString(revision));
        if (kind.tiered()) {
            String given = StoredForm.givenName(resource);
            if (metadata.get("annotations") instanceof ObjectNode annotations) {
                annotations.remove(StoredForm.METADATA);
                if (annotations.isEmpty()) {
                    metadata.remove("annotations");
                }
            }
            String stored = Json.text(metadata, "name");
            metadata.put(
                    "name",
                    given.isEmpty() ? PolicyNames.called(stored, Json.text(resource.get("spec"), "tier")) : given);
        }
        return Optional.of(resource);
    }

    /**
     * The value to store.
     *
     * @param key the key it is stored under
     * @param version the oldest that runs
     */
    public static String toValue(CalicoKind kind, ObjectNode resource, String key, CalicoVersion version) {
        ObjectNode value = resource.deepCopy();
        value.put("apiVersion", StoredForm.V3).put("kind", kind.kind());
        ObjectNode metadata = Json.child(value, "metadata");
        String name = Json.text(metadata, "name");
        metadata.remove("resourceVersion");
        metadata.put("name", key.substring(key.lastIndexOf('/') + 1));
        if (kind.tiered() && ReleaseTrait.POLICY_NAMES_IN_ANNOTATION.isIn(version)) {
            Json.child(metadata, "annotations")
                    .put(StoredForm.METADATA, Json.object().put("name", name).toString());
        }
        if (kind.tiered() && ReleaseTrait.POLICY_NAMES_UNPREFIXED.isIn(version)) {
            ObjectNode spec = Json.child(value, "spec");
            if (Json.text(spec, "tier").isEmpty()) {
                spec.put("tier", PolicyNames.DEFAULT_TIER);
            }
        }
        return value.toString();
    }

    /** Each resource once: while v3.32 moves policies, some are stored under two keys. */
    public static List<ObjectNode> once(CalicoKind kind, Map<String, ObjectNode> byKey, CalicoVersion version) {
        Map<String, ObjectNode> resources = new LinkedHashMap<>();
        byKey.forEach((key, resource) -> {
            JsonNode metadata = resource.get("metadata");
            String same = Json.text(metadata, "namespace") + "/" + Json.text(metadata, "name");
            if (!resources.containsKey(same) || key.equals(key(kind, resource, version))) {
                resources.put(same, resource);
            }
        });
        return new ArrayList<>(resources.values());
    }
}
