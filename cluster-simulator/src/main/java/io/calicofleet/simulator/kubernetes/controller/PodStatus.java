package io.calicofleet.simulator.kubernetes.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Times;

/** The status a kubelet writes for a pod, by how far it is. */
final class PodStatus {

    /** How far a pod is. */
    enum Stage {
        CREATING,
        RUNNING,
        READY,
        SUCCEEDED
    }

    private PodStatus() {}

    /** Writes the status of a stage; restart counts and start time are kept. */
    static void write(ObjectNode status, JsonNode pod, JsonNode node, Stage stage) {
        boolean started = stage != Stage.CREATING;
        boolean over = stage == Stage.SUCCEEDED;
        status.put("phase", over ? "Succeeded" : started ? "Running" : "Pending");
        status.put("hostIP", address(node));
        if (!status.has("startTime")) {
            status.put("startTime", Times.now());
        }
        if (started && !status.has("podIP")) {
            boolean host = pod.path("spec").path("hostNetwork").asBoolean();
            String ip = host ? address(node) : podAddress(pod);
            status.put("podIP", ip);
            status.putArray("podIPs").addObject().put("ip", ip);
        }
        condition(status, "Initialized", started, over ? "PodCompleted" : started ? "" : "ContainersNotInitialized");
        boolean ready = stage == Stage.READY;
        String why = over ? "PodCompleted" : ready ? "" : "ContainersNotReady";
        condition(status, "Ready", ready, why);
        condition(status, "ContainersReady", ready, why);
        condition(status, "PodScheduled", true, "");
        containers(status, pod, "initContainers", "initContainerStatuses", stage);
        containers(status, pod, "containers", "containerStatuses", stage);
    }

    /** The address of a node. */
    static String address(JsonNode node) {
        for (JsonNode address : node.path("status").path("addresses")) {
            if (address.path("type").asText().equals("InternalIP")) {
                return address.path("address").asText();
            }
        }
        return "10.0.0.1";
    }

    private static String podAddress(JsonNode pod) {
        int hash = Math.floorMod(Kube.uid(pod).hashCode(), 65_000);
        return "192.168." + hash / 256 + "." + (hash % 254 + 1);
    }

    /** Sets a condition; its transition time moves only when its status does. */
    static void condition(ObjectNode status, String type, boolean is, String reason) {
        ArrayNode conditions = Json.list(status, "conditions");
        ObjectNode found = null;
        for (JsonNode each : conditions) {
            if (each.path("type").asText().equals(type)) {
                found = (ObjectNode) each;
            }
        }
        String wanted = is ? "True" : "False";
        if (found == null) {
            found = conditions.addObject();
            found.putNull("lastProbeTime");
        }
        if (!found.path("status").asText().equals(wanted)) {
            found.put("lastTransitionTime", Times.now());
        }
        found.put("status", wanted).put("type", type);
        if (reason.isEmpty()) {
            found.remove("reason");
        } else {
            found.put("reason", reason);
        }
    }

    private static void containers(ObjectNode status, JsonNode pod, String from, String to, Stage stage) {
        JsonNode containers = pod.path("spec").path(from);
        if (containers.isEmpty()) {
            return;
        }
        boolean init = from.equals("initContainers");
        JsonNode before = status.path(to);
        ArrayNode list = Json.array();
        for (int i = 0; i < containers.size(); i++) {
            JsonNode container = containers.get(i);
            JsonNode old = before.path(i);
            boolean done = init ? stage != Stage.CREATING : stage == Stage.SUCCEEDED;
            boolean running = !init && (stage == Stage.RUNNING || stage == Stage.READY);
            ObjectNode each = list.addObject();
            each.put("name", container.path("name").asText());
            each.put("image", container.path("image").asText());
            each.put(
                    "imageID",
                    done || running
                            ? "docker-pullable://" + container.path("image").asText()
                            : "");
            each.put("restartCount", old.path("restartCount").asInt());
            each.put("ready", init ? done : stage == Stage.READY);
            if (done || running) {
                each.put(
                        "containerID",
                        "containerd://"
                                + Integer.toHexString((Kube.uid(pod)
                                                + i
                                                + old.path("restartCount").asInt())
                                        .hashCode()));
            }
            if (!init) {
                each.put("started", running);
            }
            each.set("lastState", old.path("lastState").isObject() ? old.path("lastState") : Json.object());
            state(each.putObject("state"), old.path("state"), done, running, init);
        }
        status.set(to, list);
    }

    private static void state(ObjectNode state, JsonNode old, boolean done, boolean running, boolean init) {
        if (done) {
            String started = Json.text(old, "terminated", "startedAt");
            state.putObject("terminated")
                    .put("exitCode", 0)
                    .put("reason", "Completed")
                    .put("startedAt", started.isEmpty() ? Times.now() : started)
                    .put("finishedAt", started.isEmpty() ? Times.now() : Json.text(old, "terminated", "finishedAt"));
        } else if (running) {
            String started = Json.text(old, "running", "startedAt");
            state.putObject("running").put("startedAt", started.isEmpty() ? Times.now() : started);
        } else {
            state.putObject("waiting").put("reason", init ? "PodInitializing" : "ContainerCreating");
        }
    }

    /** A container has ended with an error and runs again. Returns how often that has been. */
    static int ended(ObjectNode status, String container) {
        int restarts = 0;
        for (JsonNode each : status.path("containerStatuses")) {
            if (each.path("name").asText().equals(container)) {
                ObjectNode object = (ObjectNode) each;
                restarts = object.path("restartCount").asInt() + 1;
                object.put("restartCount", restarts).put("ready", false);
                object.putObject("lastState")
                        .putObject("terminated")
                        .put("exitCode", 1)
                        .put("reason", "Error")
                        .put("finishedAt", Times.now());
                object.putObject("state").putObject("running").put("startedAt", Times.now());
            }
        }
        return restarts;
    }

    /** Makes containers wait with a reason: an image that cannot be pulled, a crash. */
    static void waiting(ObjectNode status, String list, String container, String reason, String message) {
        for (JsonNode each : status.path(list)) {
            if (each.path("name").asText().equals(container)) {
                ObjectNode object = (ObjectNode) each;
                object.put("ready", false);
                object.putObject("state")
                        .putObject("waiting")
                        .put("message", message)
                        .put("reason", reason);
            }
        }
    }
}
