package io.calicofleet.simulator.kubernetes.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Times;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Deleting: at once, or with a deletion timestamp where finalizers or a pod's grace period ask for time. What the garbage
 * collector and the namespace controller do after is theirs.
 */
final class Deletion {

    private final Cluster cluster;

    Deletion(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Deletes within the lock; returns what is left of the object, or null where it is gone. */
    @Nullable
    ObjectNode delete(ResourceType type, ObjectNode object, JsonNode options, boolean dryRun) {
        preconditions(type, object, options.path("preconditions"));
        ObjectNode updated = Json.shallow(object);
        ObjectNode metadata = object.path("metadata").deepCopy();
        updated.set("metadata", metadata);
        String policy = options.path("propagationPolicy").asText("");
        if (policy.isEmpty() && options.has("orphanDependents")) {
            policy = options.path("orphanDependents").asBoolean() ? "Orphan" : "Background";
        }
        if (policy.equals("Foreground") || policy.equals("Orphan")) {
            addFinalizer(metadata, policy.equals("Foreground") ? "foregroundDeletion" : "orphan");
        }
        boolean namespace = type.group().isEmpty() && type.kind().equals("Namespace");
        long grace = grace(type, object, options);
        boolean wait = !metadata.path("finalizers").isEmpty() || namespace || grace > 0;
        if (dryRun) {
            return wait ? object : null;
        }
        if (!wait) {
            cluster.store().remove(type.groupResource(), ObjectKey.of(object));
            return null;
        }
        boolean first = !metadata.has("deletionTimestamp");
        if (first) {
            metadata.put("deletionTimestamp", Times.now()).put("deletionGracePeriodSeconds", grace);
        } else if (metadata.path("deletionGracePeriodSeconds").asLong() <= grace
                && metadata.path("finalizers").size()
                        == object.path("metadata").path("finalizers").size()) {
            return object;
        }
        if (namespace) {
            ObjectNode status =
                    updated.path("status").isObject() ? updated.path("status").deepCopy() : Json.object();
            updated.set("status", status.put("phase", "Terminating"));
        }
        return cluster.store().put(type.groupResource(), updated);
    }

    private static void preconditions(ResourceType type, ObjectNode object, JsonNode preconditions) {
        for (String field : List.of("uid", "resourceVersion")) {
            String wanted = preconditions.path(field).asText("");
            String is = Json.text(object, "metadata", field);
            if (!wanted.isEmpty() && !wanted.equals(is)) {
                throw ApiException.conflict(
                        type,
                        Json.text(object, "metadata", "name"),
                        "Precondition failed: " + field + " in precondition: " + wanted + ", in object meta: " + is);
            }
        }
    }

    private static void addFinalizer(ObjectNode metadata, String finalizer) {
        for (JsonNode each : metadata.path("finalizers")) {
            if (each.asText().equals(finalizer)) {
                return;
            }
        }
        Json.list(metadata, "finalizers").add(finalizer);
    }

    /** A pod that is on a node gets its grace period; everything else goes at once. */
    private static long grace(ResourceType type, ObjectNode object, JsonNode options) {
        boolean pod = type.group().isEmpty() && type.kind().equals("Pod");
        if (!pod || Json.text(object, "spec", "nodeName").isEmpty()) {
            return 0;
        }
        JsonNode asked = options.path("gracePeriodSeconds");
        if (asked.isNumber()) {
            return asked.asLong();
        }
        return object.path("spec").path("terminationGracePeriodSeconds").asLong(30);
    }
}
