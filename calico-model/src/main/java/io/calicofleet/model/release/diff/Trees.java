package io.calicofleet.model.release.diff;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares trees of JSON: objects by field, lists of objects by what names their elements, other lists as a whole. */
public final class Trees {

    private static final List<String> NAMES = List.of("mountPath", "name", "key", "type", "containerPort", "port");
    private static final int LONGEST = 160;

    private Trees() {}

    /** Is told of a difference; the side that is not there is null. */
    @FunctionalInterface
    public interface Difference {
        /** Told for each. */
        void at(String path, @Nullable JsonNode before, @Nullable JsonNode after);
    }

    /** Every difference, at the highest place where one side has nothing, else at the leaf. */
    public static void compare(
            String path, @Nullable JsonNode before, @Nullable JsonNode after, Difference difference) {
        if (isEmpty(before) && isEmpty(after)) {
            return;
        }
        if (before == null || after == null) {
            difference.at(path, before, after);
            return;
        }
        if (before.isObject() && after.isObject()) {
            for (String field : Json.names(before, after)) {
                compare(
                        path.isEmpty() ? field : path + "." + field,
                        Json.get(before, field),
                        Json.get(after, field),
                        difference);
            }
            return;
        }
        Optional<Map<String, JsonNode>> olds = named(before);
        Optional<Map<String, JsonNode>> news = named(after);
        if (olds.isPresent() && news.isPresent()) {
            Set<String> names = new LinkedHashSet<>(olds.get().keySet());
            names.addAll(news.get().keySet());
            for (String name : names) {
                compare(
                        path + "[" + name + "]",
                        olds.get().get(name),
                        news.get().get(name),
                        difference);
            }
        } else if (!isSame(before, after)) {
            difference.at(path, before, after);
        }
    }

    /** The elements of a list by what names them; empty where something does not. */
    static Optional<Map<String, JsonNode>> named(@Nullable JsonNode list) {
        if (list == null || !list.isArray() || list.isEmpty()) {
            return Optional.empty();
        }
        for (String name : NAMES) {
            Map<String, JsonNode> elements = new LinkedHashMap<>();
            Json.elements(list)
                    .filter(element -> element.has(name))
                    .forEach(element -> elements.put(element.path(name).asText(), element));
            if (elements.size() == list.size()) {
                return Optional.of(elements);
            }
        }
        return Optional.empty();
    }

    /** A value for people: a text as it is, anything else as JSON, cut where it gets long. */
    public static String text(JsonNode value) {
        String text = value.isValueNode() ? value.asText() : value.toString();
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    /** A number and a text say the same where they are written alike. */
    private static boolean isSame(JsonNode before, JsonNode after) {
        return (before.isValueNode() && after.isValueNode())
                ? before.asText().equals(after.asText())
                : before.equals(after);
    }

    /** Absent, an empty object and an empty list say the same. */
    private static boolean isEmpty(@Nullable JsonNode node) {
        return node == null || node.isNull() || (node.isContainerNode() && node.isEmpty());
    }
}
