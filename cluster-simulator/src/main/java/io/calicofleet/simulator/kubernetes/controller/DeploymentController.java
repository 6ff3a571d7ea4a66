package io.calicofleet.simulator.kubernetes.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Labels;
import io.calicofleet.simulator.json.Times;
import io.calicofleet.simulator.kubernetes.api.ObjectApi;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Deployments by ReplicaSets (Recreate and RollingUpdate), and ReplicaSets by pods. */
final class DeploymentController {

    private static final String HASH = "pod-template-hash";
    private static final String REVISION = "deployment.kubernetes.io/revision";
    private static final String COLLISIONS = "collisionCount";

    private final Kube kube;

    DeploymentController(Kube kube) {
        this.kube = kube;
    }

    void sync(ObjectKey key) {
        ObjectNode deployment = kube.get(Kube.DEPLOYMENTS, key);
        if (deployment == null || Kube.isDeleted(deployment)) {
            return;
        }
        List<ObjectNode> sets = kube.ownedBy(Kube.REPLICA_SETS, deployment);
        int collisions = Json.at(deployment, "status", COLLISIONS).asInt();
        String hash = Templates.hash(deployment.path("spec").path("template"), collisions);
        String name = key.name() + "-" + hash;
        ObjectNode taken = kube.get(Kube.REPLICA_SETS, new ObjectKey(key.namespace(), name));
        if (taken != null && Kube.ownerUid(taken).isEmpty()) {
            // An orphan is adopted; the next round has it.
            kube.change(
                    Kube.REPLICA_SETS,
                    ObjectKey.of(taken),
                    set -> Json.child(set, "metadata")
                            .set(
                                    "ownerReferences",
                                    Kube.ownedMetadata(name, deployment, Map.of())
                                            .get("ownerReferences")));
            return;
        }
        if (taken != null && !Kube.ownerUid(taken).equals(Kube.uid(deployment))) {
            // The next round takes another name, as Kubernetes does.
            kube.status(Kube.DEPLOYMENTS, key, status -> status.put(COLLISIONS, collisions + 1));
            return;
        }
        ObjectNode current = sets.stream()
                .filter(set -> ObjectKey.of(set).name().equals(name))
                .findFirst()
                .orElse(null);
        List<ObjectNode> old = sets.stream()
                .filter(set -> !ObjectKey.of(set).name().equals(name))
                .toList();
        if (!deployment.path("spec").path("paused").asBoolean()) {
            current = replicaSet(deployment, current, sets, hash, name);
            if (Json.text(deployment, "spec", "strategy", "type").equals("Recreate")) {
                recreate(deployment, current, old);
            } else {
                roll(deployment, current, old);
            }
            tidy(deployment, old);
        }
        status(deployment, kube.get(Kube.REPLICA_SETS, new ObjectKey(key.namespace(), name)));
    }

    private ObjectNode replicaSet(
            ObjectNode deployment, @Nullable ObjectNode current, List<ObjectNode> sets, String hash, String name) {
        long newest =
                sets.stream().mapToLong(DeploymentController::revision).max().orElse(0);
        if (current == null) {
            ObjectNode set = Json.object().put("apiVersion", "apps/v1").put("kind", "ReplicaSet");
            Map<String, String> labels =
                    new HashMap<>(Labels.ofObject(deployment.path("spec").path("template")));
            labels.put(HASH, hash);
            ObjectNode metadata = Kube.ownedMetadata(name, deployment, labels);
            metadata.put("generation", 1).putObject("annotations").put(REVISION, Long.toString(newest + 1));
            set.set("metadata", metadata);
            ObjectNode spec = set.putObject("spec").put("replicas", 0);
            ObjectNode selector = deployment.path("spec").path("selector").deepCopy();
            Json.child(selector, "matchLabels").put(HASH, hash);
            spec.set("selector", selector);
            ObjectNode template = deployment.path("spec").path("template").deepCopy();
            Json.child(Json.child(template, "metadata"), "labels").put(HASH, hash);
            spec.set("template", template);
            set.putObject("status").put("replicas", 0);
            kube.create(Kube.REPLICA_SETS, set);
            annotate(deployment, newest + 1);
            return set;
        }
        if (revision(current) < newest) {
            kube.change(
                    Kube.REPLICA_SETS,
                    ObjectKey.of(current),
                    set -> Json.child(Json.child(set, "metadata"), "annotations")
                            .put(REVISION, Long.toString(newest + 1)));
            annotate(deployment, newest + 1);
        }
        return current;
    }

    private void annotate(ObjectNode deployment, long revision) {
        kube.change(
                Kube.DEPLOYMENTS,
                ObjectKey.of(deployment),
                object -> Json.child(Json.child(object, "metadata"), "annotations")
                        .put(REVISION, Long.toString(revision)));
    }

    private static long revision(JsonNode set) {
        return Json.at(set, "metadata", "annotations", REVISION).asLong();
    }

    private void recreate(ObjectNode deployment, ObjectNode current, List<ObjectNode> old) {
        old.forEach(set -> scale(set, 0));
        boolean gone = old.stream().allMatch(set -> kube.ownedBy(Kube.PODS, set).isEmpty());
        if (gone) {
            scale(current, replicas(deployment));
        }
    }

    private void roll(ObjectNode deployment, ObjectNode current, List<ObjectNode> old) {
        int wanted = replicas(deployment);
        JsonNode rolling = Json.at(deployment, "spec", "strategy", "rollingUpdate");
        int surge = Templates.count(rolling.path("maxSurge"), wanted, true, 1);
        int unavailable = Templates.count(rolling.path("maxUnavailable"), wanted, false, 0);
        if (surge == 0 && unavailable == 0) {
            unavailable = 1;
        }
        int oldReplicas = old.stream().mapToInt(DeploymentController::replicas).sum();
        int now = replicas(current);
        int target = old.isEmpty() ? wanted : Math.min(wanted, Math.max(now, wanted + surge - oldReplicas));
        scale(current, now > wanted ? wanted : target);
        int available = available(current);
        for (ObjectNode set : old) {
            available += available(set);
        }
        int removable = available - (wanted - unavailable);
        for (ObjectNode set : old) {
            int unhealthy = replicas(set) - available(set);
            int remove = Math.min(replicas(set), unhealthy + Math.max(0, Math.min(removable, available(set))));
            removable -= remove - unhealthy;
            scale(set, replicas(set) - remove);
        }
    }

    private void tidy(ObjectNode deployment, List<ObjectNode> old) {
        int limit = deployment.path("spec").path("revisionHistoryLimit").asInt(10);
        old.stream()
                .filter(set ->
                        replicas(set) == 0 && kube.ownedBy(Kube.PODS, set).isEmpty())
                .sorted((a, b) -> Long.compare(revision(a), revision(b)))
                .limit(Math.max(0, old.size() - limit))
                .forEach(set -> kube.store().remove(Kube.REPLICA_SETS, ObjectKey.of(set)));
    }

    private int available(JsonNode set) {
        return (int)
                kube.ownedBy(Kube.PODS, set).stream().filter(Pods::isAvailable).count();
    }

    private static int replicas(JsonNode object) {
        return object.path("spec").path("replicas").asInt(1);
    }

    private void scale(ObjectNode set, int replicas) {
        if (replicas(set) != replicas || !set.path("spec").has("replicas")) {
            kube.change(Kube.REPLICA_SETS, ObjectKey.of(set), object -> {
                ObjectNode spec = Json.shallow((ObjectNode) object.get("spec"));
                object.set("spec", spec.put("replicas", replicas));
                ObjectNode metadata = Json.child(object, "metadata");
                metadata.put("generation", metadata.path("generation").asLong() + 1);
            });
        }
    }

    private void status(ObjectNode deployment, @Nullable ObjectNode current) {
        int replicas = 0;
        int ready = 0;
        int available = 0;
        int updated = 0;
        for (ObjectNode set : kube.ownedBy(Kube.REPLICA_SETS, deployment)) {
            List<ObjectNode> pods = kube.ownedBy(Kube.PODS, set);
            int live = (int) pods.stream().filter(p -> !Kube.isDeleted(p)).count();
            replicas += live;
            ready += (int) pods.stream().filter(Pods::isReady).count();
            available += (int) pods.stream().filter(Pods::isAvailable).count();
            if (current != null && Kube.uid(set).equals(Kube.uid(current))) {
                updated = live;
            }
        }
        int wanted = replicas(deployment);
        int unavailable = Math.max(0, wanted - available);
        int[] counts = {replicas, updated, ready, available, unavailable};
        String[] names = {"replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "unavailableReplicas"};
        boolean complete = updated == wanted && available >= wanted && replicas == wanted;
        kube.status(Kube.DEPLOYMENTS, ObjectKey.of(deployment), status -> {
            status.put(
                    "observedGeneration",
                    deployment.path("metadata").path("generation").asLong());
            for (int i = 0; i < names.length; i++) {
                if (counts[i] > 0) {
                    status.put(names[i], counts[i]);
                } else {
                    status.remove(names[i]);
                }
            }
            ArrayNode conditions = Json.list(status, "conditions");
            condition(
                    conditions,
                    "Available",
                    unavailable == 0,
                    unavailable == 0 ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable");
            condition(conditions, "Progressing", true, complete ? "NewReplicaSetAvailable" : "ReplicaSetUpdated");
        });
    }

    private static void condition(ArrayNode conditions, String type, boolean is, String reason) {
        ObjectNode found = null;
        for (JsonNode each : conditions) {
            if (each.path("type").asText().equals(type)) {
                found = (ObjectNode) each;
            }
        }
        if (found == null) {
            found = conditions.addObject().put("type", type);
        }
        String status = is ? "True" : "False";
        if (!found.path("status").asText().equals(status)) {
            found.put("lastTransitionTime", Times.now());
        }
        if (!found.path("reason").asText().equals(reason)) {
            found.put("lastUpdateTime", Times.now());
        }
        found.put("status", status).put("reason", reason);
        found.put(
                "message",
                reason.equals("NewReplicaSetAvailable") ? "ReplicaSet has successfully progressed." : reason);
    }

    /** Makes and deletes the pods of a ReplicaSet. */
    void syncReplicas(ObjectKey key) {
        ObjectNode set = kube.get(Kube.REPLICA_SETS, key);
        if (set == null || Kube.isDeleted(set)) {
            return;
        }
        List<ObjectNode> pods = kube.ownedBy(Kube.PODS, set).stream()
                .filter(pod -> !Kube.isDeleted(pod) && !Pods.isOver(pod))
                .toList();
        int wanted = replicas(set);
        for (int i = pods.size(); i < wanted; i++) {
            ObjectNode pod =
                    Pods.ofTemplate(set, set.path("spec").path("template"), key.name() + "-" + ObjectApi.suffix());
            kube.create(Kube.PODS, pod);
        }
        pods.stream()
                .sorted((a, b) -> Boolean.compare(Pods.isReady(a), Pods.isReady(b)))
                .limit(Math.max(0, pods.size() - wanted))
                .forEach(kube::deletePod);
        int ready = (int) pods.stream().filter(Pods::isReady).count();
        kube.status(Kube.REPLICA_SETS, key, status -> {
            status.put("replicas", Math.max(pods.size(), wanted));
            status.put(
                    "observedGeneration",
                    set.path("metadata").path("generation").asLong());
            for (String count : List.of("readyReplicas", "availableReplicas")) {
                if (ready > 0) {
                    status.put(count, ready);
                } else {
                    status.remove(count);
                }
            }
        });
    }
}
