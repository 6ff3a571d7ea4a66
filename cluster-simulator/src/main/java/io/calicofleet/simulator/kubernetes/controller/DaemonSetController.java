package io.calicofleet.simulator.kubernetes.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Labels;
import io.calicofleet.simulator.kubernetes.api.ObjectApi;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Kubernetes' DaemonSet controller. For every sync of a DaemonSet:
 *
 * <ol>
 *   <li>the ControllerRevision of the template is there; its hash is the pods' {@code controller-revision-hash};
 *   <li>each node that fits and has no pod gets one of the newest template; pods on other nodes go;
 *   <li>with RollingUpdate, old pods that are not available are replaced at once; of those that are, as many as
 *       maxUnavailable leaves after counting what is unavailable already, so a node that does not come back stops the
 *       rollout;
 *   <li>the status counts what is there.
 * </ol>
 */
final class DaemonSetController {

    private static final String HASH = "controller-revision-hash";

    private final Kube kube;

    DaemonSetController(Kube kube) {
        this.kube = kube;
    }

    void sync(ObjectKey key) {
        ObjectNode set = kube.get(Kube.DAEMON_SETS, key);
        if (set == null || Kube.isDeleted(set)) {
            return;
        }
        String hash = revision(set);
        Map<String, List<ObjectNode>> byNode = podsByNode(set);
        List<ObjectNode> nodes = kube.list(Kube.NODES, "");
        List<String> wanted = new ArrayList<>();
        for (ObjectNode node : nodes) {
            String name = Json.text(node, "metadata", "name");
            List<ObjectNode> pods = byNode.getOrDefault(name, List.of());
            if (Placement.daemonBelongs(set.path("spec").path("template").path("spec"), node)) {
                wanted.add(name);
                if (pods.isEmpty()) {
                    create(set, name, hash);
                }
            } else {
                pods.forEach(kube::deletePod);
            }
        }
        byNode.forEach((node, pods) -> {
            if (nodes.stream().noneMatch(n -> Json.text(n, "metadata", "name").equals(node))) {
                pods.forEach(pod -> kube.store().remove(Kube.PODS, ObjectKey.of(pod)));
            }
        });
        if (Json.text(set, "spec", "updateStrategy", "type").equals("RollingUpdate")) {
            roll(set, hash, wanted);
        }
        status(set, hash, wanted);
    }

    private Map<String, List<ObjectNode>> podsByNode(JsonNode set) {
        Map<String, List<ObjectNode>> byNode = new HashMap<>();
        for (ObjectNode pod : kube.ownedBy(Kube.PODS, set)) {
            byNode.computeIfAbsent(Json.text(pod, "spec", "nodeName"), n -> new ArrayList<>())
                    .add(pod);
        }
        return byNode;
    }

    private String revision(ObjectNode set) {
        JsonNode template = set.path("spec").path("template");
        String hash = Templates.hash(template);
        String name = Json.text(set, "metadata", "name") + "-" + hash;
        List<ObjectNode> revisions = kube.ownedBy(Kube.REVISIONS, set);
        long newest = revisions.stream()
                .mapToLong(r -> r.path("revision").asLong())
                .max()
                .orElse(0);
        for (ObjectNode revision : revisions) {
            if (Json.text(revision, "metadata", "name").equals(name)) {
                if (revision.path("revision").asLong() < newest) {
                    kube.change(Kube.REVISIONS, ObjectKey.of(revision), r -> r.put("revision", newest + 1));
                }
                return hash;
            }
        }
        ObjectNode revision = Json.object().put("apiVersion", "apps/v1").put("kind", "ControllerRevision");
        Map<String, String> labels = new HashMap<>(Labels.ofObject(template));
        labels.put(HASH, hash);
        revision.set("metadata", Kube.ownedMetadata(name, set, labels));
        revision.putObject("data").putObject("spec").set("template", template);
        revision.put("revision", newest + 1);
        kube.create(Kube.REVISIONS, revision);
        long limit = set.path("spec").path("revisionHistoryLimit").asLong(10);
        revisions.stream()
                .sorted((a, b) -> Long.compare(
                        a.path("revision").asLong(), b.path("revision").asLong()))
                .limit(Math.max(0, revisions.size() - limit))
                .forEach(old -> kube.store().remove(Kube.REVISIONS, ObjectKey.of(old)));
        return hash;
    }

    private void create(ObjectNode set, String node, String hash) {
        JsonNode template = set.path("spec").path("template");
        ObjectNode pod = Pods.ofTemplate(set, template, Json.text(set, "metadata", "name") + "-" + ObjectApi.suffix());
        ObjectNode metadata = Json.child(pod, "metadata");
        metadata.put("generateName", Json.text(set, "metadata", "name") + "-");
        ObjectNode labels = Json.child(metadata, "labels");
        labels.put(HASH, hash);
        labels.put("pod-template-generation", Json.text(set, "metadata", "generation"));
        ObjectNode spec = Json.child(pod, "spec");
        spec.putObject("affinity")
                .putObject("nodeAffinity")
                .putObject("requiredDuringSchedulingIgnoredDuringExecution")
                .putArray("nodeSelectorTerms")
                .addObject()
                .putArray("matchFields")
                .addObject()
                .put("key", "metadata.name")
                .put("operator", "In")
                .putArray("values")
                .add(node);
        spec.put("nodeName", node);
        kube.create(Kube.PODS, pod);
    }

    private void roll(ObjectNode set, String hash, List<String> wanted) {
        JsonNode rolling = Json.at(set, "spec", "updateStrategy", "rollingUpdate", "maxUnavailable");
        int maxUnavailable = Math.max(1, Templates.count(rolling, wanted.size(), true, 1));
        Map<String, List<ObjectNode>> byNode = podsByNode(set);
        int unavailable = 0;
        List<ObjectNode> replaceable = new ArrayList<>();
        for (String node : wanted) {
            List<ObjectNode> pods = byNode.getOrDefault(node, List.of());
            if (pods.stream().noneMatch(Pods::isAvailable)) {
                unavailable++;
            }
            for (ObjectNode pod : pods) {
                boolean old = !hash.equals(Kube.labels(pod).get(HASH));
                if (old && !Kube.isDeleted(pod)) {
                    if (Pods.isAvailable(pod)) {
                        replaceable.add(pod);
                    } else {
                        kube.deletePod(pod);
                    }
                }
            }
        }
        int budget = maxUnavailable - unavailable;
        for (int i = 0; i < budget && i < replaceable.size(); i++) {
            kube.deletePod(replaceable.get(i));
        }
    }

    private void status(ObjectNode set, String hash, List<String> wanted) {
        Map<String, List<ObjectNode>> byNode = podsByNode(set);
        int current = 0;
        int ready = 0;
        int available = 0;
        int updated = 0;
        for (String node : wanted) {
            List<ObjectNode> pods = byNode.getOrDefault(node, List.of());
            if (pods.isEmpty()) {
                continue;
            }
            ObjectNode pod = pods.get(0);
            current++;
            ready += Pods.isReady(pod) ? 1 : 0;
            available += Pods.isAvailable(pod) ? 1 : 0;
            updated += hash.equals(Kube.labels(pod).get(HASH)) ? 1 : 0;
        }
        int misscheduled = 0;
        for (Map.Entry<String, List<ObjectNode>> e : byNode.entrySet()) {
            misscheduled += wanted.contains(e.getKey()) ? 0 : e.getValue().size();
        }
        ObjectNode status = Json.object()
                .put("currentNumberScheduled", current)
                .put("desiredNumberScheduled", wanted.size())
                .put("numberMisscheduled", misscheduled)
                .put("numberReady", ready)
                .put(
                        "observedGeneration",
                        set.path("metadata").path("generation").asLong());
        if (updated > 0) {
            status.put("updatedNumberScheduled", updated);
        }
        if (available > 0) {
            status.put("numberAvailable", available);
        }
        if (wanted.size() > available) {
            status.put("numberUnavailable", wanted.size() - available);
        }
        kube.change(Kube.DAEMON_SETS, ObjectKey.of(set), object -> object.set("status", status));
    }
}
