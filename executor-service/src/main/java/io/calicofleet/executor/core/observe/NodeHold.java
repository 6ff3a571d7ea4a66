package io.calicofleet.executor.core.observe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A DaemonSet whose pods stay as they are until each is deleted, so that nodes get the new one in an order of ours. A DaemonSet has no
 * partition, and {@code maxUnavailable: 0} is refused without a surge, which the ports of the host's network do not allow; what is left is
 * OnDelete. What its owner had in its place is in an annotation, for whoever goes on; where it is held for longer than a step, a second one says why.
 */
public final class NodeHold {

    /** The updateStrategy of its owner, as JSON. */
    public static final String ANNOTATION = "calico-fleet.io/update-strategy";

    /** Why its nodes were paused, for people; canary nodes have none. */
    public static final String PAUSED = "calico-fleet.io/rollout-paused";

    private static final String STRATEGY = "updateStrategy";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private NodeHold() {}

    /** Whether its nodes are held by us. */
    public static boolean isHeld(JsonNode daemonSet) {
        return daemonSet.at("/metadata/annotations").has(ANNOTATION);
    }

    /** A copy whose pods stay as they are; the same where it is held already. */
    public static ObjectNode held(ObjectNode daemonSet) {
        if (isHeld(daemonSet)) {
            return daemonSet;
        }
        ObjectNode copy = daemonSet.deepCopy();
        ObjectNode spec = Json.child(copy, "spec");
        String strategy = spec.has(STRATEGY) ? spec.get(STRATEGY).toString() : "{}";
        Json.child(Json.child(copy, "metadata"), "annotations").put(ANNOTATION, strategy);
        Json.child(spec, STRATEGY).removeAll().put("type", "OnDelete");
        return copy;
    }

    /** Why its nodes were paused; empty where they are not. */
    public static Optional<String> pausedBecause(JsonNode daemonSet) {
        return Optional.of(Json.text(daemonSet.at("/metadata/annotations"), PAUSED))
                .filter(why -> !why.isEmpty());
    }

    /** A copy whose pods stay as they are, and that says why. */
    public static ObjectNode paused(ObjectNode daemonSet, String why) {
        if (daemonSet.at("/metadata/annotations").has(PAUSED) && isHeld(daemonSet)) {
            return daemonSet;
        }
        ObjectNode copy = held(daemonSet).deepCopy();
        Json.child(Json.child(copy, "metadata"), "annotations").put(PAUSED, why);
        return copy;
    }

    /** A copy with the updateStrategy of its owner; the same where it is not held. */
    public static ObjectNode released(ObjectNode daemonSet) {
        if (!isHeld(daemonSet)) {
            return daemonSet;
        }
        ObjectNode copy = daemonSet.deepCopy();
        JsonNode strategy = strategy(daemonSet);
        Json.child(Json.child(copy, "metadata"), "annotations").remove(List.of(ANNOTATION, PAUSED));
        Json.child(copy, "spec").set(STRATEGY, strategy);
        return copy;
    }

    /** The updateStrategy of its owner. */
    public static JsonNode strategy(JsonNode daemonSet) {
        return isHeld(daemonSet)
                ? parsed(Json.text(daemonSet.at("/metadata/annotations"), ANNOTATION))
                : daemonSet.at("/spec/" + STRATEGY);
    }

    /** Somebody may have changed the annotation: then it is as where nothing is said. */
    private static JsonNode parsed(String text) {
        try {
            return MAPPER.readTree(text) instanceof ObjectNode strategy ? strategy : Json.object();
        } catch (JsonProcessingException e) {
            return Json.object();
        }
    }

    /** The names of the nodes that are to run it, in their order; of those that are not ready too. */
    public static Stream<JsonNode> nodes(JsonNode daemonSet, Collection<? extends JsonNode> nodes) {
        return nodes.stream()
                .filter(node -> NodeFit.fits(daemonSet.at("/spec/template/spec"), node))
                .map(JsonNode.class::cast)
                .sorted((one, other) ->
                        Json.text(one.path("metadata"), "name").compareTo(Json.text(other.path("metadata"), "name")));
    }

    /** The pod on a node that is of an older template; empty where there is none. */
    public static Optional<JsonNode> older(
            JsonNode daemonSet,
            Collection<? extends JsonNode> revisions,
            Collection<? extends JsonNode> pods,
            String node) {
        Revisions known = new Revisions(daemonSet, revisions);
        List<JsonNode> own = known.pods(pods);
        return known.nodesOfOtherRevision(own).contains(node)
                ? own.stream().filter(pod -> isOn(pod, node)).findFirst()
                : Optional.empty();
    }

    /** What a node lacks to run the newest template well, a line each; empty where it does. */
    public static List<String> lacks(
            JsonNode daemonSet,
            Collection<? extends JsonNode> revisions,
            Collection<? extends JsonNode> pods,
            String node) {
        if (!isSeen(daemonSet)) {
            return List.of("its controller has not seen the new template");
        }
        List<JsonNode> own = new Revisions(daemonSet, revisions)
                .pods(pods).stream().filter(pod -> isOn(pod, node)).toList();
        if (own.isEmpty()) {
            return List.of(node + " has no pod of it");
        }
        Optional<JsonNode> older = older(daemonSet, revisions, pods, node);
        if (older.isPresent()) {
            return List.of(
                    node + ": pod " + Json.text(older.get().path("metadata"), "name") + " is of the older template");
        }
        return own.stream()
                .flatMap(PodState::problem)
                .map(problem -> node + ": pod " + problem.pod() + " is " + problem.reason()
                        + (problem.message().isEmpty() ? "" : ": " + problem.message()))
                .toList();
    }

    /** What a node runs, in a line; in a plan, whose pods are not known, when it gets it. */
    public static String runs(JsonNode daemonSet, Collection<? extends JsonNode> pods, String node) {
        return pods.stream()
                .filter(pod -> isOn(pod, node))
                .filter(pod ->
                        new Revisions(daemonSet, List.of()).pods(List.of(pod)).size() == 1)
                .findFirst()
                .map(pod -> node + ": pod " + Json.text(pod.path("metadata"), "name") + " is ready, "
                        + PodState.ready(pod) + ", " + PodState.restarts(pod) + " restarts")
                .orElse(node + " gets its new pod before the others");
    }

    /** Whether its controller has seen the newest template; only then is it told by the revisions which that is. */
    public static boolean isSeen(JsonNode daemonSet) {
        return daemonSet.at("/metadata/generation").asLong()
                <= daemonSet.at("/status/observedGeneration").asLong();
    }

    private static boolean isOn(JsonNode pod, String node) {
        return Json.text(pod.path("spec"), "nodeName").equals(node);
    }
}
