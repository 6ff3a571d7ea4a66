package io.calicofleet.runtime;

import io.calicofleet.event.ControlCharacters;
import java.util.Locale;

/** Text for a log: what it quotes may hold anything, and must not end a line or move a cursor. */
final class PlainText {

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
        return ControlCharacters.replaced(text, PlainText::written);
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
