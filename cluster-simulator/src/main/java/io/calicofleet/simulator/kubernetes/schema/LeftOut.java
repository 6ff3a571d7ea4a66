package io.calicofleet.simulator.kubernetes.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Resources;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** Which fields a server leaves out where they say nothing, read from {@code left-out.txt}. */
final class LeftOut {

    private static final Set<String> FIELDS = read();

    private LeftOut() {}

    private static Set<String> read() {
        Set<String> fields = new HashSet<>();
        for (String line : Resources.text("left-out.txt").split("\n", -1)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String[] words = line.trim().split("\\s+", -1);
                Arrays.stream(words).skip(1).forEach(field -> fields.add(words[0] + "." + field));
            }
        }
        return Set.copyOf(fields);
    }

    /** Whether a field with this value is as one that is not there. */
    static boolean is(String type, String field, JsonNode value) {
        boolean nothing = (value.isTextual() && value.asText().isEmpty())
                || (value.isBoolean() && !value.asBoolean())
                || (value.isIntegralNumber() && value.asLong() == 0);
        return nothing && FIELDS.contains(type + "." + field);
    }
}
