package io.calicofleet.simulator.kubernetes.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Labels;
import io.calicofleet.simulator.json.Times;
import io.calicofleet.simulator.kubernetes.api.ApiException;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import io.calicofleet.simulator.kubernetes.store.ObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How controllers read and write objects: straight in the store, without the API's rules. */
public final class Kube {

    public static final GroupResource PODS = new GroupResource("", "pods");
    public static final GroupResource NODES = new GroupResource("", "nodes");
    public static final GroupResource NAMESPACES = new GroupResource("", "namespaces");
    public static final GroupResource EVENTS = new GroupResource("", "events");
    public static final GroupResource CONFIG_MAPS = new GroupResource("", "configmaps");
    public static final GroupResource DAEMON_SETS = new GroupResource("apps", "daemonsets");
    public static final GroupResource DEPLOYMENTS = new GroupResource("apps", "deployments");
    public static final GroupResource REPLICA_SETS = new GroupResource("apps", "replicasets");
    public static final GroupResource REVISIONS = new GroupResource("apps", "controllerrevisions");
    public static final GroupResource JOBS = new GroupResource("batch", "jobs");

    private final ObjectStore store;

    public Kube(ObjectStore store) {
        this.store = store;
    }

    /** The store itself. */
    public ObjectStore store() {
        return store;
    }

    /** An object, or null. */
    public @Nullable ObjectNode get(GroupResource resource, ObjectKey key) {
        return store.get(resource, key);
    }

    /** All objects of a namespace, or of all where it is empty. */
    public List<ObjectNode> list(GroupResource resource, String namespace) {
        return store.list(resource, namespace).objects();
    }

    /** What a controller owns, by the uid of its ownerReferences. */
    public List<ObjectNode> ownedBy(GroupResource resource, JsonNode owner) {
        String uid = uid(owner);
        List<ObjectNode> owned = new ArrayList<>();
        for (ObjectNode each : list(resource, Json.text(owner, "metadata", "namespace"))) {
            if (ownerUid(each).equals(uid)) {
                owned.add(each);
            }
        }
        return owned;
    }

    /** The uid of an object's controller; empty where it has none. */
    public static String ownerUid(JsonNode object) {
        for (JsonNode owner : object.path("metadata").path("ownerReferences")) {
            if (owner.path("controller").asBoolean()) {
                return owner.path("uid").asText();
            }
        }
        return "";
    }

    /** The kind and name of an object's controller, such as {@code DaemonSet/calico-node}; empty where it has none. */
    public static String owner(JsonNode object) {
        for (JsonNode owner : object.path("metadata").path("ownerReferences")) {
            if (owner.path("controller").asBoolean()) {
                return owner.path("kind").asText() + "/" + owner.path("name").asText();
            }
        }
        return "";
    }

    /** An object's uid. */
    public static String uid(JsonNode object) {
        return Json.text(object, "metadata", "uid");
    }

    /** Whether an object is being deleted. */
    public static boolean isDeleted(JsonNode object) {
        return object.path("metadata").has("deletionTimestamp");
    }

    /**
     * Stores a new object with uid and creation time, unless its name is taken.
     *
     * @throws ApiException where the API server refuses a pod
     */
    public @Nullable ObjectNode create(GroupResource resource, ObjectNode object) {
        return store.locked(() -> {
            if (store.get(resource, ObjectKey.of(object)) != null) {
                return null;
            }
            store.admit(resource, object);
            if (resource.equals(PODS)) {
                store.checkCreate(resource, object);
            }
            ObjectNode metadata = Json.child(object, "metadata");
            metadata.put("uid", UUID.randomUUID().toString()).put("creationTimestamp", Times.now());
            return store.put(resource, object);
        });
    }

    /** Changes a copy of an object's status and stores it where it differs; false where the object is gone. */
    public boolean status(GroupResource resource, ObjectKey key, Consumer<ObjectNode> change) {
        return change(resource, key, object -> {
            ObjectNode status =
                    object.path("status").isObject() ? object.path("status").deepCopy() : Json.object();
            change.accept(status);
            object.set("status", status);
        });
    }

    /** Changes an object: the consumer gets a shallow copy and must copy below what it changes. */
    public boolean change(GroupResource resource, ObjectKey key, Consumer<ObjectNode> change) {
        return store.locked(() -> {
            ObjectNode old = store.get(resource, key);
            if (old == null) {
                return false;
            }
            ObjectNode copy = Json.shallow(old);
            copy.set("metadata", old.path("metadata").deepCopy());
            change.accept(copy);
            if (!Json.same(old, copy)) {
                store.put(resource, copy);
            }
            return true;
        });
    }

    /** Deletes a pod as a controller does: with its grace period. */
    public void deletePod(JsonNode pod) {
        ObjectKey key = ObjectKey.of(pod);
        if (isDeleted(pod)) {
            return;
        }
        long grace = pod.path("spec").path("terminationGracePeriodSeconds").asLong(30);
        if (grace == 0 || Json.text(pod, "spec", "nodeName").isEmpty()) {
            store.remove(PODS, key);
        } else {
            change(
                    PODS,
                    key,
                    object -> Json.child(object, "metadata")
                            .put("deletionTimestamp", Times.now())
                            .put("deletionGracePeriodSeconds", grace));
        }
    }

    /** A metadata object owned by a controller. */
    public static ObjectNode ownedMetadata(String name, JsonNode owner, Map<String, String> labels) {
        ObjectNode metadata = Json.object();
        metadata.put("name", name).put("namespace", Json.text(owner, "metadata", "namespace"));
        ObjectNode all = metadata.putObject("labels");
        labels.forEach(all::put);
        metadata.putArray("ownerReferences")
                .addObject()
                .put("apiVersion", owner.path("apiVersion").asText())
                .put("blockOwnerDeletion", true)
                .put("controller", true)
                .put("kind", owner.path("kind").asText())
                .put("name", Json.text(owner, "metadata", "name"))
                .put("uid", uid(owner));
        return metadata;
    }

    /** Whether a condition of an object's status is True. */
    public static boolean isTrue(JsonNode object, String condition) {
        for (JsonNode each : object.path("status").path("conditions")) {
            if (each.path("type").asText().equals(condition)) {
                return each.path("status").asText().equals("True");
            }
        }
        return false;
    }

    /** Labels of an object. */
    public static Map<String, String> labels(JsonNode object) {
        return Labels.ofObject(object);
    }

    /** Tells of something that happened to an object, as kubectl describe shows it. */
    public void event(JsonNode about, String type, String reason, String message, String component) {
        String namespace = Json.text(about, "metadata", "namespace");
        ObjectNode event = Json.object().put("apiVersion", "v1").put("kind", "Event");
        String name = Json.text(about, "metadata", "name") + "."
                + Integer.toHexString((uid(about) + reason + message).hashCode());
        event.putObject("metadata").put("name", name).put("namespace", namespace.isEmpty() ? "default" : namespace);
        event.putObject("involvedObject")
                .put("apiVersion", about.path("apiVersion").asText())
                .put("kind", about.path("kind").asText())
                .put("name", Json.text(about, "metadata", "name"))
                .put("namespace", namespace)
                .put("uid", uid(about));
        event.put("type", type).put("reason", reason).put("message", message);
        event.putObject("source").put("component", component);
        String now = Times.now();
        event.put("firstTimestamp", now).put("lastTimestamp", now).put("count", 1);
        if (create(EVENTS, event) == null) {
            change(
                    EVENTS,
                    ObjectKey.of(event),
                    again -> again.put("count", again.path("count").asInt() + 1).put("lastTimestamp", now));
        }
    }
}
