package io.calicofleet.cli.output;

/** Measures and cuts text that may carry terminal styles. */
final class Styled {

    private static final char ESCAPE = '\u001b';

    private Styled() {}

    /** How many characters are seen. */
    static int width(String text) {
        int width = 0;
        boolean style = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ESCAPE) {
                style = true;
            } else if (style) {
                style = c != 'm';
            } else {
                width++;
            }
        }
        return width;
    }

    /** At most {@code width} seen characters; a style that is cut through ends there. */
    static String cut(String text, int width) {
        if (width(text) <= width) {
            return text;
        }
        StringBuilder cut = new StringBuilder();
        int seen = 0;
        boolean style = false;
        for (int i = 0; i < text.length() && seen < width - 1; i++) {
            char c = text.charAt(i);
            cut.append(c);
            if (c == ESCAPE) {
                style = true;
            } else if (style) {
                style = c != 'm';
            } else {
                seen++;
            }
        }
        return cut.append('…')
                .append(text.indexOf(ESCAPE) < 0 ? "" : "\u001b[0m")
                .toString();
    }
}
