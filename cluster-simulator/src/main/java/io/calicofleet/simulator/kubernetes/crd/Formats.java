package io.calicofleet.simulator.kubernetes.crd;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.regex.Pattern;

/** The formats of a schema that the API server checks; others say nothing. */
final class Formats {

    private static final Pattern V4 = Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");
    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F]{0,4}(:[0-9a-fA-F]{0,4}){2,7}(:\\d+(\\.\\d+){3})?");
    private static final Pattern UUID =
            Pattern.compile("(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}");
    private static final Pattern HOSTNAME =
            Pattern.compile("[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?(\\.[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?)*");
    private static final Pattern DURATION =
            Pattern.compile("[+-]?(\\d+(\\.\\d*)?\\s*(ns|us|µs|ms|s|m|h|d|w)[a-z]*\\s*)+");

    private Formats() {}

    /** Whether a text or number has a format; of other values none is asked. */
    static boolean has(JsonNode value, String format) {
        if (value.isIntegralNumber()) {
            return switch (format) {
                case "int32" -> value.canConvertToInt();
                case "int64" -> value.canConvertToLong();
                default -> true;
            };
        }
        return !value.isTextual() || text(value.asText(), format);
    }

    private static boolean text(String text, String format) {
        return switch (format) {
            case "date-time", "datetime" -> isTime(text);
            case "date" -> isDate(text);
            case "ipv4" -> V4.matcher(text).matches();
            case "ipv6" -> V6.matcher(text).matches();
            case "cidr" -> isCidr(text);
            case "byte" -> isBase64(text);
            case "uuid" -> UUID.matcher(text).matches();
            case "hostname" -> HOSTNAME.matcher(text).matches();
            case "duration" -> DURATION.matcher(text).matches();
            default -> true;
        };
    }

    private static boolean isTime(String text) {
        try {
            var unused = OffsetDateTime.parse(text);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isDate(String text) {
        try {
            var unused = LocalDate.parse(text);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isCidr(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("\\d{1,3}")) {
            return false;
        }
        String address = text.substring(0, slash);
        int length = Integer.parseInt(text.substring(slash + 1));
        return (V4.matcher(address).matches() && length <= 32)
                || (V6.matcher(address).matches() && length <= 128);
    }

    private static boolean isBase64(String text) {
        try {
            var unused = Base64.getDecoder().decode(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
