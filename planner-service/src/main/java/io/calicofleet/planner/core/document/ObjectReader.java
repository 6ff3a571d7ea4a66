package io.calicofleet.planner.core.document;

import io.calicofleet.model.document.Suggestion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one object of a document. What is wrong is noted and reading goes on, so that all problems are found
 * at once; what could not be read is null or the default. A field without a value counts as absent. Ends with
 * {@link #finish()}, which notes the fields nobody asked for.
 */
public final class ObjectReader {

    private final String path;
    private final Map<String, Object> values;
    private final List<Problem> problems;
    private final Set<String> known = new LinkedHashSet<>();

    private ObjectReader(String path, Map<String, Object> values, List<Problem> problems) {
        this.path = path;
        this.values = values;
        this.problems = problems;
    }

    /**
     * A reader of {@code tree}, or of an empty object where it is none, which is noted.
     *
     * @param path where it is in its document; empty for the document itself
     * @param problems where problems are noted
     */
    public static ObjectReader of(@Nullable Object tree, String path, List<Problem> problems) {
        Map<String, Object> values = new LinkedHashMap<>();
        if (tree instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                if (value != null) {
                    values.put(String.valueOf(key), value);
                } else {
                    values.remove(String.valueOf(key));
                }
            });
        } else if (tree != null) {
            problems.add(new Problem(path, "is " + described(tree) + ", not fields with values.", "", ""));
        }
        return new ObjectReader(path, values, problems);
    }

    /** Where the field {@code name} is in the document. */
    public String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** Whether the field is there. */
    public boolean has(String name) {
        known.add(name);
        return values.containsKey(name);
    }

    /** Whether fields with values stand in the field, and not one value. */
    public boolean isObject(String name) {
        return has(name) && values.get(name) instanceof Map<?, ?>;
    }

    /** Whether a list stands in the field, and nothing in the list. */
    public boolean isEmptyList(String name) {
        return has(name) && values.get(name) instanceof List<?> list && list.isEmpty();
    }

    /** Notes a problem with the field {@code name}. */
    public void problem(String name, String message, String allowed) {
        problems.add(new Problem(name.isEmpty() ? path : at(name), message, allowed, ""));
    }

    /** The field's scalar, read by {@code parse}, which throws an IllegalArgumentException where it cannot; null if absent. */
    public <T> @Nullable T value(String name, Function<String, T> parse, String allowed) {
        if (!has(name)) {
            return null;
        }
        Object value = values.get(name);
        if (!scalar(value)) {
            problem(name, "is " + described(value) + ", not one value.", allowed);
            return null;
        }
        try {
            return parse.apply(String.valueOf(value));
        } catch (IllegalArgumentException e) {
            problem(name, sentence(e), allowed);
            return null;
        }
    }

    /** Like {@link #value}, with {@code otherwise} for what is absent or wrong. */
    public <T> T value(String name, T otherwise, Function<String, T> parse, String allowed) {
        T value = value(name, parse, allowed);
        return value == null ? otherwise : value;
    }

    /** Like {@link #value}, but absence is a problem. */
    public <T> @Nullable T required(String name, Function<String, T> parse, String allowed) {
        if (!has(name)) {
            problem(name, "is missing.", allowed);
        }
        return value(name, parse, allowed);
    }

    /** One of {@code choices}, as {@code encode} writes them; a near miss gets a suggestion. */
    public <T> T choice(String name, T otherwise, List<T> choices, Function<T, String> encode) {
        Map<String, T> byName = new LinkedHashMap<>();
        choices.forEach(choice -> byName.put(encode.apply(choice), choice));
        String allowed = String.join(", ", byName.keySet());
        String typed = value(name, text -> text, allowed);
        if (typed == null) {
            return otherwise;
        }
        T chosen = byName.get(typed);
        if (chosen == null) {
            problems.add(new Problem(
                    at(name), "'" + typed + "' is not known here.", allowed, Suggestion.of(typed, byName.keySet())));
            return otherwise;
        }
        return chosen;
    }

    /** Each one of {@code choices}, once; a near miss gets a suggestion. What is wrong is left out. */
    public List<String> choices(String name, List<String> choices) {
        Set<String> chosen = new LinkedHashSet<>();
        int index = 0;
        for (String typed : values(name, text -> text, String.join(", ", choices))) {
            String where = name + "[" + index++ + "]";
            if (!choices.contains(typed)) {
                problems.add(new Problem(
                        at(where),
                        "'" + typed + "' is not known here.",
                        String.join(", ", choices),
                        Suggestion.of(typed, choices)));
            } else if (!chosen.add(typed)) {
                problem(where, "'" + typed + "' stands there more than once.", "");
            }
        }
        return List.copyOf(chosen);
    }

    /** A whole number between the two, both included; null if absent or wrong. */
    public @Nullable Integer integer(String name, int min, int max) {
        String allowed = "a whole number from " + min + " to " + max;
        return value(
                name,
                text -> {
                    int number = number(text);
                    if (number < min || number > max) {
                        throw new IllegalArgumentException("'" + text + "' is out of range.");
                    }
                    return number;
                },
                allowed);
    }

    /** True or false; {@code otherwise} if absent or wrong. */
    public boolean flag(String name, boolean otherwise) {
        return value(
                name,
                otherwise,
                text -> switch (text) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false.");
                },
                "true, false");
    }

    /** The object in the field; one without fields if absent or wrong. */
    public ObjectReader object(String name) {
        return of(has(name) ? values.get(name) : null, at(name), problems);
    }

    /** The entries of the list in the field, each read by {@code parse}; those that could not be read are left out. */
    public <T> List<T> values(String name, Function<String, T> parse, String allowed) {
        List<T> read = new ArrayList<>();
        int index = 0;
        for (Object entry : list(name)) {
            String where = name + "[" + index++ + "]";
            try {
                if (!scalar(entry)) {
                    throw new IllegalArgumentException("is " + described(entry) + ", not one value.");
                }
                read.add(parse.apply(String.valueOf(entry)));
            } catch (IllegalArgumentException e) {
                problem(where, sentence(e), allowed);
            }
        }
        return read;
    }

    /** A reader for each object of the list in the field. */
    public List<ObjectReader> objects(String name) {
        List<ObjectReader> readers = new ArrayList<>();
        List<?> entries = list(name);
        for (int i = 0; i < entries.size(); i++) {
            readers.add(of(entries.get(i), at(name) + "[" + i + "]", problems));
        }
        return readers;
    }

    /** All fields as texts, for objects whose field names are free: labels. */
    public Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            known.add(name);
            if (scalar(value)) {
                texts.put(name, String.valueOf(value));
            } else {
                problem(name, "is " + described(value) + ", not one value.", "a text");
            }
        });
        return texts;
    }

    /** The fields of the object in the field, each as the tree it is; one that is null is there. None if absent or wrong. */
    public Map<String, @Nullable Object> trees(String name) {
        Map<String, @Nullable Object> trees = new TreeMap<>();
        if (has(name)) {
            if (values.get(name) instanceof Map<?, ?> map) {
                map.forEach((key, value) -> trees.put(String.valueOf(key), value));
            } else {
                problem(name, "is " + described(values.get(name)) + ", not fields with values.", "");
            }
        }
        return trees;
    }

    /** Notes every field that nobody asked for, with what was probably meant. */
    public void finish() {
        values.keySet().stream()
                .filter(name -> !known.contains(name))
                .forEach(name -> problems.add(new Problem(
                        at(name), "is no field of this.", String.join(", ", known), Suggestion.of(name, known))));
    }

    private List<?> list(String name) {
        if (!has(name)) {
            return List.of();
        }
        if (values.get(name) instanceof List<?> list) {
            return list;
        }
        problem(name, "is " + described(values.get(name)) + ", not a list.", "");
        return List.of();
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is no whole number.", e);
        }
    }

    private static boolean scalar(@Nullable Object value) {
        return value instanceof String || value instanceof Number || value instanceof Boolean;
    }

    private static String described(@Nullable Object value) {
        return switch (value) {
            case null -> "nothing";
            case Map<?, ?> map -> "an object";
            case Collection<?> list -> "a list";
            default -> "the value '" + value + "'";
        };
    }

    private static String sentence(IllegalArgumentException e) {
        return e.getMessage() == null ? "cannot be read." : e.getMessage();
    }
}
