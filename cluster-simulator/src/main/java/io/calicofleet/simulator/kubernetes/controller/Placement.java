package io.calicofleet.simulator.kubernetes.controller;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Labels;
import java.util.List;

/** Which pods may run on which nodes: node selectors, required node affinity, taints and tolerations. */
final class Placement {

    /** Taints that pods of DaemonSets tolerate by themselves. */
    private static final List<String> TOLERATED_BY_DAEMONS = List.of(
            "node.kubernetes.io/not-ready",
            "node.kubernetes.io/unreachable",
            "node.kubernetes.io/disk-pressure",
            "node.kubernetes.io/memory-pressure",
            "node.kubernetes.io/pid-pressure",
            "node.kubernetes.io/unschedulable",
            "node.kubernetes.io/network-unavailable");

    private Placement() {}

    /** Whether a DaemonSet's pod belongs on a node. */
    static boolean daemonBelongs(JsonNode podSpec, JsonNode node) {
        return selects(podSpec, node) && tolerates(podSpec, node, true);
    }

    /** Whether the scheduler may put a pod on a node now. */
    static boolean mayRun(JsonNode podSpec, JsonNode node) {
        return Kube.isTrue(node, "Ready")
                && !node.path("spec").path("unschedulable").asBoolean()
                && selects(podSpec, node)
                && tolerates(podSpec, node, false);
    }

    private static boolean selects(JsonNode podSpec, JsonNode node) {
        var labels = Labels.ofObject(node);
        if (!Labels.containsAll(labels, podSpec.path("nodeSelector"))) {
            return false;
        }
        JsonNode terms = Json.at(
                podSpec,
                "affinity",
                "nodeAffinity",
                "requiredDuringSchedulingIgnoredDuringExecution",
                "nodeSelectorTerms");
        if (terms.isEmpty()) {
            return true;
        }
        for (JsonNode term : terms) {
            boolean met = true;
            for (JsonNode expression : term.path("matchExpressions")) {
                met &= Labels.meetsExpression(labels, expression);
            }
            for (JsonNode field : term.path("matchFields")) {
                met &= field.path("values").path(0).asText().equals(Json.text(node, "metadata", "name"));
            }
            if (met) {
                return true;
            }
        }
        return false;
    }

    private static boolean tolerates(JsonNode podSpec, JsonNode node, boolean daemon) {
        for (JsonNode taint : node.path("spec").path("taints")) {
            String effect = taint.path("effect").asText();
            if (effect.equals("PreferNoSchedule")
                    || (daemon
                            && TOLERATED_BY_DAEMONS.contains(taint.path("key").asText()))) {
                continue;
            }
            boolean tolerated = false;
            for (JsonNode toleration : podSpec.path("tolerations")) {
                tolerated |= tolerates(toleration, taint, effect);
            }
            if (!tolerated) {
                return false;
            }
        }
        return true;
    }

    private static boolean tolerates(JsonNode toleration, JsonNode taint, String effect) {
        String ofEffect = toleration.path("effect").asText("");
        if (!ofEffect.isEmpty() && !ofEffect.equals(effect)) {
            return false;
        }
        String key = toleration.path("key").asText("");
        boolean exists = toleration.path("operator").asText("Equal").equals("Exists");
        if (key.isEmpty()) {
            return exists;
        }
        return key.equals(taint.path("key").asText())
                && (exists
                        || toleration
                                .path("value")
                                .asText("")
                                .equals(taint.path("value").asText("")));
    }
}
