package io.calicofleet.integrations.adapter.mattermost;

import io.calicofleet.integrations.adapter.chat.PlainText;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Text of others as Mattermost is given it, which reads all text as Markdown: what means something there is escaped, and what cannot be is
 * followed by a letter without width, so that nobody is mentioned, no link is made and nothing is run.
 */
final class MattermostText {

    /** What a backslash takes the meaning of. */
    private static final String ESCAPED = "\\`*{}[]()#+-.!_>~|";

    /** Mentions, links and emoji, formulas, tags: no backslash helps there. */
    private static final String BROKEN = "@:$<";

    private static final String NO_WIDTH = "\u200B";

    private MattermostText() {}

    /**
     * The same text for Mattermost, in one line.
     *
     * @param most how long it may be, after escaping
     */
    static String of(String text, int most) {
        return PlainText.of(text, most, MattermostText::escaped);
    }

    /** Lines, each in a line of its own and as long as any other may be. */
    static String lines(List<String> lines, int most) {
        int each = most / Math.max(1, lines.size()) - 1;
        return lines.stream()
                .filter(line -> !line.isBlank())
                .map(line -> of(line.strip(), each))
                .collect(Collectors.joining("\n"));
    }

    private static String escaped(int letter) {
        if (letter == '\n') {
            return " ";
        }
        if (ESCAPED.indexOf(letter) >= 0) {
            return "\\" + (char) letter;
        }
        return BROKEN.indexOf(letter) >= 0 ? (char) letter + NO_WIDTH : Character.toString(letter);
    }
}
