package io.calicofleet.simulator.kubernetes.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import java.util.List;

/** Deletes what is owned by what is gone, finishes foreground and orphaning deletions, and empties namespaces. */
final class GarbageCollector {

    private static final List<GroupResource> OWNED = List.of(Kube.REPLICA_SETS, Kube.PODS, Kube.REVISIONS, Kube.JOBS);

    private final Kube kube;

    GarbageCollector(Kube kube) {
        this.kube = kube;
    }

    /** An object is gone: so are those it owned. */
    void deleted(ObjectNode owner) {
        for (GroupResource resource : OWNED) {
            for (ObjectNode each : dependents(resource, owner)) {
                if (resource.equals(Kube.PODS)) {
                    kube.deletePod(each);
                } else {
                    kube.store().remove(resource, ObjectKey.of(each));
                }
            }
        }
    }

    private List<ObjectNode> dependents(GroupResource resource, JsonNode owner) {
        String uid = Kube.uid(owner);
        return kube.list(resource, Json.text(owner, "metadata", "namespace")).stream()
                .filter(each -> {
                    for (JsonNode reference : each.path("metadata").path("ownerReferences")) {
                        if (reference.path("uid").asText().equals(uid)) {
                            return true;
                        }
                    }
                    return false;
                })
                .toList();
    }

    /** An object is being deleted and has finalizers of this collector: sees to its dependents first. */
    void deleting(GroupResource resource, ObjectNode object) {
        boolean foreground = false;
        boolean orphan = false;
        for (JsonNode finalizer : object.path("metadata").path("finalizers")) {
            foreground |= finalizer.asText().equals("foregroundDeletion");
            orphan |= finalizer.asText().equals("orphan");
        }
        if (orphan) {
            for (GroupResource of : OWNED) {
                dependents(of, object)
                        .forEach(each -> kube.change(
                                of,
                                ObjectKey.of(each),
                                copy -> Json.child(copy, "metadata").remove("ownerReferences")));
            }
            finish(resource, object, "orphan");
        } else if (foreground) {
            deleted(object);
            boolean empty = OWNED.stream().allMatch(of -> dependents(of, object).isEmpty());
            if (empty) {
                finish(resource, object, "foregroundDeletion");
            }
        }
    }

    private void finish(GroupResource resource, ObjectNode object, String finalizer) {
        ObjectKey key = ObjectKey.of(object);
        kube.store().locked(() -> {
            kube.change(resource, key, copy -> {
                ArrayNode left = Json.array();
                for (JsonNode each : copy.path("metadata").path("finalizers")) {
                    if (!each.asText().equals(finalizer)) {
                        left.add(each);
                    }
                }
                Json.child(copy, "metadata").set("finalizers", left);
            });
            ObjectNode now = kube.get(resource, key);
            if (now != null && now.path("metadata").path("finalizers").isEmpty()) {
                kube.store().remove(resource, key);
            }
            return key;
        });
    }

    /** A namespace is being deleted: everything in it goes, then the namespace. */
    void emptyNamespace(ObjectNode namespace) {
        String name = Json.text(namespace, "metadata", "name");
        for (GroupResource resource : kube.store().resources()) {
            for (ObjectNode each : kube.list(resource, name)) {
                if (each.path("metadata").path("finalizers").isEmpty()) {
                    kube.store().remove(resource, ObjectKey.of(each));
                }
            }
        }
        kube.store().remove(Kube.NAMESPACES, new ObjectKey("", name));
    }

    /** A CRD is gone: so are its objects. */
    void emptyResource(GroupResource resource) {
        for (ObjectNode each : kube.list(resource, "")) {
            kube.store().remove(resource, ObjectKey.of(each));
        }
    }
}
