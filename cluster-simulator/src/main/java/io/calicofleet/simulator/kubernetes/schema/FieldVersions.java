package io.calicofleet.simulator.kubernetes.schema;

import io.calicofleet.simulator.json.Resources;
import java.util.HashMap;
import java.util.Map;

/** Fields that older servers do not know and drop, read from {@code field-versions.txt}. */
final class FieldVersions {

    private static final Map<String, Integer> SINCE = read();

    private FieldVersions() {}

    /** Whether a server of Kubernetes 1.{@code minor} has a field. */
    static boolean has(String type, String field, int minor) {
        return minor >= SINCE.getOrDefault(type + "." + field, 0);
    }

    private static Map<String, Integer> read() {
        Map<String, Integer> since = new HashMap<>();
        for (String line : Resources.text("field-versions.txt").split("\n", -1)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String[] words = line.trim().split("\\s+", -1);
                for (int i = 1; i < words.length; i++) {
                    since.put(words[i], Integer.parseInt(words[0]));
                }
            }
        }
        return Map.copyOf(since);
    }
}
