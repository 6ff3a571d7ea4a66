package io.calicofleet.model.release;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;
import java.util.Set;

/**
 * What makes two objects the same one: not their API version, so that policy/v1beta1 and policy/v1 meet, nor the group
 * {@code extensions}, from which Kubernetes moved its kinds to others.
 *
 * @param group the API group, of {@code extensions} the one its kind is in today; empty for the core group
 * @param kind the kind
 * @param namespace the namespace; empty for what has none
 * @param name the name
 */
public record ObjectKey(String group, String kind, String namespace, String name) implements Comparable<ObjectKey> {

    private static final Comparator<ObjectKey> ORDER = Comparator.comparing(ObjectKey::group)
            .thenComparing(ObjectKey::kind)
            .thenComparing(ObjectKey::namespace)
            .thenComparing(ObjectKey::name);

    /** Kinds of the manifests that live in a namespace; without one they land in {@code default}. */
    private static final Set<String> NAMESPACED = Set.of(
            "ConfigMap",
            "DaemonSet",
            "Deployment",
            "Job",
            "Pod",
            "PodDisruptionBudget",
            "Role",
            "RoleBinding",
            "Secret",
            "Service",
            "ServiceAccount");

    public ObjectKey {
        requireNonNull(group, "group");
        requireNonNull(kind, "kind");
        requireNonNull(namespace, "namespace");
        requireNonNull(name, "name");
        group = ApiVersions.group(group, kind);
    }

    /** The key of a Kubernetes object, which has an apiVersion, a kind and a name. */
    public static ObjectKey of(JsonNode object) {
        String apiVersion = object.path("apiVersion").asText();
        int slash = apiVersion.indexOf('/');
        String kind = object.path("kind").asText();
        JsonNode metadata = object.path("metadata");
        String namespace = metadata.path("namespace").asText("");
        return new ObjectKey(
                slash < 0 ? "" : apiVersion.substring(0, slash),
                kind,
                namespace.isEmpty() && NAMESPACED.contains(kind) ? "default" : namespace,
                metadata.path("name").asText());
    }

    /** The form in events: {@code DaemonSet kube-system/calico-node}, {@code ClusterRole calico-node}. */
    public String object() {
        return kind + " " + (namespace.isEmpty() ? "" : namespace + "/") + name;
    }

    @Override
    public int compareTo(ObjectKey other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return object();
    }
}
