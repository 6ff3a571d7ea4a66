package io.calicofleet.simulator.kubernetes.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Times;
import io.calicofleet.simulator.kubernetes.crd.Crds;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;

/**
 * The APIServices that Kubernetes keeps for what definitions serve: without a Service, since it serves them itself. Where
 * somebody made one of that name, it is left alone.
 */
final class ApiServices {

    private static final GroupResource RESOURCE = new GroupResource("apiregistration.k8s.io", "apiservices");
    private static final String AUTOMANAGED = "kube-aggregator.kubernetes.io/automanaged";

    private ApiServices() {}

    /** Those of a definition are there. */
    static void served(Kube kube, ObjectNode crd) {
        for (ResourceType type : Crds.types(crd)) {
            ObjectNode service =
                    Json.object().put("apiVersion", "apiregistration.k8s.io/v1").put("kind", "APIService");
            service.putObject("metadata")
                    .put("name", type.version() + "." + type.group())
                    .putObject("labels")
                    .put(AUTOMANAGED, "true");
            service.putObject("spec")
                    .put("group", type.group())
                    .put("version", type.version())
                    .put("groupPriorityMinimum", 1000)
                    .put("versionPriority", 100);
            service.putObject("status")
                    .putArray("conditions")
                    .addObject()
                    .put("type", "Available")
                    .put("status", "True")
                    .put("reason", "Local")
                    .put("lastTransitionTime", Times.now());
            kube.create(RESOURCE, service);
        }
    }

    /** Those go that no definition needs any more. */
    static void removed(Kube kube, ObjectNode crd) {
        for (ResourceType type : Crds.types(crd)) {
            boolean needed = kube.list(Crds.RESOURCE, "").stream()
                    .flatMap(other -> Crds.types(other).stream())
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
