package io.calicofleet.model.felix.object;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A port of a rule: a number, a range such as {@code 1000:2000}, or the name of a port that endpoints have
 * (api/pkg/lib/numorstring/port.go).
 *
 * @param first the first port; 0 where it has a name
 * @param last the last port; 0 where it has a name
 * @param name its name; empty where it is a number
 */
public record Port(int first, int last, String name) {

    private static final Pattern DIGITS = Pattern.compile("\\d+");
    private static final Pattern RANGE = Pattern.compile("(\\d+):(\\d+)");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,128}");
    private static final Pattern IANA_NAME = Pattern.compile("(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*");
    private static final int LONGEST_NAME = 15;
    private static final int LAST = 0xffff;
    private static final int PLACES = 15;

    public Port {
        requireNonNull(name, "name");
    }

    /** What a list has; null where it cannot be read at all, which makes the object that has it unreadable. */
    static @Nullable Port read(JsonNode value) {
        if (value.isNull()) {
            return new Port(0, 0, "");
        }
        if (!value.isTextual()) {
            return Fields.isUnsigned(value, LAST) ? new Port(value.asInt(), value.asInt(), "") : null;
        }
        String text = value.asText();
        Matcher range = RANGE.matcher(text);
        if (range.matches()) {
            int first = number(range.group(1));
            int last = number(range.group(2));
            return first < 0 || last < 0 || first > last ? null : new Port(first, last, "");
        }
        if (DIGITS.matcher(text).matches()) {
            int port = number(text);
            return port < 0 ? null : new Port(port, port, "");
        }
        return NAME.matcher(text).matches() ? new Port(0, 0, text) : null;
    }

    /** Whether Felix can read it as a port. */
    public static boolean isPort(JsonNode value) {
        return read(value) != null;
    }

    private static int number(String digits) {
        String significant = digits.replaceFirst("^0+(?=.)", "");
        int number = significant.length() > 5 ? Integer.MAX_VALUE : Integer.parseInt(significant);
        return number > LAST ? -1 : number;
    }

    /** Whether it has a name. */
    public boolean isNamed() {
        return !name.isEmpty();
    }

    /** Whether Felix takes it: not port 0, and a name as Kubernetes wants those of ports. */
    public boolean isTaken() {
        return isNamed()
                ? name.length() <= LONGEST_NAME && IANA_NAME.matcher(name).matches()
                : first > 0;
    }

    /**
     * How many matches Felix makes of a list: one for each 15 places, of which a range takes two, and one for each name
     * (felix/rules/policy.go, SplitPortList).
     */
    public static int matches(List<Port> ports) {
        int matches = 0;
        int places = 0;
        for (Port port : ports) {
            int needed = port.first == port.last ? 1 : 2;
            if (port.isNamed()) {
                matches++;
            } else if (places < needed) {
                matches++;
                places = PLACES - needed;
            } else {
                places -= needed;
            }
        }
        return matches;
    }

    /** Whether a port is one of it. */
    public boolean contains(int port) {
        return !isNamed() && port >= first && port <= last;
    }

    @Override
    public String toString() {
        return isNamed() ? name : first == last ? String.valueOf(first) : first + ":" + last;
    }
}
