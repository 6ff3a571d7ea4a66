package io.calicofleet.simulator.kubernetes.controller;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Times;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the status of a namespace that is being deleted says of what is left in it. */
final class NamespaceConditions {

    private NamespaceConditions() {}

    /**
     * Writes them.
     *
     * @param left how many objects there are still, by resource
     * @param held how many of them each finalizer holds
     */
    static void write(Kube kube, ObjectKey namespace, Map<GroupResource, Integer> left, Map<String, Integer> held) {
        Map<String, Integer> resources = new TreeMap<>();
        left.forEach((resource, count) -> resources.put(resource.plural() + "." + resource.group(), count));
        kube.status(Kube.NAMESPACES, namespace, status -> {
            ArrayNode before = status.path("conditions") instanceof ArrayNode there ? there : Json.array();
            ArrayNode now = Json.array();
            add(
                    now,
                    before,
                    "NamespaceDeletionDiscoveryFailure",
                    false,
                    "ResourcesDiscovered",
                    "All resources successfully discovered");
            add(
                    now,
                    before,
                    "NamespaceDeletionGroupVersionParsingFailure",
                    false,
                    "ParsedGroupVersions",
                    "All legacy kube types successfully parsed");
            add(
                    now,
                    before,
                    "NamespaceDeletionContentFailure",
                    false,
                    "ContentDeleted",
                    "All content successfully deleted, may be waiting on finalization");
            boolean remains = !left.isEmpty();
            add(
                    now,
                    before,
                    "NamespaceContentRemaining",
                    remains,
                    remains ? "SomeResourcesRemain" : "ContentRemoved",
                    remains
                            ? "Some resources are remaining: " + counted(resources, "has")
                            : "All content successfully removed");
            boolean holds = !held.isEmpty();
            add(
                    now,
                    before,
                    "NamespaceFinalizersRemaining",
                    holds,
                    holds ? "SomeFinalizersRemain" : "ContentHasNoFinalizers",
                    holds
                            ? "Some content in the namespace has finalizers remaining: "
                                    + counted(new TreeMap<>(held), "in")
                            : "All content-preserving finalizers finished");
            status.set("conditions", now);
        });
    }

    private static String counted(Map<String, Integer> counts, String word) {
        return counts.entrySet().stream()
                .map(each -> each.getKey() + " " + word + " " + each.getValue() + " resource instances")
                .collect(Collectors.joining(", "));
    }

    private static void add(
            ArrayNode conditions, ArrayNode before, String type, boolean holds, String reason, String message) {
        String status = holds ? "True" : "False";
        String since = Times.now();
        for (var old : before) {
            if (Json.text(old, "type").equals(type) && Json.text(old, "status").equals(status)) {
                since = Json.text(old, "lastTransitionTime");
            }
        }
        ObjectNode condition = conditions.addObject().put("lastTransitionTime", since);
        condition
                .put("message", message)
                .put("reason", reason)
                .put("status", status)
                .put("type", type);
    }
}
