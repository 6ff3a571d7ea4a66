package io.calicofleet.model.felix.object;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A protocol as rules name it: by number or by name; a text of digits is a number. Felix knows it by its name in lower case
 * (api/pkg/lib/numorstring/protocol.go, ToV1).
 *
 * @param name its name in lower case; empty where it is a number
 * @param number its number; 0 where it is a name that is none
 */
public record Protocol(String name, int number) {

    /** TCP. */
    public static final int TCP = 6;

    /** UDP. */
    public static final int UDP = 17;

    /** SCTP. */
    public static final int SCTP = 132;

    /** UDPLITE, which has ports that no rule may name. */
    public static final int UDPLITE = 136;

    /** ICMP of IPv4. */
    public static final int ICMP = 1;

    /** ICMP of IPv6. */
    public static final int ICMPV6 = 58;

    private static final Map<String, Integer> NAMES =
            Map.of("tcp", TCP, "udp", UDP, "icmp", ICMP, "icmpv6", ICMPV6, "sctp", SCTP, "udplite", UDPLITE);

    public Protocol {
        requireNonNull(name, "name");
    }

    /** The protocol with a name or, as text, a number. */
    public static Protocol of(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return isNumber(text)
                ? new Protocol("", Integer.parseInt(text))
                : new Protocol(lower, NAMES.getOrDefault(lower, 0));
    }

    /** What a field has; null where it cannot be read at all. */
    static @Nullable Protocol read(JsonNode value) {
        if (value.isTextual()) {
            return of(value.asText());
        }
        return Fields.isUnsigned(value, 0xff) ? new Protocol("", value.asInt()) : null;
    }

    private static boolean isNumber(String text) {
        if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return false;
        }
        String digits = text.replaceFirst("^0+(?=.)", "");
        return digits.length() <= 3 && Integer.parseInt(digits) <= 0xff;
    }

    /** Whether Felix takes it: a number from 1 on, or one of the names it knows. */
    public boolean isKnown() {
        return number > 0;
    }

    /** Whether rules of it may name ports. */
    public boolean hasPorts() {
        return number == TCP || number == UDP || number == SCTP;
    }

    /** Whether it is ICMP of IPv4 or of IPv6. */
    public boolean isIcmp() {
        return number == ICMP || number == ICMPV6;
    }

    /** One spelling of each: its name in lower case, or the number of one without. */
    public String key() {
        return NAMES.entrySet().stream()
                .filter(known -> known.getValue() == number)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(name.isEmpty() ? String.valueOf(number) : name);
    }

    /** As people write it. */
    @Override
    public String toString() {
        return switch (name) {
            case "" -> "protocol " + number;
            case "icmpv6" -> "ICMPv6";
            case "udplite" -> "UDPLite";
            default -> name.toUpperCase(Locale.ROOT);
        };
    }
}
