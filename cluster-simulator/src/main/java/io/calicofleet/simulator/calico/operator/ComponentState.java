package io.calicofleet.simulator.calico.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import java.util.List;

/**
 * What an operator says of a component: available when everything has rolled out, progressing while something rolls,
 * degraded where pods fail or the operator itself cannot go on. Reasons and messages are those of the real one.
 *
 * @param degraded why it is degraded; empty where it is not
 * @param degradedReason the reason in one word
 * @param progressing what is under way; empty where nothing is
 */
record ComponentState(String degraded, String degradedReason, String progressing) {

    /** A component the operator cannot bring about. */
    static ComponentState failed(String reason, String message) {
        return new ComponentState(message, reason, "");
    }

    /** By the workloads of a component, as they are, and the pods of theirs. */
    static ComponentState of(List<JsonNode> workloads, List<? extends JsonNode> pods) {
        StringBuilder failing = new StringBuilder();
        for (JsonNode pod : pods) {
            for (String list : List.of("initContainerStatuses", "containerStatuses")) {
                for (JsonNode container : pod.path("status").path(list)) {
                    String why = Json.text(container, "state", "waiting", "reason");
                    if (why.equals("ImagePullBackOff") || why.equals("ErrImagePull")) {
                        line(
                                failing,
                                "Pod " + name(pod) + " failed to pull container image for: "
                                        + container.path("name").asText());
                    } else if (why.equals("CrashLoopBackOff")) {
                        line(
                                failing,
                                "Pod " + name(pod) + " has crash looping container: "
                                        + container.path("name").asText());
                    }
                }
            }
        }
        StringBuilder rolling = new StringBuilder();
        workloads.forEach(workload -> rolling(workload, rolling));
        return new ComponentState(failing.toString(), failing.isEmpty() ? "" : "PodFailure", rolling.toString());
    }

    private static void rolling(JsonNode workload, StringBuilder text) {
        JsonNode status = workload.path("status");
        boolean daemonSet = workload.path("kind").asText().equals("DaemonSet");
        String what = workload.path("kind").asText() + " \"" + name(workload) + "\"";
        long generation = workload.path("metadata").path("generation").asLong();
        long observed = status.path("observedGeneration").asLong();
        int desired = daemonSet
                ? status.path("desiredNumberScheduled").asInt()
                : workload.path("spec").path("replicas").asInt(1);
        int updated = status.path(daemonSet ? "updatedNumberScheduled" : "updatedReplicas")
                .asInt();
        int available =
                status.path(daemonSet ? "numberAvailable" : "availableReplicas").asInt();
        if (observed < generation) {
            line(
                    text,
                    what + " update is being processed (generation " + generation + ", observed generation " + observed
                            + ")");
        } else if (updated < desired) {
            line(text, what + " update is rolling out (" + updated + " out of " + desired + " updated)");
        } else if (available < desired) {
            line(
                    text,
                    what + " is not available (awaiting " + (desired - available)
                            + (daemonSet ? " nodes)" : " replicas)"));
        }
    }

    private static void line(StringBuilder text, String line) {
        text.append(text.isEmpty() ? "" : "\n").append(line);
    }

    private static String name(JsonNode object) {
        return Json.text(object, "metadata", "namespace") + "/" + Json.text(object, "metadata", "name");
    }

    boolean available() {
        return degraded.isEmpty() && progressing.isEmpty();
    }

    /**
     * The conditions of a TigeraStatus.
     *
     * @param before the conditions it has: when one last changed is kept where it is as before
     * @param generation what generation of its resource they speak of; below 0 where this operator does not say
     */
    ArrayNode conditions(JsonNode before, long generation, String now) {
        ArrayNode conditions = Json.array();
        boolean isDegraded = !degraded.isEmpty();
        boolean isProgressing = !progressing.isEmpty();
        add(conditions, before, "Available", available(), "AllObjectsAvailable", "All objects available", now);
        add(conditions, before, "Progressing", isProgressing, "ResourceNotReady", progressing, now);
        add(conditions, before, "Degraded", isDegraded, degradedReason, degraded, now);
        if (generation >= 0) {
            conditions.forEach(condition -> ((ObjectNode) condition).put("observedGeneration", generation));
        }
        return conditions;
    }

    private static void add(
            ArrayNode to, JsonNode before, String type, boolean is, String reason, String message, String now) {
        String status = is ? "True" : "False";
        String since = now;
        for (JsonNode each : before) {
            if (each.path("type").asText().equals(type)
                    && each.path("status").asText().equals(status)) {
                since = each.path("lastTransitionTime").asText();
            }
        }
        ObjectNode condition =
                to.addObject().put("type", type).put("status", status).put("lastTransitionTime", since);
        if (is) {
            condition.put("reason", reason).put("message", message);
        }
    }
}
