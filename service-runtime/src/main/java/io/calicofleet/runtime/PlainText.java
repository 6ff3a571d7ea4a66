package io.calicofleet.runtime;

import java.util.Locale;

/** Text for a log: what it quotes may hold anything, and must not end a line or move a cursor. */
final class PlainText {

    /** What turns the direction of the text around it. */
    private static final String DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";

    /** Characters of one text. */
    static final int LONGEST = 16 * 1024;

    private PlainText() {}

    /**
     * The same with control characters written out, as {@code \\n} and {@code \\u001b}; of what is longer than an entry should
     * be, the beginning.
     */
    static String of(String whole) {
        String text = whole.length() <= LONGEST
                ? whole
                : whole.substring(0, LONGEST) + "... and " + (whole.length() - LONGEST) + " characters more";
        StringBuilder plain = null;
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            boolean control = Character.isISOControl(letter) || DIRECTIONS.indexOf(letter) >= 0;
            if (control && plain == null) {
                plain = new StringBuilder(text.substring(0, i));
            }
            if (plain != null) {
                plain.append(control ? written(letter) : String.valueOf(letter));
            }
        }
        return plain == null ? text : plain.toString();
    }

    private static String written(char letter) {
        return switch (letter) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> String.format(Locale.ROOT, "\\u%04x", (int) letter);
        };
    }
}
