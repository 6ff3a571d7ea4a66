package io.calicofleet.model.selector;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.release.ReleaseTrait;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A selector of Calico, as policies use it to select endpoints by their labels:
 *
 * <pre>
 * selector   = or
 * or         = and { "||" and }
 * and        = unary { "&amp;&amp;" unary }
 * unary      = { "!" } ( "(" or ")" | "all()" | "global()" | "has(" label ")" | comparison )
 * comparison = label ( "==" | "!=" | "contains" | "starts with" | "ends with" ) string
 *            | label ( "in" | "not in" ) "{" [ string { "," string } [ "," ] ] "}"
 * </pre>
 *
 * <p>White space and words are as in {@link SelectorTokens}; an operator of two words may be written as one. An empty
 * selector selects everything. {@code !=} and {@code not in} also select what lacks the label. {@code global()} is evaluated
 * as {@code all()}; Felix writes something else in its place before, where it means something.
 */
public sealed interface Selector {

    /** Everything. */
    record All() implements Selector {
        @Override
        public boolean matches(Map<String, String> labels) {
            return true;
        }

        @Override
        public String text() {
            return "all()";
        }
    }

    /** Everything, too. */
    record Global() implements Selector {
        @Override
        public boolean matches(Map<String, String> labels) {
            return true;
        }

        @Override
        public String text() {
            return "global()";
        }
    }

    /** What carries the label, whatever its value. */
    record Has(String label) implements Selector {
        public Has {
            requireNonNull(label, "label");
        }

        @Override
        public boolean matches(Map<String, String> labels) {
            return labels.containsKey(label);
        }

        @Override
        public String text() {
            return "has(" + label + ")";
        }

        @Override
        public Selector prefixed(String prefix) {
            return new Has(prefix + label);
        }
    }

    /** What carries the label with the value. */
    record Equal(String label, String value) implements Selector {
        public Equal {
            requireNonNull(label, "label");
            requireNonNull(value, "value");
        }

        @Override
        public boolean matches(Map<String, String> labels) {
            return value.equals(labels.get(label));
        }

        @Override
        public String text() {
            return label + " == " + quoted(value);
        }

        @Override
        public Selector prefixed(String prefix) {
            return new Equal(prefix + label, value);
        }
    }

    /** What does not carry the label with the value. */
    record NotEqual(String label, String value) implements Selector {
        public NotEqual {
            requireNonNull(label, "label");
            requireNonNull(value, "value");
        }

        @Override
        public boolean matches(Map<String, String> labels) {
            return !value.equals(labels.get(label));
        }

        @Override
        public String text() {
            return label + " != " + quoted(value);
        }

        @Override
        public Selector prefixed(String prefix) {
            return new NotEqual(prefix + label, value);
        }
    }

    /** What carries the label with one of the values. */
    record In(String label, SortedSet<String> values) implements Selector {
        public In {
            requireNonNull(label, "label");
            values = Collections.unmodifiableSortedSet(new TreeSet<>(values));
        }

        @Override
        public boolean matches(Map<String, String> labels) {
            String value = labels.get(label);
            return value != null && values.contains(value);
        }

        @Override
        public String text() {
            return label + " in " + set(values);
        }

        @Override
        public Selector prefixed(String prefix) {
            return new In(prefix + label, values);
        }
    }

    /** What does not carry the label with one of the values. */
    record NotIn(String label, SortedSet<String> values) implements Selector {
        public NotIn {
            requireNonNull(label, "label");
            values = Collections.unmodifiableSortedSet(new TreeSet<>(values));
        }

        @Override
        public boolean matches(Map<String, String> labels) {
            String value = labels.get(label);
            return value == null || !values.contains(value);
        }

        @Override
        public String text() {
            return label + " not in " + set(values);
        }

        @Override
        public Selector prefixed(String prefix) {
            return new NotIn(prefix + label, values);
        }
    }

    /** What carries the label with a value that has a part somewhere. */
    record Part(String label, Place place, String part) implements Selector {
        /** Where the part is. */
        public enum Place {
            /** At the start. */
            START("starts with"),
            /** At the end. */
            END("ends with"),
            /** Anywhere. */
            ANYWHERE("contains");

            private final String operator;

            Place(String operator) {
                this.operator = operator;
            }
        }

        public Part {
            requireNonNull(label, "label");
            requireNonNull(place, "place");
            requireNonNull(part, "part");
        }

        @Override
        public boolean matches(Map<String, String> labels) {
            String value = labels.get(label);
            return value != null
                    && switch (place) {
                        case START -> value.startsWith(part);
                        case END -> value.endsWith(part);
                        case ANYWHERE -> value.contains(part);
                    };
        }

        @Override
        public String text() {
            return label + " " + place.operator + " " + quoted(part);
        }

        @Override
        public Selector prefixed(String prefix) {
            return new Part(prefix + label, place, part);
        }
    }

    /** What the other does not select. */
    record Not(Selector selector) implements Selector {
        public Not {
            requireNonNull(selector, "selector");
        }

        @Override
        public boolean matches(Map<String, String> labels) {
            return !selector.matches(labels);
        }

        @Override
        public String text() {
            return "!" + selector.text();
        }

        @Override
        public Selector prefixed(String prefix) {
            return new Not(selector.prefixed(prefix));
        }
    }

    /** What all of them select. */
    record And(List<Selector> parts) implements Selector {
        public And {
            parts = List.copyOf(parts);
        }

        @Override
        public boolean matches(Map<String, String> labels) {
            return parts.stream().allMatch(part -> part.matches(labels));
        }

        @Override
        public String text() {
            return joined(parts, " && ");
        }

        @Override
        public Selector prefixed(String prefix) {
            return new And(mapped(parts, part -> part.prefixed(prefix)));
        }
    }

    /** What any of them selects. */
    record Or(List<Selector> parts) implements Selector {
        public Or {
            parts = List.copyOf(parts);
        }

        @Override
        public boolean matches(Map<String, String> labels) {
            return parts.stream().anyMatch(part -> part.matches(labels));
        }

        @Override
        public String text() {
            return joined(parts, " || ");
        }

        @Override
        public Selector prefixed(String prefix) {
            return new Or(mapped(parts, part -> part.prefixed(prefix)));
        }
    }

    /**
     * Parses a selector as releases from v3.30 on do; null is an empty one.
     *
     * @throws IllegalArgumentException where it is none; the message says where and what was expected
     */
    static Selector parse(@Nullable String text) {
        return text == null ? new All() : new SelectorParser(text, false, true).parse();
    }

    /**
     * Parses a selector as a release does.
     *
     * @throws IllegalArgumentException where it is none for that release; the message says where and what was expected
     */
    static Selector parse(@Nullable String text, CalicoVersion version) {
        return text == null
                ? new All()
                : new SelectorParser(
                                text,
                                !ReleaseTrait.NEWER_SELECTORS.isIn(version),
                                ReleaseTrait.GLOBAL_SELECTOR.isIn(version))
                        .parse();
    }

    /** Whether it can be parsed, as releases from v3.30 on do. */
    static boolean isReadable(String text) {
        try {
            parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Whether {@code selector} selects what carries these labels; what cannot be read selects nothing, as in Felix. */
    static boolean matches(@Nullable String selector, Map<String, String> labels) {
        try {
            return parse(selector).matches(labels);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Whether it selects what carries these labels. */
    boolean matches(Map<String, String> labels);

    /** As Calico writes it out again (libcalico-go/lib/selector/parser/ast.go). */
    String text();

    /** The same about labels whose names start with {@code prefix}. */
    default Selector prefixed(String prefix) {
        return this;
    }

    private static String quoted(String value) {
        String quote = value.contains("\"") ? "'" : "\"";
        return quote + value + quote;
    }

    private static String set(SortedSet<String> values) {
        return values.stream().map(Selector::quoted).collect(Collectors.joining(", ", "{", "}"));
    }

    private static String joined(List<Selector> parts, String by) {
        return parts.stream().map(Selector::text).collect(Collectors.joining(by, "(", ")"));
    }

    private static List<Selector> mapped(List<Selector> parts, UnaryOperator<Selector> map) {
        return parts.stream().map(map).toList();
    }
}
