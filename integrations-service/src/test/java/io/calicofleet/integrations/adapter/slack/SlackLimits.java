package io.calicofleet.integrations.adapter.slack;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Predicate;

/** What Slack takes of blocks. */
final class SlackLimits {

    private SlackLimits() {}

    /** Within the limits that https://docs.slack.dev/reference/block-kit/blocks documents. */
    static boolean blocks(JsonNode blocks, int most) {
        if (!blocks.isArray() || blocks.isEmpty() || blocks.size() > most) {
            return false;
        }
        for (JsonNode block : blocks) {
            boolean right = switch (block.path("type").asText()) {
                case "header" -> plain(block.path("text"), 150);
                case "section" -> text(block.path("text"), 3000);
                case "context" -> elements(block, 10, element -> text(element, 3000));
                case "actions" -> elements(block, 25, SlackLimits::button);
                case "input" -> plain(block.path("label"), 2000) && input(block.path("element"));
                default -> false;
            };
            if (!right) {
                return false;
            }
        }
        return true;
    }

    private static boolean elements(JsonNode block, int most, Predicate<JsonNode> right) {
        JsonNode elements = block.path("elements");
        for (JsonNode element : elements) {
            if (!right.test(element)) {
                return false;
            }
        }
        return !elements.isEmpty() && elements.size() <= most;
    }

    private static boolean button(JsonNode button) {
        return button.path("type").asText().equals("button")
                && plain(button.path("text"), 75)
                && button.path("action_id").asText().length() <= 255
                && button.path("value").asText().length() <= 2000;
    }

    private static boolean input(JsonNode element) {
        return switch (element.path("type").asText()) {
            case "plain_text_input" -> element.path("max_length").asInt(1) <= 3000;
            case "radio_buttons" ->
                element.path("options").size() <= 10
                        && element.path("options").findValues("text").stream()
                                .filter(JsonNode::isObject)
                                .allMatch(text -> plain(text, 75));
            default -> false;
        };
    }

    static boolean plain(JsonNode text, int most) {
        return text.path("type").asText().equals("plain_text") && text(text, most);
    }

    private static boolean text(JsonNode text, int most) {
        String value = text.path("text").asText();
        return !value.isEmpty() && value.length() <= most && !value.matches("(?s).*[<>\\p{Cntrl}&&[^\n]].*");
    }
}
