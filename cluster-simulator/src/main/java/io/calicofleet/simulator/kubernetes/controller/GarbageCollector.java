package io.calicofleet.simulator.kubernetes.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Times;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.resource.TypeRegistry;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import io.calicofleet.simulator.kubernetes.store.StoreEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Deletes what is owned by what is gone, finishes foreground and orphaning deletions, and empties namespaces. */
final class GarbageCollector {

    private static final String OWNERS = "ownerReferences";

    private final Kube kube;
    private final TypeRegistry types;
    private final Map<String, Set<Dependent>> byOwner = new ConcurrentHashMap<>();

    /** An object that others own. */
    private record Dependent(GroupResource resource, ObjectKey key) {}

    GarbageCollector(Kube kube, TypeRegistry types) {
        this.kube = kube;
        this.types = types;
    }

    /** Remembers who owns what; within the store's lock. */
    void changed(StoreEvent event) {
        Dependent dependent = new Dependent(event.resource(), event.key());
        ObjectNode previous = event.previous();
        if (previous != null) {
            owners(previous)
                    .forEach(owner -> byOwner.computeIfPresent(uid(owner), (uid, all) -> {
                        all.remove(dependent);
                        return all.isEmpty() ? null : all;
                    }));
        }
        if (event.type() != StoreEvent.Type.DELETED) {
            owners(event.object())
                    .forEach(owner -> byOwner.computeIfAbsent(uid(owner), uid -> ConcurrentHashMap.newKeySet())
                            .add(dependent));
        }
    }

    private static JsonNode owners(JsonNode object) {
        return object.path("metadata").path(OWNERS);
    }

    private static String uid(JsonNode reference) {
        return reference.path("uid").asText();
    }

    /** An object is gone: so are those it owned, and owners that only waited for it. */
    void deleted(ObjectNode object) {
        dependents(object).forEach(each -> release(each, object));
        for (JsonNode reference : owners(object)) {
            ObjectNode owner = owner(reference, object);
            ResourceType type = type(reference);
            if (owner != null && type != null && Kube.isDeleted(owner)) {
                deleting(type.groupResource(), owner);
            }
        }
    }

    private @Nullable ResourceType type(JsonNode reference) {
        return types.byKind(Json.text(reference, "apiVersion"), Json.text(reference, "kind"));
    }

    /** The owner a reference of an object names, where it is there. */
    private @Nullable ObjectNode owner(JsonNode reference, ObjectNode object) {
        ResourceType type = type(reference);
        if (type == null) {
            return null;
        }
        String namespace = type.namespaced() ? Json.text(object, "metadata", "namespace") : "";
        ObjectNode there = kube.get(type.groupResource(), new ObjectKey(namespace, Json.text(reference, "name")));
        return there != null && Kube.uid(there).equals(uid(reference)) ? there : null;
    }

    private List<Dependent> dependents(JsonNode owner) {
        return List.copyOf(byOwner.getOrDefault(Kube.uid(owner), Set.of()));
    }

    /** An owner is gone: what has others that are there only loses it. */
    private void release(Dependent dependent, ObjectNode owner) {
        ObjectNode object = kube.get(dependent.resource(), dependent.key());
        if (object == null || owners(object).valueStream().noneMatch(each -> owner(each, object) != null)) {
            delete(dependent);
            return;
        }
        ArrayNode left = Json.array();
        owners(object).forEach(each -> {
            if (!uid(each).equals(Kube.uid(owner))) {
                left.add(each);
            }
        });
        kube.change(
                dependent.resource(),
                dependent.key(),
                copy -> Json.child(copy, "metadata").set(OWNERS, left));
    }

    private void delete(Dependent dependent) {
        ObjectNode object = kube.get(dependent.resource(), dependent.key());
        if (object == null) {
            return;
        }
        if (dependent.resource().equals(Kube.PODS)) {
            kube.deletePod(object);
        } else if (object.path("metadata").path("finalizers").isEmpty()) {
            kube.store().remove(dependent.resource(), dependent.key());
        } else if (!Kube.isDeleted(object)) {
            kube.change(
                    dependent.resource(),
                    dependent.key(),
                    copy -> Json.child(copy, "metadata")
                            .put("deletionTimestamp", Times.now())
                            .put("deletionGracePeriodSeconds", 0));
        }
    }

    /** Whether all owners an object names are known not to be there. */
    boolean isOrphan(ObjectNode object) {
        JsonNode owners = owners(object);
        return !owners.isEmpty() && owners.valueStream().allMatch(owner -> isGone(owner, object));
    }

    /** Where nobody knows where to look, it is not. */
    private boolean isGone(JsonNode reference, ObjectNode object) {
        return type(reference) != null && owner(reference, object) == null;
    }

    /** Deletes an object whose owners are not there, if that is still so. */
    void collect(GroupResource resource, ObjectKey key) {
        ObjectNode object = kube.get(resource, key);
        if (object != null && isOrphan(object)) {
            delete(new Dependent(resource, key));
        }
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
            dependents(object)
                    .forEach(each -> kube.change(
                            each.resource(),
                            each.key(),
                            copy -> Json.child(copy, "metadata").remove(OWNERS)));
            finish(resource, object, "orphan");
        } else if (foreground) {
            dependents(object).forEach(this::delete);
            if (dependents(object).isEmpty()) {
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

    /** Whether a namespace is being deleted. */
    boolean isTerminating(String namespace) {
        @Nullable ObjectNode there = kube.get(Kube.NAMESPACES, new ObjectKey("", namespace));
        return there != null && Kube.isDeleted(there);
    }

    /** A namespace is being deleted: everything in it goes; once nothing is left, and it has no finalizers, it goes too. */
    void emptyNamespace(String name) {
        if (!isTerminating(name)) {
            return;
        }
        kube.store()
                .resources()
                .forEach(resource ->
                        kube.list(resource, name).forEach(each -> delete(new Dependent(resource, ObjectKey.of(each)))));
        Map<GroupResource, Integer> left = new HashMap<>();
        Map<String, Integer> held = new HashMap<>();
        for (GroupResource resource : kube.store().resources()) {
            for (ObjectNode each : kube.list(resource, name)) {
                left.merge(resource, 1, Integer::sum);
                each.path("metadata")
                        .path("finalizers")
                        .forEach(finalizer -> held.merge(finalizer.asText(), 1, Integer::sum));
            }
        }
        ObjectKey key = new ObjectKey("", name);
        if (left.isEmpty()) {
            empty(key);
        } else {
            NamespaceConditions.write(kube, key, left, held);
        }
    }

    /** Nothing is left in a namespace: what the namespace controller stands for with its finalizer is done. */
    private void empty(ObjectKey key) {
        kube.store().locked(() -> {
            kube.change(Kube.NAMESPACES, key, copy -> {
                ArrayNode others = Json.array();
                for (JsonNode each : copy.path("spec").path("finalizers")) {
                    if (!each.asText().equals("kubernetes")) {
                        others.add(each);
                    }
                }
                copy.set("spec", Json.object().set("finalizers", others));
            });
            ObjectNode namespace = kube.get(Kube.NAMESPACES, key);
            if (namespace != null
                    && namespace.path("metadata").path("finalizers").isEmpty()
                    && namespace.path("spec").path("finalizers").isEmpty()) {
                kube.store().remove(Kube.NAMESPACES, key);
            }
            return key;
        });
    }

    /** A CRD is gone: so are its objects. */
    void emptyResource(GroupResource resource) {
        for (ObjectNode each : kube.list(resource, "")) {
            kube.store().remove(resource, ObjectKey.of(each));
        }
    }
}
