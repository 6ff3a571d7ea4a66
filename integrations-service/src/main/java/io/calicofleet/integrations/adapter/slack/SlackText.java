package io.calicofleet.integrations.adapter.slack;

/**
 * Text of others as Slack is given it: without letters that are no text, with the three letters that mean something to Slack escaped, and cut
 * to what fits. Where it can, what is shown is {@code plain_text} besides, in which nothing means anything.
 */
final class SlackText {

    private static final String CUT = "…";

    private SlackText() {}

    /**
     * The same text for Slack.
     *
     * @param most how long it may be, in letters as Slack counts them: after escaping
     */
    static String of(String text, int most) {
        StringBuilder out = new StringBuilder();
        int whole = 0;
        for (int at = 0; at < text.length(); ) {
            int letter = text.codePointAt(at);
            at += Character.charCount(letter);
            out.append(escaped(letter));
            if (out.length() > most) {
                return out.substring(0, whole) + CUT;
            }
            if (out.length() <= most - CUT.length()) {
                whole = out.length();
            }
        }
        return out.toString();
    }

    private static String escaped(int letter) {
        return switch (letter) {
            case '&' -> "&amp;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '\n' -> "\n";
            case '\t' -> " ";
            default -> isNoText(letter) ? "" : Character.toString(letter);
        };
    }

    /** Controls, half letters, and those that turn the direction of what follows. */
    private static boolean isNoText(int letter) {
        int type = Character.getType(letter);
        return Character.isISOControl(letter)
                || type == Character.SURROGATE
                || (letter >= 0x202A && letter <= 0x202E)
                || (letter >= 0x2066 && letter <= 0x2069)
                || letter == 0x200E
                || letter == 0x200F;
    }
}
