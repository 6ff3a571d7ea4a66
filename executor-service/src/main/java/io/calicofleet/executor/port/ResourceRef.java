package io.calicofleet.executor.port;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.release.ApiVersions;
import io.calicofleet.model.release.ObjectKey;

/**
 * Names one object in one API version.
 *
 * @param apiVersion such as apps/v1
 * @param kind such as DaemonSet
 * @param namespace its namespace; empty for what has none
 * @param name its name
 */
public record ResourceRef(String apiVersion, String kind, String namespace, String name) {

    public ResourceRef {
        requireNonNull(apiVersion, "apiVersion");
        requireNonNull(kind, "kind");
        requireNonNull(namespace, "namespace");
        requireNonNull(name, "name");
    }

    /** The reference to an object, read from itself; in an API version that is served ({@link ApiVersions}). */
    public static ResourceRef of(JsonNode object) {
        ObjectKey key = ObjectKey.of(object);
        return new ResourceRef(
                ApiVersions.served(object.path("apiVersion").asText(), key.kind()),
                key.kind(),
                key.namespace(),
                key.name());
    }

    /** What makes it the same object in every API version. */
    public ObjectKey key() {
        int slash = apiVersion.indexOf('/');
        return new ObjectKey(slash < 0 ? "" : apiVersion.substring(0, slash), kind, namespace, name);
    }

    /** {@code DaemonSet kube-system/calico-node}. */
    public String object() {
        return key().object();
    }

    @Override
    public String toString() {
        return object();
    }
}
