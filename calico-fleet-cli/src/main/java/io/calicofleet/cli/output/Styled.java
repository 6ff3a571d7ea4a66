package io.calicofleet.cli.output;

import io.calicofleet.event.ControlCharacters;

/**
 * Measures, cuts and cleans text that may carry terminal styles. What clusters, events and servers say may hold anything, so of
 * what reaches a terminal only our own styles are obeyed.
 */
final class Styled {

    private static final char ESCAPE = '\u001b';
    private static final char REPLACED = '\ufffd';

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

    /** One line: without line ends, and else as {@link #clean}. */
    static String oneLine(String text) {
        return clean(
                text.indexOf('\n') < 0 && text.indexOf('\r') < 0 ? text : text.replaceAll("\\s*[\\r\\n]+\\s*", " "));
    }

    /** Without control characters but line ends, tabs and the styles of {@link Style}; what else there is is seen as �. */
    static String clean(String text) {
        StringBuilder clean = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ESCAPE) {
                int end = styleEnd(text, i);
                if (end > 0) {
                    if (clean != null) {
                        clean.append(text, i, end);
                    }
                    i = end - 1;
                    continue;
                }
            }
            boolean bad = c != '\n' && c != '\t' && ControlCharacters.is(c);
            if (bad && clean == null) {
                clean = new StringBuilder(text.substring(0, i));
            }
            if (clean != null) {
                clean.append(bad ? REPLACED : c);
            }
        }
        return clean == null ? text : clean.toString();
    }

    /** Where one of our styles ends that begins there; 0: none does. */
    private static int styleEnd(String text, int from) {
        for (Style style : Style.values()) {
            String sequence = "\u001b[" + style.code() + "m";
            if (!style.code().isEmpty() && text.startsWith(sequence, from)) {
                return from + sequence.length();
            }
        }
        return text.startsWith("\u001b[0m", from) ? from + 4 : 0;
    }
}
