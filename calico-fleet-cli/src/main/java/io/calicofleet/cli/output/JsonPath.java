package io.calicofleet.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A template as {@code kubectl -o jsonpath} takes it: text, {@code {.items[*].cluster}}, {@code {"\n"}}, and
 * {@code {range .items[*]}...{end}}. Of paths it has fields, {@code ['field']}, {@code [0]}, {@code [-1]}, {@code [*]}, {@code ..field}
 * and filters such as {@code [?(@.phase=="held")]}. A field that is not there prints nothing.
 */
public final class JsonPath {

    private static final Pattern STEP = Pattern.compile(
            "\\.\\.(?<deep>[\\w-]+)|\\.(?<field>[\\w-]+)|\\.?\\[(?:(?<index>-?\\d+)|(?<all>\\*)|'(?<quoted>[^']*)'"
                    + "|\\?\\(@(?<path>[^=!)\\s]*)\\s*(?:(?<operator>==|!=)\\s*(?<value>\"[^\"]*\"|'[^']*'|[\\w.-]+))?\\s*\\))]|\\.(?<every>\\*)");

    private final List<Part> parts;

    private JsonPath(List<Part> parts) {
        this.parts = parts;
    }

    private sealed interface Part {

        record Text(String text) implements Part {}

        record Value(String path) implements Part {}

        record Range(String path, List<Part> parts) implements Part {}
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException where it is none; the message says why
     */
    public static JsonPath parse(String template) {
        List<Part> parts = new ArrayList<>();
        read(template, 0, parts, false);
        return new JsonPath(parts);
    }

    /** What it prints of {@code document}. */
    public String print(JsonNode document) {
        StringBuilder text = new StringBuilder();
        print(parts, document, text);
        return text.toString();
    }

    private static int read(String template, int from, List<Part> parts, boolean inRange) {
        int at = from;
        while (at < template.length()) {
            int open = template.indexOf('{', at);
            if (open != at) {
                int until = open < 0 ? template.length() : open;
                parts.add(new Part.Text(template.substring(at, until)));
                at = until;
                continue;
            }
            int close = closing(template, open);
            String inside = template.substring(open + 1, close).strip();
            at = close + 1;
            if (inside.equals("end")) {
                if (!inRange) {
                    throw new IllegalArgumentException("{end} ends no {range}");
                }
                return at;
            } else if (inside.startsWith("range ")) {
                List<Part> body = new ArrayList<>();
                at = read(template, at, body, true);
                parts.add(
                        new Part.Range(path(inside.substring("range ".length()).strip()), body));
            } else if (inside.startsWith("\"") || inside.startsWith("'")) {
                parts.add(new Part.Text(unescaped(inside)));
            } else {
                parts.add(new Part.Value(path(inside)));
            }
        }
        if (inRange) {
            throw new IllegalArgumentException("{range} needs an {end}");
        }
        return at;
    }

    private static int closing(String template, int open) {
        char quote = 0;
        for (int i = open + 1; i < template.length(); i++) {
            char letter = template.charAt(i);
            if (quote != 0) {
                quote = letter == quote && template.charAt(i - 1) != '\\' ? 0 : quote;
            } else if (letter == '"' || letter == '\'') {
                quote = letter;
            } else if (letter == '}') {
                return i;
            }
        }
        throw new IllegalArgumentException("a { is not closed: " + template.substring(open));
    }

    private static String unescaped(String quoted) {
        if (quoted.length() < 2 || quoted.charAt(0) != quoted.charAt(quoted.length() - 1)) {
            throw new IllegalArgumentException("a text is not closed: " + quoted);
        }
        return quoted.substring(1, quoted.length() - 1)
                .replace("\\n", "\n")
                .replace("\\t", "\t")
                .replace("\\\"", "\"")
                .replace("\\\\", "\\");
    }

    /** The path without its root, each step of it checked. */
    private static String path(String text) {
        String steps = text.startsWith("$") || text.startsWith("@") ? text.substring(1) : text;
        if (steps.isEmpty() || steps.equals(".")) {
            return "";
        }
        Matcher matcher = STEP.matcher(steps);
        int at = 0;
        while (at < steps.length()) {
            if (!matcher.find(at) || matcher.start() != at) {
                throw new IllegalArgumentException("'" + text + "' is no path, from '" + steps.substring(at) + "' on");
            }
            if (matcher.group("path") != null) {
                path(matcher.group("path"));
            }
            at = matcher.end();
        }
        return steps;
    }

    private static void print(List<Part> parts, JsonNode here, StringBuilder text) {
        for (Part part : parts) {
            switch (part) {
                case Part.Text literal -> text.append(literal.text());
                case Part.Value value ->
                    text.append(String.join(
                            " ",
                            find(value.path(), here).stream()
                                    .map(JsonPath::text)
                                    .toList()));
                case Part.Range range -> find(range.path(), here).forEach(each -> print(range.parts(), each, text));
            }
        }
    }

    private static String text(JsonNode node) {
        return node.isNull() ? "" : node.isValueNode() ? node.asText() : node.toString();
    }

    private static List<JsonNode> find(String steps, JsonNode from) {
        List<JsonNode> found = List.of(from);
        Matcher matcher = STEP.matcher(steps);
        while (matcher.find()) {
            List<JsonNode> next = new ArrayList<>();
            found.forEach(node -> step(matcher, node, next));
            found = next.stream().filter(node -> !node.isMissingNode()).toList();
        }
        return found;
    }

    private static void step(Matcher matcher, JsonNode node, List<JsonNode> next) {
        UnaryOperator<String> group = matcher::group;
        String field = group.apply("field") != null ? group.apply("field") : group.apply("quoted");
        if (field != null) {
            next.add(node.path(field));
        } else if (group.apply("deep") != null) {
            next.addAll(node.findValues(group.apply("deep")));
        } else if (group.apply("index") != null) {
            int index = Integer.parseInt(group.apply("index"));
            next.add(node.path(index < 0 ? node.size() + index : index));
        } else if (group.apply("path") != null) {
            node.forEach(each -> {
                if (fits(matcher, each)) {
                    next.add(each);
                }
            });
        } else {
            node.forEach(next::add);
        }
    }

    private static boolean fits(Matcher matcher, JsonNode node) {
        List<JsonNode> found = find(matcher.group("path"), node);
        String operator = matcher.group("operator");
        if (operator == null) {
            return !found.isEmpty();
        }
        String value = matcher.group("value");
        String wanted =
                value.startsWith("\"") || value.startsWith("'") ? value.substring(1, value.length() - 1) : value;
        boolean equal = found.stream().anyMatch(each -> text(each).equals(wanted));
        return operator.equals("==") == equal;
    }
}
