package io.calicofleet.simulator.kubernetes.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.calicofleet.simulator.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The path of a column of a definition, as far as definitions use JSONPath: fields, an index, all entries of a list or those a field of which has a
 * value. It leads to one value; of more the first counts.
 *
 * @param steps its steps
 */
record ColumnPath(List<Step> steps) {

    private static final Pattern STEP = Pattern.compile(
            "\\.?(?:\\['(?<quoted>[^']+)'\\]|\\[(?<index>\\d+)\\]|\\[\\*\\]"
                    + "|\\[\\?\\(\\s*@\\.(?<field>[\\w.]+)\\s*==\\s*[\"']?(?<value>[^\"')]*)[\"']?\\s*\\)\\]|(?<name>(?:[^.\\[\\\\]|\\\\.)+))");

    ColumnPath {
        steps = List.copyOf(steps);
    }

    /** From one value to others. */
    private interface Step {
        List<JsonNode> from(JsonNode value);
    }

    /** Reads one; what cannot be read leads nowhere. */
    static ColumnPath of(String text) {
        List<Step> steps = new ArrayList<>();
        Matcher matcher = STEP.matcher(text);
        int at = 0;
        while (at < text.length()) {
            if (!matcher.find(at) || matcher.start() != at) {
                return new ColumnPath(List.of(value -> List.of()));
            }
            steps.add(step(matcher));
            at = matcher.end();
        }
        return new ColumnPath(steps);
    }

    private static Step step(Matcher matcher) {
        String name = matcher.group("quoted") == null ? matcher.group("name") : matcher.group("quoted");
        if (name != null) {
            String field = name.replace("\\", "");
            return value -> List.of(value.path(field));
        }
        if (matcher.group("index") != null) {
            int index = Integer.parseInt(matcher.group("index"));
            return value -> List.of(value.path(index));
        }
        String field = matcher.group("field");
        if (field == null) {
            return ColumnPath::entries;
        }
        String wanted = matcher.group("value");
        String[] path = field.split("\\.", -1);
        return value -> entries(value).stream()
                .filter(entry -> Json.at(entry, path).asText().equals(wanted))
                .toList();
    }

    private static List<JsonNode> entries(JsonNode value) {
        List<JsonNode> entries = new ArrayList<>();
        value.forEach(entries::add);
        return entries;
    }

    /** What it leads to; a missing node where that is nothing. */
    JsonNode in(JsonNode object) {
        List<JsonNode> values = List.of(object);
        for (Step step : steps) {
            values = values.stream()
                    .flatMap(value -> step.from(value).stream())
                    .filter(value -> !value.isMissingNode())
                    .toList();
        }
        return values.isEmpty() ? MissingNode.getInstance() : values.getFirst();
    }
}
