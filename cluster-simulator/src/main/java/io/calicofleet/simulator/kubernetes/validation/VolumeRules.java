package io.calicofleet.simulator.kubernetes.validation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Paths in volumes and mounts: none leads out of where it begins. */
final class VolumeRules {

    private VolumeRules() {}

    /** A path on the host. */
    static void onHost(JsonNode value, String at, List<Problem> problems) {
        if (goesUp(value.asText(""))) {
            problems.add(Problem.invalid(at, value, "must not contain '..'"));
        }
    }

    /** A path inside a volume. */
    static void inside(JsonNode value, String at, List<Problem> problems) {
        if (value.asText("").startsWith("/")) {
            problems.add(Problem.invalid(at, value, "must be a relative path"));
        }
        onHost(value, at, problems);
    }

    private static boolean goesUp(String path) {
        return List.of(path.split("/", -1)).contains("..");
    }
}
