package io.calicofleet.simulator.kubernetes.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import java.util.HashMap;
import java.util.Map;

/** Puts pods without a node on the fitting node with the fewest pods. */
final class Scheduler {

    private final Kube kube;

    Scheduler(Kube kube) {
        this.kube = kube;
    }

    void sync(ObjectKey key) {
        ObjectNode pod = kube.get(Kube.PODS, key);
        if (pod == null
                || Kube.isDeleted(pod)
                || Pods.isOver(pod)
                || !Json.text(pod, "spec", "nodeName").isEmpty()) {
            return;
        }
        Map<String, Integer> load = new HashMap<>();
        for (ObjectNode each : kube.list(Kube.PODS, "")) {
            load.merge(Json.text(each, "spec", "nodeName"), 1, Integer::sum);
        }
        String best = "";
        for (ObjectNode node : kube.list(Kube.NODES, "")) {
            String name = Json.text(node, "metadata", "name");
            if (Placement.mayRun(pod.path("spec"), node)
                    && (best.isEmpty() || load.getOrDefault(name, 0) < load.getOrDefault(best, 0))) {
                best = name;
            }
        }
        if (best.isEmpty()) {
            kube.status(Kube.PODS, key, status -> PodStatus.condition(status, "PodScheduled", false, "Unschedulable"));
            return;
        }
        String node = best;
        kube.change(Kube.PODS, key, object -> {
            ObjectNode spec = Json.shallow((ObjectNode) object.get("spec"));
            object.set("spec", spec.put("nodeName", node));
            ObjectNode status = object.path("status").deepCopy();
            PodStatus.condition(status, "PodScheduled", true, "");
            object.set("status", status);
        });
    }

    /** Tries all pods that wait for a node. */
    void retry() {
        for (ObjectNode pod : kube.list(Kube.PODS, "")) {
            if (Json.text(pod, "spec", "nodeName").isEmpty()) {
                sync(ObjectKey.of(pod));
            }
        }
    }
}
