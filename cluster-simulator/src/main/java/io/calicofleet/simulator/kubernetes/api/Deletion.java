package io.calicofleet.simulator.kubernetes.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Times;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import io.calicofleet.simulator.kubernetes.validation.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Deleting: at once, or with a deletion timestamp where finalizers or a pod's grace period ask for time. What the garbage
 * collector and the namespace controller do after is theirs.
 */
public final class Deletion {

    private static final Set<String> IMMORTAL = Set.of("default", "kube-public", "kube-system");
    private static final Set<String> POLICIES = Set.of("", "Foreground", "Background", "Orphan");

    private final Cluster cluster;

    Deletion(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Deletes within the lock; returns what is left of the object, or null where it is gone. */
    @Nullable
    ObjectNode delete(ResourceType type, ObjectNode object, JsonNode options, boolean dryRun) {
        lifecycle(type, object);
        preconditions(type, object, options.path("preconditions"));
        ObjectNode updated = Json.shallow(object);
        ObjectNode metadata = object.path("metadata").deepCopy();
        updated.set("metadata", metadata);
        String policy = options.path("propagationPolicy").asText("");
        if (policy.isEmpty() && options.has("orphanDependents")) {
            policy = options.path("orphanDependents").asBoolean() ? "Orphan" : "Background";
        }
        if (policy.isEmpty() && type.group().equals("batch") && type.kind().equals("Job")) {
            policy = "Orphan"; // as batch/v1 has it for those who were there first
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

    /** Some namespaces every cluster has. */
    private static void lifecycle(ResourceType type, ObjectNode object) {
        String name = Json.text(object, "metadata", "name");
        if (type.group().isEmpty() && type.kind().equals("Namespace") && IMMORTAL.contains(name)) {
            throw ApiException.forbidden(type, name, "this namespace may not be deleted");
        }
    }

    private static void preconditions(ResourceType type, ObjectNode object, JsonNode preconditions) {
        String name = Json.text(object, "metadata", "name");
        String uid = Json.text(object, "metadata", "uid");
        String wantedUid = preconditions.path("uid").asText(uid);
        if (!wantedUid.equals(uid)) {
            throw ApiException.precondition(
                    type,
                    name,
                    "the UID in the precondition (" + wantedUid + ") does not match the UID in record (" + uid
                            + "). The object might have been deleted and then recreated");
        }
        String version = Json.text(object, "metadata", "resourceVersion");
        String wantedVersion = preconditions.path("resourceVersion").asText(version);
        if (!wantedVersion.equals(version)) {
            throw ApiException.precondition(
                    type,
                    name,
                    "the ResourceVersion in the precondition (" + wantedVersion
                            + ") does not match the ResourceVersion in record (" + version
                            + "). The object might have been modified");
        }
    }

    /** Refuses options of a deletion that mean nothing. */
    public static void check(JsonNode options) {
        List<Problem> problems = new ArrayList<>();
        JsonNode policy = options.path("propagationPolicy");
        if (!policy.asText("").isEmpty() && options.has("orphanDependents")) {
            problems.add(Problem.invalid(
                    "propagationPolicy", policy, "orphanDependents and deletionPropagation cannot be both set"));
        }
        if (!POLICIES.contains(policy.asText(""))) {
            problems.add(Problem.notSupported(
                    "propagationPolicy", policy, List.of("Foreground", "Background", "Orphan", "nil")));
        }
        JsonNode dryRun = options.path("dryRun");
        for (JsonNode each : dryRun) {
            if (!each.asText().equals("All")) {
                problems.add(Problem.notSupported("dryRun", dryRun, List.of("All")));
            }
        }
        if (!problems.isEmpty()) {
            throw ApiException.invalidOptions("DeleteOptions", problems);
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
