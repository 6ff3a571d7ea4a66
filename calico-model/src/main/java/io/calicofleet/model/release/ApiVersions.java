package io.calicofleet.model.release;

import java.util.Map;

/** Which API versions of Kubernetes are the same kind, by its own source (pkg/apis, and the deprecation guide). */
public final class ApiVersions {

    /** Where the kinds of {@code extensions} are today. */
    private static final Map<String, String> MOVED = Map.of(
            "DaemonSet", "apps",
            "Deployment", "apps",
            "ReplicaSet", "apps",
            "PodSecurityPolicy", "policy",
            "NetworkPolicy", "networking.k8s.io",
            "Ingress", "networking.k8s.io");

    private static final String RBAC = "rbac.authorization.k8s.io/";

    private ApiVersions() {}

    /** The group a kind is in today: that of {@code extensions} is another for each. */
    public static String group(String group, String kind) {
        return group.equals("extensions") ? MOVED.getOrDefault(kind, group) : group;
    }

    /**
     * The API version in which an object is asked for: every API server from 1.21 on serves it, and its fields are those of
     * the older one. Others, such as policy/v1beta1, stay.
     */
    public static String served(String apiVersion, String kind) {
        if (apiVersion.startsWith("extensions/")) {
            return switch (MOVED.getOrDefault(kind, "")) {
                case "apps" -> "apps/v1";
                case "policy" -> "policy/v1beta1";
                case "networking.k8s.io" -> "networking.k8s.io/v1";
                default -> apiVersion;
            };
        }
        if (apiVersion.startsWith("apps/v1beta")) {
            return "apps/v1";
        }
        return apiVersion.startsWith(RBAC) ? RBAC + "v1" : apiVersion;
    }
}
