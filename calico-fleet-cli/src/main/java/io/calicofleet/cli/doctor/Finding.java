package io.calicofleet.cli.doctor;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/**
 * Something that was looked at.
 *
 * @param part of the system
 * @param state how well it is
 * @param what what was seen
 * @param remedy what to do; empty where there is nothing to do
 */
public record Finding(String part, State state, String what, String remedy) {

    private static final int EXAMPLES = 3;

    /** How well something is. */
    public enum State {
        OK,
        /** Nothing stands in the way of campaigns, but somebody should know. */
        LOOK,
        BAD;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Finding {
        requireNonNull(part, "part");
        requireNonNull(state, "state");
        requireNonNull(what, "what");
        requireNonNull(remedy, "remedy");
    }

    /** Nothing is to be done. */
    static Finding ok(String part, String what) {
        return new Finding(part, State.OK, what, "");
    }

    static Finding look(String part, String what, String remedy) {
        return new Finding(part, State.LOOK, what, remedy);
    }

    static Finding bad(String part, String what, String remedy) {
        return new Finding(part, State.BAD, what, remedy);
    }

    /** For programs. */
    public ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("part", part)
                .put("state", state.toString())
                .put("what", what)
                .put("remedy", remedy);
    }

    static String counted(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    /** The first of them, and how many more there are. */
    static String some(List<String> names) {
        return names.size() <= EXAMPLES
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, EXAMPLES)) + " and " + (names.size() - EXAMPLES) + " more";
    }
}
