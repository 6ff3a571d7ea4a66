package io.calicofleet.model.document;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One document of a text, and the lines its fields stand in. */
public final class WrittenDocument {

    private static final Pattern PART = Pattern.compile("([^.\\[\\]/]+)|\\[(\\d+)]");
    private static final String SEPARATOR = "/";

    private final Object tree;
    private final Map<String, Integer> lines;

    WrittenDocument(Object tree, Map<String, Integer> lines) {
        this.tree = requireNonNull(tree, "tree");
        this.lines = Map.copyOf(lines);
    }

    /** What it says: maps from text, lists, texts, numbers, booleans and nulls, in the order of the text. */
    public Object tree() {
        return tree;
    }

    /**
     * The line of a field, counted from 1, or of the nearest field around it; empty where there is neither.
     *
     * @param field as {@code waves[0].clusters.percent} or {@code /waves/0/clusters/percent}
     */
    public OptionalInt line(String field) {
        List<String> parts = new ArrayList<>();
        Matcher matcher = PART.matcher(field.startsWith("$") ? field.substring(1) : field);
        while (matcher.find()) {
            parts.add(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
        }
        return line(parts);
    }

    /** The same for a field by its parts, which may have any letters in them: names of fields, and places in lists. */
    public OptionalInt line(List<String> parts) {
        for (int length = parts.size(); length > 0; length--) {
            Integer line = lines.get(String.join(SEPARATOR, parts.subList(0, length)));
            if (line != null) {
                return OptionalInt.of(line);
            }
        }
        return OptionalInt.empty();
    }

    /** The key of a field among the lines; its own part may have a separator in it, then it is found by its surroundings. */
    static String key(@Nullable String around, Object part) {
        return around == null ? String.valueOf(part) : around + SEPARATOR + part;
    }
}
