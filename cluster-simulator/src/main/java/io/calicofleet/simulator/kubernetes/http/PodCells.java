package io.calicofleet.simulator.kubernetes.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Json;
import java.util.HashSet;
import java.util.Set;

/** What a table tells of a pod, as {@code printPod} of Kubernetes does. */
final class PodCells {

    private static final String RUNNING = "Running";

    private PodCells() {}

    static String ready(JsonNode pod) {
        int ready = 0;
        if (initializing(pod).isEmpty()) {
            for (JsonNode status : pod.path("status").path("containerStatuses")) {
                ready +=
                        status.path("ready").asBoolean() && status.path("state").has("running") ? 1 : 0;
            }
        }
        Set<String> sidecars = sidecars(pod);
        for (JsonNode status : pod.path("status").path("initContainerStatuses")) {
            boolean runs = sidecars.contains(Json.text(status, "name"))
                    && status.path("started").asBoolean();
            ready += runs && status.path("ready").asBoolean() ? 1 : 0;
        }
        return ready + "/" + (pod.path("spec").path("containers").size() + sidecars.size());
    }

    static int restarts(JsonNode pod) {
        int restarts = 0;
        boolean initializing = !initializing(pod).isEmpty();
        Set<String> sidecars = sidecars(pod);
        for (JsonNode status : pod.path("status").path("initContainerStatuses")) {
            restarts += initializing || sidecars.contains(Json.text(status, "name"))
                    ? status.path("restartCount").asInt()
                    : 0;
        }
        if (!initializing) {
            for (JsonNode status : pod.path("status").path("containerStatuses")) {
                restarts += status.path("restartCount").asInt();
            }
        }
        return restarts;
    }

    static String restartsSince(JsonNode pod) {
        int restarts = restarts(pod);
        String last = "";
        for (JsonNode status : pod.path("status").path("containerStatuses")) {
            String ended = Json.text(status, "lastState", "terminated", "finishedAt");
            last = ended.compareTo(last) > 0 ? ended : last;
        }
        return restarts == 0 || last.isEmpty()
                ? Integer.toString(restarts)
                : restarts + " (" + Cells.since(Json.text(last)).asText() + " ago)";
    }

    static String status(JsonNode pod) {
        String phase = Json.text(pod, "status", "phase");
        String reason = pod.path("status").path("reason").asText(phase);
        for (JsonNode condition : pod.path("status").path("conditions")) {
            if (Json.text(condition, "type").equals("PodScheduled")
                    && Json.text(condition, "reason").equals("SchedulingGated")) {
                reason = "SchedulingGated";
            }
        }
        String initializing = initializing(pod);
        String shown = initializing.isEmpty() ? ofContainers(pod, reason) : initializing;
        if (pod.path("metadata").has("deletionTimestamp")) {
            if (Json.text(pod, "status", "reason").equals("NodeLost")) {
                return "Unknown";
            }
            return phase.equals("Succeeded") || phase.equals("Failed") ? shown : "Terminating";
        }
        return shown;
    }

    static String readinessGates(JsonNode pod) {
        JsonNode gates = pod.path("spec").path("readinessGates");
        int met = 0;
        for (JsonNode gate : gates) {
            met += isTrue(pod, Json.text(gate, "conditionType")) ? 1 : 0;
        }
        return gates.isEmpty() ? "<none>" : met + "/" + gates.size();
    }

    /** What its first containers wait for; empty where they are done. */
    private static String initializing(JsonNode pod) {
        if (isTrue(pod, "Initialized")) {
            return "";
        }
        Set<String> sidecars = sidecars(pod);
        int index = 0;
        for (JsonNode status : pod.path("status").path("initContainerStatuses")) {
            JsonNode ended = status.path("state").path("terminated");
            String waits = Json.text(status, "state", "waiting", "reason");
            boolean over = ended.isObject() && ended.path("exitCode").asInt() == 0;
            boolean runs = sidecars.contains(Json.text(status, "name"))
                    && status.path("started").asBoolean();
            if (!over && !runs) {
                return "Init:"
                        + (ended.isObject()
                                ? why(ended)
                                : !waits.isEmpty() && !waits.equals("PodInitializing")
                                        ? waits
                                        : index + "/"
                                                + pod.path("spec")
                                                        .path("initContainers")
                                                        .size());
            }
            index++;
        }
        return "";
    }

    private static String ofContainers(JsonNode pod, String first) {
        String reason = first;
        String failed = "";
        boolean running = false;
        JsonNode statuses = pod.path("status").path("containerStatuses");
        for (int index = statuses.size() - 1; index >= 0; index--) {
            JsonNode status = statuses.path(index);
            JsonNode ended = status.path("state").path("terminated");
            String waits = Json.text(status, "state", "waiting", "reason");
            if (!waits.isEmpty()) {
                reason = waits;
            } else if (ended.isObject()) {
                reason = why(ended);
                failed = ended.path("exitCode").asInt() == 0 ? failed : reason;
            } else {
                running |=
                        status.path("ready").asBoolean() && status.path("state").has("running");
            }
        }
        if (!reason.equals("Completed")) {
            return reason;
        }
        if (running && isTrue(pod, "Ready")) {
            return RUNNING;
        }
        return failed.isEmpty() ? running ? "NotReady" : reason : failed;
    }

    private static String why(JsonNode ended) {
        String reason = Json.text(ended, "reason");
        if (!reason.isEmpty()) {
            return reason;
        }
        int signal = ended.path("signal").asInt();
        return signal == 0 ? "ExitCode:" + ended.path("exitCode").asInt() : "Signal:" + signal;
    }

    private static boolean isTrue(JsonNode pod, String type) {
        for (JsonNode condition : pod.path("status").path("conditions")) {
            if (Json.text(condition, "type").equals(type)) {
                return Json.text(condition, "status").equals("True");
            }
        }
        return false;
    }

    private static Set<String> sidecars(JsonNode pod) {
        Set<String> names = new HashSet<>();
        for (JsonNode container : pod.path("spec").path("initContainers")) {
            if (Json.text(container, "restartPolicy").equals("Always")) {
                names.add(Json.text(container, "name"));
            }
        }
        return names;
    }
}
