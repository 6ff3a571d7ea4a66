package io.calicofleet.integrations.adapter.slack;

import io.calicofleet.integrations.adapter.chat.PlainText;

/**
 * Text of others as Slack is given it: with the three letters that mean something to Slack escaped, and cut to what fits. Where it can, what is
 * shown is {@code plain_text} besides, in which nothing means anything.
 */
final class SlackText {

    private SlackText() {}

    /**
     * The same text for Slack.
     *
     * @param most how long it may be, in letters as Slack counts them: after escaping
     */
    static String of(String text, int most) {
        return PlainText.of(text, most, SlackText::escaped);
    }

    private static String escaped(int letter) {
        return switch (letter) {
            case '&' -> "&amp;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            default -> Character.toString(letter);
        };
    }
}
