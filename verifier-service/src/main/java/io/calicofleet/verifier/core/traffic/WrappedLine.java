package io.calicofleet.verifier.core.traffic;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the message out of the JSON a log shipper put around it: {@code MESSAGE} of journald, as a text or as the bytes
 * journald writes where it is not sure of the text, {@code log} of Docker and Fluent Bit, {@code msg} of a shipper that
 * reads /dev/kmsg, {@code message} of others; in the JSON itself, or in JSON that is the message of another. Never throws.
 */
final class WrappedLine {

    private static final List<String> FIELDS = List.of("MESSAGE", "log", "msg", "message");

    /** JSON in JSON, no deeper. */
    private static final int DEPTH = 2;

    private final String json;
    private int at;

    private WrappedLine(String json, int at) {
        this.json = json;
        this.at = at;
    }

    /**
     * Where JSON begins: at the beginning, or behind what a container runtime writes before each line of a container, {@code
     * TIME stdout F }. -1: the line is none.
     */
    static int jsonStart(String line) {
        char first = line.isEmpty() ? ' ' : line.charAt(0);
        if (first < '0' || first > '9') {
            return first == '{' ? 0 : -1;
        }
        int stream = line.indexOf(" std");
        int start = stream < 0 ? -1 : line.indexOf(" F {", stream);
        return start >= 0 && start <= stream + " stdout".length() ? start + " F ".length() : -1;
    }

    /** The message; null where there is none. */
    static @Nullable String of(String line, int from) {
        String text = line;
        int start = from;
        for (int i = 0; i < DEPTH && start >= 0; i++) {
            String message = new WrappedLine(text, start).message();
            if (message == null) {
                return null;
            }
            text = message;
            start = jsonStart(text);
        }
        return text;
    }

    /** The first field of the outermost object that is a message. */
    private @Nullable String message() {
        at++;
        while (skipTo('"')) {
            String name = string();
            if (name == null || !skipTo(':')) {
                return null;
            }
            at++;
            blanks();
            boolean wanted = FIELDS.contains(name);
            if (wanted && peek() == '"') {
                return string();
            }
            String bytes = wanted && peek() == '[' ? bytes() : null;
            if (bytes != null) {
                return bytes;
            }
            if (!skipValue() || peek() != ',') {
                return null;
            }
            at++;
        }
        return null;
    }

    private char peek() {
        return at < json.length() ? json.charAt(at) : '\0';
    }

    private void blanks() {
        while (at < json.length() && json.charAt(at) <= ' ') {
            at++;
        }
    }

    private boolean skipTo(char c) {
        blanks();
        return peek() == c;
    }

    /** Behind the value that begins here. */
    private boolean skipValue() {
        int depth = 0;
        while (at < json.length()) {
            char c = json.charAt(at);
            if (c == '"') {
                if (string() == null) {
                    return false;
                }
                continue;
            }
            if (depth == 0 && (c == ',' || c == '}')) {
                return true;
            }
            if (c == '{' || c == '[') {
                depth++;
            } else if (c == '}' || c == ']') {
                depth--;
            }
            at++;
        }
        return false;
    }

    /** The text of an array of bytes; null, and nothing is read, where it is none. */
    private @Nullable String bytes() {
        byte[] bytes = new byte[json.length() - at];
        int length = 0;
        int value = -1;
        for (int i = at + 1; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c >= '0' && c <= '9') {
                value = Math.max(value, 0) * 10 + (c - '0');
                if (value > 255) {
                    return null;
                }
            } else if (c == ',' || c == ']') {
                if (value >= 0) {
                    bytes[length++] = (byte) value;
                }
                value = -1;
                if (c == ']') {
                    return new String(Arrays.copyOf(bytes, length), StandardCharsets.UTF_8);
                }
            } else if (c > ' ') {
                return null;
            }
        }
        return null;
    }

    /** The string that begins here; behind it then. Null where it does not end. */
    private @Nullable String string() {
        int start = at + 1;
        int plain = start;
        while (plain < json.length() && json.charAt(plain) != '"' && json.charAt(plain) != '\\') {
            plain++;
        }
        if (plain >= json.length()) {
            return null;
        }
        if (json.charAt(plain) == '"') {
            at = plain + 1;
            return json.substring(start, plain);
        }
        return escaped(start);
    }

    private @Nullable String escaped(int start) {
        StringBuilder text = new StringBuilder(json.length() - start);
        for (int i = start; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c == '"') {
                at = i + 1;
                return text.toString();
            }
            if (c != '\\' || i + 1 >= json.length()) {
                text.append(c);
                continue;
            }
            char escaped = json.charAt(++i);
            switch (escaped) {
                case 'n' -> text.append('\n');
                case 't' -> text.append('\t');
                case 'r' -> text.append('\r');
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'u' -> {
                    int code = codeUnit(i + 1);
                    if (code < 0) {
                        return null;
                    }
                    text.append((char) code);
                    i += 4;
                }
                default -> text.append(escaped);
            }
        }
        return null;
    }

    private int codeUnit(int from) {
        if (from + 4 > json.length()) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < from + 4; i++) {
            int digit = Character.digit(json.charAt(i), 16);
            if (digit < 0) {
                return -1;
            }
            value = (value << 4) | digit;
        }
        return value;
    }
}
