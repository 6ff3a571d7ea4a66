package io.calicofleet.simulator.kubernetes.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.api.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** What the containers of a pod have written: a few lines that follow from the pod's state. */
final class PodLogs {

    private PodLogs() {}

    /**
     * The log of a container.
     *
     * @param known what those write that are more than a state; empty for all others
     */
    static Answer answer(Request request, JsonNode pod, BiFunction<JsonNode, String, Optional<List<String>>> known) {
        List<String> names = new ArrayList<>();
        for (String list : List.of("containers", "initContainers")) {
            pod.path("spec").path(list).forEach(c -> names.add(c.path("name").asText()));
        }
        String name = request.parameter("container");
        if (name.isEmpty()) {
            name = names.isEmpty() ? "" : names.get(0);
        }
        if (!names.contains(name)) {
            throw ApiException.badRequest(
                    "container " + name + " is not valid for pod " + Json.text(pod, "metadata", "name"));
        }
        for (String list : List.of("containerStatuses", "initContainerStatuses")) {
            for (JsonNode status : pod.path("status").path(list)) {
                if (status.path("name").asText().equals(name)) {
                    List<String> lines = known.apply(pod, name).orElseGet(() -> List.of());
                    return Answer.text(lines(request, status, lines));
                }
            }
        }
        throw ApiException.badRequest("container \"" + name + "\" in pod \"" + Json.text(pod, "metadata", "name")
                + "\" is waiting to start: ContainerCreating");
    }

    private static String lines(Request request, JsonNode status, List<String> written) {
        JsonNode waiting = status.path("state").path("waiting");
        if (waiting.isObject()) {
            throw ApiException.badRequest("container \"" + status.path("name").asText() + "\" is waiting to start: "
                    + waiting.path("reason").asText());
        }
        String started = Json.text(status, "state", "running", "startedAt");
        List<String> lines = new ArrayList<>();
        lines.add(started + " [INFO] starting " + status.path("image").asText());
        lines.add(started + " [INFO] restarts so far: "
                + status.path("restartCount").asInt());
        lines.add(started + (status.path("ready").asBoolean() ? " [INFO] ready" : " [WARNING] not ready yet"));
        lines.addAll(written);
        String tail = request.parameter("tailLines");
        int from = tail.isEmpty() ? 0 : Math.max(0, lines.size() - Integer.parseInt(tail));
        return String.join("\n", lines.subList(from, lines.size())) + "\n";
    }
}
