package io.calicofleet.simulator.kubernetes.store;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * An object's place within its resource.
 *
 * @param namespace its namespace; empty for cluster-scoped ones
 * @param name its name
 */
public record ObjectKey(String namespace, String name) implements Comparable<ObjectKey> {

    /** The key of an object. */
    public static ObjectKey of(JsonNode object) {
        JsonNode metadata = object.path("metadata");
        return new ObjectKey(
                metadata.path("namespace").asText(""), metadata.path("name").asText(""));
    }

    @Override
    public int compareTo(ObjectKey other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
