package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.ImageReference;
import java.math.BigDecimal;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One spelling for everything Kubernetes takes for the same, so that two values can be compared with equals.
 *
 * <ol>
 *   <li>Absent, null and what the API server writes for an absent field are the same: absent.
 *   <li>Numbers, booleans and text are compared as text: 1 and "1", true and "true"; amounts by value: 250m and 0.25;
 *       settings by what they mean ({@link Spelling}).
 *   <li>Fields, entries of keyed lists and of sets are sorted, and what is there twice counts once, the later of two
 *       variables of one name; the order of all other lists counts.
 *   <li>An image has its registry and tag written out; text that is JSON is compared as JSON.
 * </ol>
 */
final class NormalForm {

    /** How much of the references of images and of texts counts. */
    private enum Strictness {
        AS_WRITTEN,
        BY_MEANING,
        BUT_FOR_REGISTRY
    }

    private final Strictness strictness;

    private NormalForm(Strictness strictness) {
        this.strictness = strictness;
    }

    /** The normal form of a value; null for what counts as absent. */
    static @Nullable JsonNode of(FieldRule rule, @Nullable JsonNode value) {
        return new NormalForm(Strictness.BY_MEANING).normal(rule, value);
    }

    /** The normal form of a field of {@code parent}; null for what counts as absent. */
    static @Nullable JsonNode ofField(FieldRule rule, String name, @Nullable JsonNode parent) {
        return parent == null ? null : new NormalForm(Strictness.BY_MEANING).field(rule, name, parent);
    }

    /** Whether a field of {@code parent} counts as present: that it has a {@linkplain #ofField normal form}. */
    static boolean isPresent(FieldRule rule, String name, JsonNode parent) {
        JsonNode value = Json.present(parent.get(name));
        boolean sure = value instanceof ObjectNode
                && !rule.shape().isMap()
                && rule.ifAbsent().in(parent) == null;
        return sure || ofField(rule, name, parent) != null;
    }

    /**
     * Whether two values are the same, taking an image from another registry or of another version for the same. A build
     * that people chose by a digest, or by a tag that is no version, is another one.
     */
    static boolean sameButForRegistry(FieldRule rule, @Nullable JsonNode one, @Nullable JsonNode other) {
        NormalForm form = new NormalForm(Strictness.BUT_FOR_REGISTRY);
        return Objects.equals(form.normal(rule, one), form.normal(rule, other));
    }

    /** Whether the API server would keep the same for both: it knows defaults and amounts, but keeps text as written. */
    static boolean sameWhenStored(FieldRule rule, JsonNode one, JsonNode other) {
        NormalForm form = new NormalForm(Strictness.AS_WRITTEN);
        return Objects.equals(form.normal(rule, one), form.normal(rule, other));
    }

    private @Nullable JsonNode field(FieldRule rule, String name, JsonNode parent) {
        JsonNode value = normal(rule, parent.get(name));
        return value == null || value.equals(normal(rule, rule.ifAbsent().in(parent))) ? null : value;
    }

    private @Nullable JsonNode normal(FieldRule rule, @Nullable JsonNode value) {
        JsonNode present = Json.present(value);
        if (present == null) {
            return null;
        }
        if (present instanceof ObjectNode object) {
            return object(rule.shape(), object);
        }
        return present instanceof ArrayNode list ? list(rule, list) : scalar(rule, present);
    }

    private @Nullable JsonNode object(FieldSchema shape, ObjectNode object) {
        ObjectNode result = Json.object();
        for (String name : new TreeSet<>(Json.names(object))) {
            JsonNode value = field(shape.field(name), name, object);
            if (value != null) {
                result.set(name, value);
            }
        }
        return result.isEmpty() && shape.isMap() ? null : result;
    }

    private @Nullable JsonNode list(FieldRule rule, ArrayNode list) {
        ArrayNode result = Json.NODES.arrayNode();
        boolean ordered = !rule.isCollection();
        TreeMap<String, JsonNode> sorted = new TreeMap<>();
        for (JsonNode entry : rule.isKeyed() ? ListMerge.effective(rule, list) : list) {
            JsonNode value = normal(rule.entry(), entry);
            if (value != null && ordered) {
                result.add(value);
            } else if (value != null) {
                sorted.put(value.toString(), value);
            }
        }
        result.addAll(sorted.values());
        return result.isEmpty() ? null : result;
    }

    private JsonNode scalar(FieldRule rule, JsonNode value) {
        String text = value.isNumber() ? plain(value.decimalValue()) : value.asText();
        return switch (rule.kind()) {
            case QUANTITY ->
                Json.NODES.textNode(Amount.parse(text).map(NormalForm::plain).orElse(text));
            case IMAGE -> Json.NODES.textNode(image(text));
            case TEXT -> strictness == Strictness.AS_WRITTEN ? Json.NODES.textNode(text) : TextDocument.normal(text);
            case SETTING -> Json.NODES.textNode(strictness == Strictness.AS_WRITTEN ? text : Spelling.normal(text));
            case TREE, KEYED_LIST, CHAIN, SET -> Json.NODES.textNode(text);
        };
    }

    private String image(String text) {
        ImageReference image = ImageReference.parse(text);
        return switch (strictness) {
            case AS_WRITTEN -> text;
            case BY_MEANING -> image.canonical();
            case BUT_FOR_REGISTRY ->
                isOfVersion(image)
                        ? image.lastWord()
                        : image.at(image.lastWord()).canonical();
        };
    }

    private static boolean isOfVersion(ImageReference image) {
        return image.digest().isEmpty() && CalicoVersion.tryParse(image.tag()).isPresent();
    }

    private static String plain(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }
}
