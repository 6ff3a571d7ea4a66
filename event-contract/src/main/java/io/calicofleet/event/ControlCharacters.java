package io.calicofleet.event;

import java.util.function.Function;

/**
 * What text from anywhere may have in it and no terminal or log may get: control characters, which end a line or move a
 * cursor, and what turns the direction of the text around it, so that it reads as something else.
 */
public final class ControlCharacters {

    private static final String DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";

    private ControlCharacters() {}

    /** Whether this is one of them. */
    public static boolean is(char letter) {
        return Character.isISOControl(letter) || DIRECTIONS.indexOf(letter) >= 0;
    }

    /** The same text with something in place of each of them; it may be the character itself. */
    public static String replaced(String text, Function<Character, String> replacement) {
        StringBuilder replaced = null;
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            boolean control = is(letter);
            if (control && replaced == null) {
                replaced = new StringBuilder(text.substring(0, i));
            }
            if (replaced != null) {
                replaced.append(control ? replacement.apply(letter) : String.valueOf(letter));
            }
        }
        return replaced == null ? text : replaced.toString();
    }
}
