package io.calicofleet.executor.core.observe;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What keeps a workload from rolling out by itself, which would else show as a gate that waits until its deadline. A
 * sentence each, with what to do about it.
 *
 * <ol>
 *   <li>A DaemonSet with OnDelete leaves its pods alone; a Deployment that is paused as well.
 *   <li>A second pod of the host's network beside the first finds the ports taken: a DaemonSet that only surges, and a
 *       Deployment that may not lose a pod and has one on each node already.
 *   <li>What is being deleted goes, be it that finalizers keep it for a while.
 * </ol>
 */
public final class RolloutObstacles {

    private static final String ON_DELETE =
            "its updateStrategy is OnDelete, so its pods stay as they are until somebody deletes each of them: set it to"
                    + " RollingUpdate";

    private RolloutObstacles() {}

    /** The obstacle that is no fault, but a person's decision: OnDelete. Empty where it is none of this workload's. */
    public static Optional<String> onDelete(JsonNode workload) {
        return isOnDelete(workload) ? Optional.of(ON_DELETE) : Optional.empty();
    }

    /** As its owner has it: a hold of ours ends with the step. */
    private static boolean isOnDelete(JsonNode workload) {
        return Json.text(NodeHold.strategy(workload), "type").equals("OnDelete");
    }

    /**
     * The obstacles of a workload; empty where it rolls by itself.
     *
     * @param workload a DaemonSet or a Deployment
     * @param nodes all nodes
     */
    public static List<String> of(JsonNode workload, Collection<? extends JsonNode> nodes) {
        List<String> obstacles = new ArrayList<>();
        JsonNode metadata = workload.path("metadata");
        if (Json.get(metadata, "deletionTimestamp") != null) {
            List<String> finalizers = Json.texts(metadata.get("finalizers"));
            obstacles.add("it is being deleted since " + Json.text(metadata, "deletionTimestamp")
                    + (finalizers.isEmpty()
                            ? ""
                            : " and waits for what is to take away its finalizers " + String.join(", ", finalizers))
                    + ": let that end, and create it again where it is needed");
        }
        if (Json.text(workload, "kind").equals("DaemonSet")) {
            ofDaemonSet(workload, obstacles);
        } else {
            ofDeployment(workload.path("spec"), nodes, obstacles);
        }
        return obstacles;
    }

    /** Whether no node is to run a DaemonSet. */
    public static boolean matchesNoNode(JsonNode workload, Collection<? extends JsonNode> nodes) {
        return Json.text(workload, "kind").equals("DaemonSet")
                && nodes.stream().noneMatch(node -> NodeFit.fits(workload.at("/spec/template/spec"), node));
    }

    private static void ofDaemonSet(JsonNode workload, List<String> obstacles) {
        JsonNode spec = workload.path("spec");
        JsonNode strategy = NodeHold.strategy(workload);
        if (isOnDelete(workload)) {
            obstacles.add(ON_DELETE);
            return;
        }
        JsonNode rolling = strategy.path("rollingUpdate");
        if (isNone(rolling.get("maxUnavailable")) && isOfHost(spec)) {
            obstacles.add("its updateStrategy allows no pod to be unavailable, so a second one would start beside the"
                    + " first, where the ports of the host's network are taken: set maxUnavailable to 1 or more, and"
                    + " maxSurge to 0");
        }
    }

    private static void ofDeployment(JsonNode spec, Collection<? extends JsonNode> nodes, List<String> obstacles) {
        if (spec.path("paused").asBoolean()) {
            obstacles.add("it is paused: let it go on with kubectl rollout resume");
        }
        int replicas = spec.path("replicas").asInt(1);
        JsonNode pod = spec.at("/template/spec");
        boolean ports = Json.elements(pod.get("containers"))
                .anyMatch(container -> !container.path("ports").isEmpty());
        boolean rolling = !Json.text(spec.get("strategy"), "type").equals("Recreate");
        long fitting = nodes.stream().filter(node -> NodeFit.fits(pod, node)).count();
        if (rolling
                && replicas > 0
                && ports
                && isOfHost(spec)
                && replicas >= fitting
                && !nodes.isEmpty()
                && unavailable(spec.at("/strategy/rollingUpdate/maxUnavailable"), replicas) == 0) {
            obstacles.add("it may not lose a pod, and has " + replicas + " on " + fitting
                    + " nodes, whose ports are taken by them, so no new one finds a place: set maxUnavailable of its"
                    + " strategy to 1, or have fewer replicas than nodes");
        }
    }

    /** How many pods may be away, as the Deployment controller counts: a share is rounded down; 25% where nothing is said. */
    private static int unavailable(JsonNode value, int replicas) {
        String text = value.asText("");
        String told = text.isEmpty() ? "25%" : text;
        try {
            return told.endsWith("%")
                    ? replicas * Integer.parseInt(told.substring(0, told.length() - 1)) / 100
                    : Integer.parseInt(told);
        } catch (NumberFormatException e) {
            return 1; // the API server would not have taken it
        }
    }

    private static boolean isNone(JsonNode value) {
        return value != null && (value.asText().equals("0") || value.asText().equals("0%"));
    }

    private static boolean isOfHost(JsonNode spec) {
        return spec.at("/template/spec/hostNetwork").asBoolean();
    }
}
