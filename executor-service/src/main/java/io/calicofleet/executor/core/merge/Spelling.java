package io.calicofleet.executor.core.merge;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One spelling for settings that mean the same: {@code True} and {@code true}, which Felix, calico-node and the CNI
 * installer read without regard to capitals; {@code 90s} and {@code 1m30s}, as Go writes durations; an IPv6 address or
 * network by its bits. White space at the end, as a text in a ConfigMap may have it, says nothing. Whatever might be
 * something else stays as it is: {@code 60} is no duration.
 */
final class Spelling {

    private static final Pattern DURATION = Pattern.compile("(?:\\d{1,12}(?:\\.\\d{1,9})?(?:ns|us|µs|ms|s|m|h))+");
    private static final Pattern DURATION_PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|µs|ms|s|m|h)");
    private static final Pattern IPV6 = Pattern.compile("(?=[^:]*:[^:]*:)([0-9A-Fa-f:]{2,39})(/\\d{1,3})?");
    private static final int GROUPS = 8;

    private Spelling() {}

    static String normal(String text) {
        String stripped = text.stripTrailing();
        if (stripped.equalsIgnoreCase("true") || stripped.equalsIgnoreCase("false")) {
            return stripped.toLowerCase(Locale.ROOT);
        }
        boolean number = !stripped.isEmpty() && Character.isDigit(stripped.charAt(0));
        if (number && DURATION.matcher(stripped).matches()) {
            return duration(stripped);
        }
        if (stripped.indexOf(':') < 0) {
            return stripped;
        }
        Matcher address = IPV6.matcher(stripped);
        if (address.matches()) {
            String prefix = address.group(2) == null ? "" : address.group(2);
            return address(address.group(1)).map(bits -> bits + prefix).orElse(stripped);
        }
        return stripped;
    }

    private static String duration(String text) {
        BigDecimal seconds =
                DURATION_PART.matcher(text).results().map(Spelling::seconds).reduce(BigDecimal.ZERO, BigDecimal::add);
        return seconds.stripTrailingZeros().toPlainString() + "s";
    }

    private static BigDecimal seconds(MatchResult part) {
        String unit = switch (part.group(2)) {
            case "h" -> "3600";
            case "m" -> "60";
            case "s" -> "1";
            case "ms" -> "1e-3";
            case "ns" -> "1e-9";
            default -> "1e-6";
        };
        return new BigDecimal(part.group(1)).multiply(new BigDecimal(unit));
    }

    /** The eight groups of an address in full; empty where the text is none. */
    private static Optional<String> address(String text) {
        int gap = text.indexOf("::");
        if (gap != text.lastIndexOf("::")) {
            return Optional.empty();
        }
        String[] before = groups(gap < 0 ? text : text.substring(0, gap));
        String[] after = groups(gap < 0 ? "" : text.substring(gap + 2));
        int missing = GROUPS - before.length - after.length;
        if (gap < 0 ? missing != 0 : missing < 1) {
            return Optional.empty();
        }
        StringBuilder address = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            String group = i < before.length
                    ? before[i]
                    : i < before.length + missing ? "0" : after[i - before.length - missing];
            if (group.isEmpty() || group.length() > 4) {
                return Optional.empty();
            }
            address.append(i == 0 ? "" : ":").append(Integer.toHexString(Integer.parseInt(group, 16)));
        }
        return Optional.of(address.toString());
    }

    private static String[] groups(String text) {
        return text.isEmpty() ? new String[0] : text.split(":", -1);
    }
}
