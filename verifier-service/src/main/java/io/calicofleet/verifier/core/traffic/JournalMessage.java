package io.calicofleet.verifier.core.traffic;

import org.jspecify.annotations.Nullable;

/** Takes the MESSAGE out of an entry of journald in JSON. Never throws. */
final class JournalMessage {

    private static final String FIELD = "\"MESSAGE\"";

    private JournalMessage() {}

    /** The text of the field MESSAGE; null where there is none, or where it is no text. */
    static @Nullable String of(String json) {
        int at = json.indexOf(FIELD);
        if (at < 0) {
            return null;
        }
        int i = skipBlanks(json, at + FIELD.length());
        if (i >= json.length() || json.charAt(i) != ':') {
            return null;
        }
        i = skipBlanks(json, i + 1);
        if (i >= json.length() || json.charAt(i) != '"') {
            return null;
        }
        return unescape(json, i + 1);
    }

    private static int skipBlanks(String json, int from) {
        int i = from;
        while (i < json.length() && json.charAt(i) <= ' ') {
            i++;
        }
        return i;
    }

    private static @Nullable String unescape(String json, int from) {
        int plain = from;
        while (plain < json.length() && json.charAt(plain) != '"' && json.charAt(plain) != '\\') {
            plain++;
        }
        if (plain < json.length() && json.charAt(plain) == '"') {
            return json.substring(from, plain);
        }
        StringBuilder text = new StringBuilder(json.length() - from);
        for (int i = from; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c == '"') {
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
                    int code = codeUnit(json, i + 1);
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

    private static int codeUnit(String json, int from) {
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
