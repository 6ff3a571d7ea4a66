package io.calicofleet.simulator.kubernetes.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/** What is wrong with a text that is no JSON, in the words of Go (encoding/json/scanner.go), which reads it byte by byte. */
final class JsonFaults {

    /** So much of a body is shown. */
    private static final int SHOWN = 30;

    private static final String VALUE = "looking for beginning of value";
    private static final String KEY = "looking for beginning of object key string";

    private final byte[] text;
    private int at;

    /** The text is wrong. */
    private static final class Fault extends Exception {
        private static final long serialVersionUID = 1;

        Fault(String message) {
            super(message, null, false, false);
        }
    }

    private JsonFaults(byte[] text) {
        this.text = text;
    }

    /** Why a text could not be read. */
    static String of(byte[] text) {
        JsonFaults scanner = new JsonFaults(text);
        try {
            scanner.value();
            scanner.space();
            if (scanner.at < text.length) {
                throw scanner.unexpected("after top-level value");
            }
            return "";
        } catch (Fault e) {
            return String.valueOf(e.getMessage());
        }
    }

    private Fault unexpected(String where) {
        if (at >= text.length) {
            return new Fault("unexpected end of JSON input");
        }
        int found = text[at] & 0xFF;
        String shown = switch (found) {
            case '\'' -> "\\'";
            case '\\' -> "\\\\";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default ->
                Character.isISOControl(found)
                        ? String.format(found < 0x80 ? "\\x%02x" : "\\u%04x", found)
                        : Character.toString(found);
        };
        return new Fault("invalid character '" + shown + "' " + where);
    }

    /** The next byte; 0 at the end. */
    private int next() {
        return at < text.length ? text[at] & 0xFF : 0;
    }

    private boolean isNext(String any) {
        return at < text.length && any.indexOf(next()) >= 0;
    }

    private void space() {
        while (isNext(" \t\r\n")) {
            at++;
        }
    }

    private void expect(String any, String where) throws Fault {
        if (!isNext(any)) {
            throw unexpected(where);
        }
        at++;
    }

    private void value() throws Fault {
        space();
        switch (next()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> literal("true");
            case 'f' -> literal("false");
            case 'n' -> literal("null");
            default -> number();
        }
    }

    private void object() throws Fault {
        at++;
        space();
        if (isNext("}")) {
            at++;
            return;
        }
        do {
            space();
            if (!isNext("\"")) {
                throw unexpected(KEY);
            }
            string();
            space();
            expect(":", "after object key");
            value();
            space();
            if (!isNext(",}")) {
                throw unexpected("after object key:value pair");
            }
        } while (text[at++] == ',');
    }

    private void array() throws Fault {
        at++;
        space();
        if (isNext("]")) {
            at++;
            return;
        }
        do {
            value();
            space();
            if (!isNext(",]")) {
                throw unexpected("after array element");
            }
        } while (text[at++] == ',');
    }

    private void string() throws Fault {
        at++;
        while (!isNext("\"")) {
            if (at >= text.length || next() < ' ') {
                throw unexpected("in string literal");
            }
            if (text[at++] == '\\') {
                boolean code = isNext("u");
                expect("bfnrt\\/\"u", "in string escape code");
                for (int i = 0; code && i < 4; i++) {
                    expect("0123456789abcdefABCDEF", "in \\u hexadecimal character escape");
                }
            }
        }
        at++;
    }

    private void literal(String word) throws Fault {
        for (int i = 0; i < word.length(); i++) {
            String letter = word.substring(i, i + 1);
            expect(letter, "in literal " + word + " (expecting '" + letter + "')");
        }
    }

    private void number() throws Fault {
        boolean negative = isNext("-");
        at += negative ? 1 : 0;
        boolean zero = isNext("0");
        expect("0123456789", negative ? "in numeric literal" : VALUE);
        if (!zero) {
            digits();
        }
        if (isNext(".")) {
            at++;
            expect("0123456789", "after decimal point in numeric literal");
            digits();
        }
        if (isNext("eE")) {
            at++;
            at += isNext("+-") ? 1 : 0;
            expect("0123456789", "in exponent of numeric literal");
            digits();
        }
    }

    private void digits() {
        while (isNext("0123456789")) {
            at++;
        }
    }

    /** What Go calls a value. */
    static String kind(JsonNode node) {
        return node.isBoolean() ? "bool" : node.getNodeType().name().toLowerCase(Locale.ROOT);
    }

    /** The beginning of a body: an object as text, anything else byte by byte. */
    static String shown(byte[] body) {
        if (body.length == 0) {
            return "<empty>";
        }
        if (body[0] != '{') {
            return HexFormat.of().formatHex(body, 0, Math.min(body.length, SHOWN));
        }
        String text = new String(body, StandardCharsets.UTF_8);
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + " ...";
    }
}
