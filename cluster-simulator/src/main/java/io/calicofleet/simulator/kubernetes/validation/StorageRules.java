package io.calicofleet.simulator.kubernetes.validation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** The rules of storage that Calico's manifests touch. */
final class StorageRules {

    private static final long SHORTEST_TOKEN = 600;
    private static final List<String> MODES = List.of("Persistent", "Ephemeral");

    private static final List<String> ACCESS =
            List.of("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");

    private StorageRules() {}

    /** A claim says how it is mounted, and how much it wants. */
    static void claim(JsonNode spec, int minor, List<Problem> problems) {
        List<String> modes = minor >= 22 ? ACCESS : ACCESS.subList(0, 3);
        if (spec.path("accessModes").isEmpty()) {
            problems.add(Problem.required("spec.accessModes", "at least 1 access mode is required"));
        }
        for (JsonNode mode : spec.path("accessModes")) {
            if (!modes.contains(mode.asText())) {
                problems.add(Problem.notSupported("spec.accessModes", mode, modes));
            }
        }
        if (spec.path("resources").path("requests").path("storage").isMissingNode()) {
            problems.add(Problem.required("spec.resources[storage]", ""));
        }
    }

    static void driver(JsonNode spec, List<Problem> problems) {
        for (JsonNode mode : spec.path("volumeLifecycleModes")) {
            if (!MODES.contains(mode.asText())) {
                problems.add(Problem.notSupported("spec.volumeLifecycleModes", mode, MODES));
            }
        }
        for (int i = 0; i < spec.path("tokenRequests").size(); i++) {
            JsonNode seconds = spec.path("tokenRequests").get(i).path("expirationSeconds");
            if (seconds.isNumber() && seconds.asLong() < SHORTEST_TOKEN) {
                problems.add(Problem.invalid(
                        "spec.tokenRequests[" + i + "].expirationSeconds",
                        seconds,
                        "may not specify a duration less than 10 minutes"));
            }
        }
    }
}
