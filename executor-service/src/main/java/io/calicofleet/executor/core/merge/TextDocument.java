package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text in a ConfigMap. Calico's CNI configuration is a JSON document but for placeholders such as {@code __CNI_MTU__},
 * which stand where a number will be; they are quoted for reading and unquoted for writing.
 */
final class TextDocument {

    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final String MARK = "calico-fleet-placeholder:";
    /** A string, which may have placeholders of its own, also one that does not end, or a placeholder outside of one. */
    private static final Pattern PLACEHOLDER = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*+\"?|(__[A-Z0-9_]+?__)");

    private static final Pattern MARKED = Pattern.compile("\"" + MARK + "(__[A-Z0-9_]+?__)\"");

    private TextDocument() {}

    /** The document as a tree; empty where the text is no JSON object. */
    static Optional<ObjectNode> tree(String text) {
        if (!text.stripLeading().startsWith("{")) {
            return Optional.empty();
        }
        try {
            JsonNode tree = MAPPER.readTree(PLACEHOLDER.matcher(text).replaceAll(TextDocument::quoted));
            return tree instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty(); // text like any other
        }
    }

    private static String quoted(MatchResult found) {
        String placeholder = found.group(1);
        return Matcher.quoteReplacement(placeholder == null ? found.group() : "\"" + MARK + placeholder + "\"");
    }

    /** The text of a tree, indented by two. */
    static String text(JsonNode tree) {
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(
                        Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER))
                .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                .withArrayIndenter(new DefaultIndenter("  ", "\n"));
        try {
            return unmarked(MAPPER.writer(printer).writeValueAsString(tree));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree cannot be written", e);
        }
    }

    /** A value of a tree as JSON, for people: its placeholders are as they are in the text. */
    static String shown(JsonNode value) {
        return unmarked(value.toString());
    }

    private static String unmarked(String json) {
        return MARKED.matcher(json).replaceAll("$1");
    }

    /** What two texts have in common that are the same: the tree of a document, else the lines without their ends. */
    static JsonNode normal(String text) {
        Optional<ObjectNode> tree = tree(text);
        if (tree.isPresent()) {
            JsonNode normal = NormalForm.of(FieldRule.of(FieldRule.Kind.TREE, FieldSchemas.DOCUMENT), tree.get());
            return normal == null ? Json.object() : normal;
        }
        return Json.NODES.textNode(Spelling.normal(text.lines()
                .map(String::stripTrailing)
                .reduce((one, other) -> one + "\n" + other)
                .orElse("")));
    }

    /** The merge of the lines of texts; empty where both sides changed the same place. */
    static Optional<String> mergeLines(String base, String mine, String target) {
        return Sequences.merge(lines(base), lines(mine), lines(target)).map(lines -> String.join("\n", lines));
    }

    private static List<String> lines(String text) {
        return List.of(text.split("\n", -1));
    }
}
