package io.calicofleet.integrations.adapter.teams;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.integrations.adapter.chat.PlainText;
import io.calicofleet.integrations.core.chat.Note;
import io.calicofleet.kafka.EventJson;
import java.net.URI;
import java.util.List;

/**
 * A note as an Adaptive Card, in the message that a workflow takes. All text of others is in runs of text, in which Markdown means nothing; it is
 * cut until the whole is well below the 28 KB that Teams takes, which counts what it makes of it.
 */
final class TeamsCard {

    /** No message is larger, in bytes. */
    static final int LARGEST = 20_000;

    private static final JsonMapper JSON = EventJson.mapper();
    private static final int HEADLINE = 300;
    private static final int LONGEST_LINE = 2000;
    private static final int SHORTEST_LINE = 50;
    private static final int LINES = 30;
    private static final int REMARKS = 10;

    private TeamsCard() {}

    /**
     * The message.
     *
     * @param page where people look at the campaign
     */
    static byte[] of(Note note, URI page) {
        byte[] message = message(note, page, LONGEST_LINE);
        for (int line = LONGEST_LINE / 2; message.length > LARGEST && line >= SHORTEST_LINE; line /= 2) {
            message = message(note, page, line);
        }
        return message;
    }

    private static byte[] message(Note note, URI page, int line) {
        ObjectNode message = JSON.createObjectNode().put("type", "message");
        ObjectNode card = message.putArray("attachments")
                .addObject()
                .put("contentType", "application/vnd.microsoft.card.adaptive")
                .putNull("contentUrl")
                .putObject("content")
                .put("$schema", "http://adaptivecards.io/schemas/adaptive-card.json")
                .put("type", "AdaptiveCard")
                .put("version", "1.4");
        card.putObject("msteams").put("width", "Full");
        ArrayNode body = card.putArray("body");
        run(body, note.headline(), Math.min(HEADLINE, 2 * line))
                .put("weight", "Bolder")
                .put("size", "Large");
        lines(note.lines(), LINES).forEach(text -> run(body, text, line));
        lines(note.remarks(), REMARKS)
                .forEach(text -> run(body, text, line).put("isSubtle", true).put("size", "Small"));
        card.putArray("actions")
                .addObject()
                .put("type", "Action.OpenUrl")
                .put("title", note.asks() == null ? "Open the campaign" : "Look, and approve")
                .put("url", page.toString());
        return EventJson.write(message);
    }

    private static List<String> lines(List<String> lines, int most) {
        return lines.stream()
                .flatMap(String::lines)
                .filter(line -> !line.isBlank())
                .limit(most)
                .toList();
    }

    private static ObjectNode run(ArrayNode body, String text, int most) {
        return body.addObject()
                .put("type", "RichTextBlock")
                .putArray("inlines")
                .addObject()
                .put("type", "TextRun")
                .put("text", PlainText.of(text, most));
    }
}
