package io.calicofleet.simulator.kubernetes.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Times;
import io.calicofleet.simulator.kubernetes.crd.Crds;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.resource.TypeRegistry;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import java.util.Map;

/**
 * The APIServices that Kubernetes keeps for what it serves itself: without a Service. Where
 * somebody made one of that name, it is left alone.
 */
final class ApiServices {

    private static final GroupResource RESOURCE = new GroupResource("apiregistration.k8s.io", "apiservices");
    private static final String AUTOMANAGED = "kube-aggregator.kubernetes.io/automanaged";

    /** How the groups are ordered in discovery. */
    private static final Map<String, Integer> PRIORITIES = Map.ofEntries(
            Map.entry("", 18_000),
            Map.entry("apps", 17_800),
            Map.entry("events.k8s.io", 17_750),
            Map.entry("authentication.k8s.io", 17_700),
            Map.entry("authorization.k8s.io", 17_600),
            Map.entry("autoscaling", 17_500),
            Map.entry("batch", 17_400),
            Map.entry("certificates.k8s.io", 17_300),
            Map.entry("networking.k8s.io", 17_200),
            Map.entry("policy", 17_100),
            Map.entry("rbac.authorization.k8s.io", 17_000),
            Map.entry("storage.k8s.io", 16_800),
            Map.entry("apiextensions.k8s.io", 16_700),
            Map.entry("admissionregistration.k8s.io", 16_700),
            Map.entry("scheduling.k8s.io", 16_600),
            Map.entry("coordination.k8s.io", 16_500),
            Map.entry("node.k8s.io", 16_300),
            Map.entry("discovery.k8s.io", 16_200));

    /** Only groups and versions of types are asked for, which are the same on every Kubernetes. */
    private static final int ANY = 0;

    private ApiServices() {}

    /** Those of the built-in groups are there. */
    static void builtIn(Kube kube, TypeRegistry types) {
        types.all().stream()
                .filter(type -> type.crd() == null)
                .forEach(type -> make(
                        kube,
                        type,
                        PRIORITIES.getOrDefault(type.group(), 16_000),
                        type.group().isEmpty() ? 1 : type.version().equals("v1") ? 15 : 9,
                        "onstart"));
    }

    /** Those of a definition are there. */
    static void served(Kube kube, ObjectNode crd) {
        Crds.types(crd, ANY).forEach(type -> make(kube, type, 1000, 100, "true"));
    }

    private static void make(Kube kube, ResourceType type, int group, int version, String managed) {
        ObjectNode service =
                Json.object().put("apiVersion", "apiregistration.k8s.io/v1").put("kind", "APIService");
        service.putObject("metadata")
                .put("name", type.version() + "." + type.group())
                .putObject("labels")
                .put(AUTOMANAGED, managed);
        service.putObject("spec")
                .put("group", type.group())
                .put("groupPriorityMinimum", group)
                .put("version", type.version())
                .put("versionPriority", version);
        service.putObject("status")
                .putArray("conditions")
                .addObject()
                .put("lastTransitionTime", Times.now())
                .put("message", "Local APIServices are always available")
                .put("reason", "Local")
                .put("status", "True")
                .put("type", "Available");
        kube.create(RESOURCE, service);
    }

    /** Those go that no definition needs any more. */
    static void removed(Kube kube, ObjectNode crd) {
        for (ResourceType type : Crds.types(crd, ANY)) {
            boolean needed = kube.list(Crds.RESOURCE, "").stream()
                    .flatMap(other -> Crds.types(other, ANY).stream())
                    .anyMatch(other -> other.group().equals(type.group())
                            && other.version().equals(type.version()));
            ObjectKey key = new ObjectKey("", type.version() + "." + type.group());
            ObjectNode service = kube.get(RESOURCE, key);
            if (!needed
                    && service != null
                    && Kube.labels(service).getOrDefault(AUTOMANAGED, "").equals("true")) {
                kube.store().remove(RESOURCE, key);
            }
        }
    }
}
