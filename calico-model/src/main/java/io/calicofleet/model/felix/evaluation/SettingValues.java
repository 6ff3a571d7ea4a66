package io.calicofleet.model.felix.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.Json;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.object.Port;
import io.calicofleet.model.release.ReleaseTrait;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/** What values of settings have to be: of a type to be read at all, and as Felix wants those that it ends over. */
final class SettingValues {

    private static final Pattern HOST = Pattern.compile("[a-zA-Z0-9_.-]+");
    /** One of 15 characters would be a legal name, but not with the {@code +} that Felix writes behind it. */
    private static final Pattern INTERFACES = Pattern.compile("[a-zA-Z0-9_-]{1,14}(,[a-zA-Z0-9_-]{1,14})*");

    private static final Pattern REGION = Pattern.compile("[a-z0-9]([-a-z0-9]{0,44}[a-z0-9])?");
    private static final Pattern RANGE = Pattern.compile("(\\d+)-(\\d+)");
    private static final Pattern DURATION =
            Pattern.compile("[-+]?(0|((\\d+(\\.\\d*)?|\\.\\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h))+)");
    private static final Pattern TIME = Pattern.compile("[^-].*[1-9].*|[1-9].*");
    private static final int LAST_PORT = 0xffff;
    private static final long LAST_UNSIGNED = 0xffff_ffffL;
    private static final int LAST_TABLE = 250;
    private static final int MOST_TABLES = 0xffff;
    /** Those Felix marks packets by; later it has one more, for what it is to drop. */
    private static final int FEWEST_BITS = 5;

    /** Felix has a set of the addresses of the host, and there are more of them than that: one is 127.0.0.1. */
    private static final int SMALLEST_SET = 4;

    private SettingValues() {}

    /** Whether Felix can read a FelixConfiguration that has this. */
    static boolean isOf(String type, JsonNode value) {
        return switch (type) {
            case "flag" -> value.isBoolean();
            case "text" -> value.isTextual();
            case "number" -> value.isIntegralNumber() && value.canConvertToLong();
            case "mask" -> value.isIntegralNumber() && isWithin(value, LAST_UNSIGNED);
            case "duration" ->
                value.isTextual() && DURATION.matcher(value.asText()).matches();
            case "texts" -> isListOf(value, JsonNode::isTextual);
            case "failsafe" -> isListOf(value, SettingValues::isFailsafe);
            case "port" -> Port.isPort(value);
            case "ports" -> isListOf(value, Port::isPort);
            case "range" -> isRange(value);
            case "ranges" -> isListOf(value, SettingValues::isRange);
            case "map" ->
                value.isObject()
                        && value.properties().stream()
                                .allMatch(entry -> entry.getValue().isTextual()
                                        || entry.getValue().isNull());
            case "timeouts" ->
                isListOf(
                        value,
                        timeout -> timeout.isObject()
                                && isOfType("text", timeout, "name")
                                && isOfType("duration", timeout, "timeout"));
            default -> value.isTextual() || value.isIntegralNumber();
        };
    }

    private static boolean isOfType(String type, JsonNode object, String field) {
        return FelixSettings.any(object, field)
                .filter(value -> !isOf(type, value))
                .isEmpty();
    }

    private static boolean isListOf(JsonNode list, Predicate<JsonNode> element) {
        return list.isArray() && Json.elements(list).allMatch(one -> one.isNull() || element.test(one));
    }

    private static boolean isFailsafe(JsonNode port) {
        return port.isObject()
                && isOfType("text", port, "protocol")
                && isOfType("text", port, "net")
                && FelixSettings.any(port, "port")
                        .filter(number -> !number.isIntegralNumber() || !isWithin(number, LAST_PORT))
                        .isEmpty();
    }

    private static boolean isRange(JsonNode range) {
        return range.isObject() && isOfType("number", range, "min") && isOfType("number", range, "max");
    }

    private static boolean isWithin(JsonNode number, long last) {
        return number.canConvertToLong() && number.asLong() >= 0 && number.asLong() <= last;
    }

    /** What a setting has to be, for people; of several, choices. */
    static String wanted(String must) {
        return switch (must) {
            case "networks" -> "a list of networks";
            case "host" -> "the name or address of a host, of IPv4";
            case "port" -> "a port";
            case "region" -> "the name of a region, a DNS label of at most 46 characters";
            case "interfaces" ->
                "beginnings of names of interfaces, of at most 14 characters each, with commas between them";
            case "range" -> "a range of routing tables, of 1 to " + LAST_TABLE;
            case "ranges" -> "ranges of routing tables, of at most " + MOST_TABLES + " in all";
            case "bits" -> "a mask of more bits";
            case "pattern" -> "a regular expression";
            case "time" -> "more than no time";
            case "path" -> "the path of a program on the node";
            case "size" -> "at least " + SMALLEST_SET;
            default -> "one of " + String.join(", ", must.split(" ")).toLowerCase(Locale.ROOT);
        };
    }

    /** Whether Felix goes on with it. */
    static boolean isTaken(String must, String text, CalicoVersion version) {
        return switch (must) {
            case "networks" -> areNetworks(text, version);
            case "host" -> HOST.matcher(text).matches();
            case "port" -> isBetween(0, text, LAST_PORT);
            case "region" -> REGION.matcher(text).matches();
            case "interfaces" -> INTERFACES.matcher(text).matches();
            case "range" -> isRange(text);
            case "ranges" -> areRanges(text);
            case "bits" ->
                isBetween(0, text, LAST_UNSIGNED)
                        && Long.bitCount(Long.decode(text))
                                >= FEWEST_BITS + (ReleaseTrait.DROP_MARK.isIn(version) ? 1 : 0);
            case "pattern" -> isPattern(text);
            case "time" -> TIME.matcher(text).matches();
            case "path" -> text.startsWith("/");
            // What is no number is replaced by the default.
            case "size" -> isBetween(SMALLEST_SET, text, LAST_UNSIGNED) || !isNumber(text);
            default -> List.of(must.split(" ")).contains(text.toLowerCase(Locale.ROOT));
        };
    }

    private static boolean areNetworks(String list, CalicoVersion version) {
        return Stream.of(list.split(","))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .allMatch(text -> Cidr.read(text)
                        .filter(net -> !net.v6() || ReleaseTrait.EXTERNAL_NODES_OF_IPV6.isIn(version))
                        .isPresent());
    }

    private static boolean isPattern(String text) {
        try {
            Pattern.compile(text);
            return true;
        } catch (PatternSyntaxException e) {
            return false;
        }
    }

    private static boolean isNumber(String text) {
        try {
            Long.decode(text);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean isBetween(long first, String text, long last) {
        return isNumber(text) && Long.decode(text) >= first && Long.decode(text) <= last;
    }

    private static boolean isRange(String text) {
        Matcher range = RANGE.matcher(text);
        return range.matches()
                && isBetween(1, range.group(1), LAST_TABLE)
                && isBetween(Long.parseLong(range.group(1)), range.group(2), LAST_TABLE);
    }

    /** Felix looks for ranges anywhere in the text. */
    private static boolean areRanges(String text) {
        Matcher range = RANGE.matcher(text);
        long tables = 0;
        boolean any = false;
        while (range.find()) {
            any = true;
            if (!isBetween(1, range.group(1), LAST_UNSIGNED)
                    || !isBetween(Long.decode(range.group(1)), range.group(2), LAST_UNSIGNED)) {
                return false;
            }
            tables += Long.decode(range.group(2)) - Long.decode(range.group(1)) + 1;
        }
        return any && tables <= MOST_TABLES;
    }
}
