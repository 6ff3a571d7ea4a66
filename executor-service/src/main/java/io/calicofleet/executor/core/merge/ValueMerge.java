package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.ImageMove;
import io.calicofleet.model.image.ImageReference;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Merges single values that all three sides say differently, where their parts can be told apart; else it is a conflict.
 *
 * <ol>
 *   <li>An image: as {@link ImageMove} decides, from where people have it.
 *   <li>A JSON document in text: field by field; in the layout of the lines where these merge to the same.
 *   <li>Text: line by line. A list of scalars, such as a command: element by element.
 * </ol>
 */
final class ValueMerge {

    private final FieldMerge fields;
    private final Findings findings;

    ValueMerge(FieldMerge fields, Findings findings) {
        this.fields = fields;
        this.findings = findings;
    }

    /** Of two spellings of the same: the cluster's where the API server keeps it as written, so that nothing rolls. */
    @Nullable
    JsonNode spelling(FieldRule rule, Side mine, Side target) {
        return switch (rule.kind()) {
            case IMAGE, TEXT -> mine.value();
            case SETTING ->
                mine.value() != null
                                && target.value() != null
                                && mine.value().isTextual()
                                && target.value().isTextual()
                        ? mine.value()
                        : target.value();
            case TREE, KEYED_LIST, CHAIN, SET, QUANTITY -> target.value();
        };
    }

    boolean areDocuments(Side mine, Side target) {
        return document(mine).isPresent() && document(target).isPresent();
    }

    JsonNode mergeDocuments(FieldPath path, Side base, Side mine, Side target) {
        ObjectNode merged = fields.mergeObjects(
                path,
                FieldSchemas.DOCUMENT,
                document(base).orElse(null),
                document(mine).orElse(null),
                document(target).orElse(null));
        String text = TextDocument.text(merged);
        JsonNode normal = TextDocument.normal(text);
        return List.of(text(mine), text(target), lines(base, mine, target).orElse(text)).stream()
                .filter(candidate -> TextDocument.normal(candidate).equals(normal))
                .findFirst()
                .map(candidate -> (JsonNode) Json.NODES.textNode(candidate))
                .orElseGet(() -> Json.NODES.textNode(text));
    }

    @Nullable
    JsonNode merge(FieldPath path, FieldRule rule, Side base, Side mine, Side target) {
        if (rule.kind() == FieldRule.Kind.IMAGE && mine.value() != null && target.value() != null) {
            return mergeImages(path, base, mine, target);
        }
        Optional<JsonNode> parts = switch (rule.kind()) {
            case TEXT ->
                lines(base, mine, target)
                        .or(() -> FlagLists.mergeWords(textOf(base), textOf(mine), textOf(target)))
                        .map(Json.NODES::textNode);
            case TREE, SETTING -> mergeScalarLists(base, mine, target).or(() -> mergeWords(base, mine, target));
            case KEYED_LIST, CHAIN, SET, IMAGE, QUANTITY -> Optional.empty();
        };
        if (parts.isPresent()) {
            findings.customised(path, mine.value());
            return parts.get();
        }
        JsonNode kept = Pruning.prune(rule, mine.value());
        boolean setting =
                rule.kind().isSetting() || (rule.kind() == FieldRule.Kind.TEXT && isSetting(base, mine, target));
        if (setting && findings.isBaseKnown()) {
            findings.kept(path, base.value(), kept, target.value());
            return kept;
        }
        return findings.conflict(path, base.value(), kept, target.value());
    }

    /** Of text it is one line, and text that the release has no more; what is a document is merged by its fields. */
    private static boolean isSetting(Side base, Side mine, Side target) {
        return target.isAbsent()
                || Stream.of(base, mine, target)
                        .noneMatch(side -> text(side).strip().contains("\n"));
    }

    /** Words between commas, in a field or in the only field of a value. */
    private static Optional<JsonNode> mergeWords(Side base, Side mine, Side target) {
        if (isOnlyValue(base) && isOnlyValue(mine) && isOnlyValue(target)) {
            return FlagLists.mergeWords(only(base), only(mine), only(target))
                    .map(merged -> Json.object().put("value", merged));
        }
        return FlagLists.mergeWords(textOf(base), textOf(mine), textOf(target)).map(Json.NODES::textNode);
    }

    private static boolean isOnlyValue(Side side) {
        return side.isObject() && Json.names(side.value()).equals(Set.of("value"));
    }

    private static String only(Side side) {
        return Json.text(side.value(), "value");
    }

    private static @Nullable String textOf(Side side) {
        return side.value() != null && side.value().isTextual() ? side.value().asText() : null;
    }

    private @Nullable JsonNode mergeImages(FieldPath path, Side base, Side mine, Side target) {
        ImageReference was = base.value() == null ? null : ImageReference.parse(text(base));
        ImageReference has = ImageReference.parse(text(mine));
        ImageReference wants = ImageReference.parse(text(target));
        return switch (ImageMove.of(path.innermostKey(), was, has, wants)) {
            case ImageMove.Take move -> {
                ImageReference image = move.image();
                boolean moved = was != null && !has.fullLocation().equals(was.fullLocation());
                boolean theirs = image.version().equals(has.version())
                        && !image.version().equals(wants.version());
                if (moved || theirs) {
                    findings.customised(path, image(image));
                }
                yield image(image);
            }
            case ImageMove.Ask move ->
                findings.ask(path, base.value(), mine.value(), image(move.keep()), image(move.take()), move.why());
        };
    }

    private static JsonNode image(ImageReference image) {
        return Json.NODES.textNode(image.toString());
    }

    private static Optional<JsonNode> mergeScalarLists(Side base, Side mine, Side target) {
        if (!isScalarList(base) || !isScalarList(mine) || !isScalarList(target)) {
            return Optional.empty();
        }
        Optional<List<JsonNode>> merged = Sequences.merge(elements(base), elements(mine), elements(target))
                .or(() -> FlagLists.mergeFlags(texts(base), texts(mine), texts(target))
                        .map(flags -> flags.stream()
                                .map(flag -> (JsonNode) Json.NODES.textNode(flag))
                                .toList()));
        return merged.map(elements -> {
            ArrayNode list = Json.NODES.arrayNode();
            list.addAll(elements);
            return list;
        });
    }

    private static boolean isScalarList(Side side) {
        return side.value() != null
                && side.value().isArray()
                && Json.elements(side.value()).noneMatch(JsonNode::isContainerNode);
    }

    private static List<String> texts(Side side) {
        return Json.texts(side.value());
    }

    private static List<JsonNode> elements(Side side) {
        return Json.elements(side.value()).toList();
    }

    private static Optional<String> lines(Side base, Side mine, Side target) {
        return base.value() == null || mine.value() == null || target.value() == null
                ? Optional.empty()
                : TextDocument.mergeLines(text(base), text(mine), text(target));
    }

    private static Optional<ObjectNode> document(Side side) {
        return TextDocument.tree(text(side));
    }

    private static String text(Side side) {
        return side.value() == null ? "" : side.value().asText();
    }
}
