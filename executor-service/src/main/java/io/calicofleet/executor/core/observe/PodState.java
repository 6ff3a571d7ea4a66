package io.calicofleet.executor.core.observe;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.PodProblem;
import io.calicofleet.model.Json;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What a pod says of itself. */
final class PodState {

    /** Reasons to wait that are part of starting. */
    private static final Set<String> STARTING = Set.of("ContainerCreating", "PodInitializing");

    private PodState() {}

    /** Ready of all containers, as kubectl prints it: {@code 1/1}. */
    static String ready(JsonNode pod) {
        long ready = statuses(pod, "containerStatuses")
                .filter(status -> status.path("ready").asBoolean())
                .count();
        return ready + "/" + pod.at("/spec/containers").size();
    }

    static long restarts(JsonNode pod) {
        return Stream.concat(statuses(pod, "initContainerStatuses"), statuses(pod, "containerStatuses"))
                .mapToLong(status -> status.path("restartCount").asLong())
                .sum();
    }

    /**
     * What is wrong with the pod, if anything: the worst first. A container that waits for a reason or ended, then a pod
     * that cannot be scheduled, then one that is merely not ready.
     */
    static Stream<PodProblem> problem(JsonNode pod) {
        List<JsonNode> statuses = Stream.concat(
                        statuses(pod, "initContainerStatuses"), statuses(pod, "containerStatuses"))
                .toList();
        Optional<PodProblem> stuck = statuses.stream()
                .map(status -> status.path("state").path("waiting"))
                .filter(waiting -> !Json.text(waiting, "reason").isEmpty())
                .filter(waiting -> !STARTING.contains(Json.text(waiting, "reason")))
                .map(waiting -> problem(pod, Json.text(waiting, "reason"), Json.text(waiting, "message")))
                .findFirst();
        Optional<PodProblem> ended = statuses(pod, "containerStatuses")
                .map(status -> status.path("state").path("terminated"))
                .filter(JsonNode::isObject)
                .map(terminated -> problem(pod, or(Json.text(terminated, "reason"), "Terminated"), ended(terminated)))
                .findFirst();
        return stuck
                .or(() -> ended)
                .or(() -> condition(pod, "PodScheduled", "Unschedulable"))
                .or(() -> condition(pod, "Ready", "Unready"))
                .stream();
    }

    private static Optional<PodProblem> condition(JsonNode pod, String type, String reason) {
        JsonNode conditions = pod.path("status").path("conditions");
        Optional<JsonNode> condition = Json.elements(conditions)
                .filter(candidate -> Json.text(candidate, "type").equals(type))
                .findFirst();
        if (condition.isEmpty()) {
            return type.equals("Ready")
                    ? Optional.of(problem(pod, reason, "it has reported nothing yet"))
                    : Optional.empty();
        }
        return condition
                .filter(found -> !Json.text(found, "status").equals("True"))
                .map(found -> problem(
                        pod,
                        or(Json.text(found, "reason"), reason).replace("ContainersNotReady", reason),
                        Json.text(found, "message")));
    }

    private static String ended(JsonNode terminated) {
        return or(
                Json.text(terminated, "message"),
                "exit code " + terminated.path("exitCode").asInt());
    }

    private static PodProblem problem(JsonNode pod, String reason, String message) {
        return new PodProblem(
                pod.at("/metadata/name").asText(), Json.text(pod.path("spec"), "nodeName"), reason, message);
    }

    private static Stream<JsonNode> statuses(JsonNode pod, String field) {
        return Json.elements(pod.path("status").get(field));
    }

    private static String or(String text, String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }
}
