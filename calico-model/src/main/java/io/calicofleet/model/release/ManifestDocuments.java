package io.calicofleet.model.release;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The objects of a manifest, or of a cluster, by what makes them the same object; in the order they came. Lists are
 * taken apart, empty documents left out.
 *
 * @param objects the objects
 */
public record ManifestDocuments(Map<ObjectKey, ObjectNode> objects) {

    /** No objects. */
    public static final ManifestDocuments EMPTY = new ManifestDocuments(Map.of());

    public ManifestDocuments {
        objects = Collections.unmodifiableMap(new LinkedHashMap<>(objects));
    }

    /** The objects of documents parsed from YAML or read from a cluster. The later of two equal keys wins, as with kubectl. */
    public static ManifestDocuments of(Iterable<? extends JsonNode> documents) {
        Map<ObjectKey, ObjectNode> objects = new LinkedHashMap<>();
        collect(documents, objects);
        return new ManifestDocuments(objects);
    }

    /** The object of that key. */
    public Optional<ObjectNode> find(ObjectKey key) {
        return Optional.ofNullable(objects.get(key));
    }

    /** The keys, in the order of the documents. */
    public Set<ObjectKey> keys() {
        return objects.keySet();
    }

    private static void collect(Iterable<? extends JsonNode> documents, Map<ObjectKey, ObjectNode> objects) {
        for (JsonNode document : documents) {
            if (!(document instanceof ObjectNode object) || object.isEmpty()) {
                continue;
            }
            if (object.path("kind").asText().endsWith("List")
                    && object.path("items").isArray()) {
                collect(object.path("items"), objects);
            } else {
                objects.put(ObjectKey.of(object), object);
            }
        }
    }

    /** Without what the objects hold: one may be a Secret. */
    @Override
    public String toString() {
        return objects.keySet().toString();
    }
}
