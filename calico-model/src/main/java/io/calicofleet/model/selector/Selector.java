package io.calicofleet.model.selector;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A selector of Calico, as policies use it to select endpoints by their labels:
 *
 * <pre>
 * selector  = or
 * or        = and { "||" and }
 * and       = unary { "&amp;&amp;" unary }
 * unary     = "!" unary | "(" or ")" | "all()" | "global()" | "has(" label ")" | comparison
 * comparison = label ( "==" | "!=" | "contains" | "starts with" | "ends with" ) string
 *            | label [ "not" ] "in" "{" [ string { "," string } ] "}"
 * </pre>
 *
 * <p>An empty selector selects everything. As in Calico, {@code !=} and {@code not in} also select what lacks the label,
 * and {@code global()} selects what is in no namespace, as host endpoints are.
 */
public sealed interface Selector {

    /** Everything; {@code all()} and {@code global()} for a host endpoint. */
    record All() implements Selector {
        @Override
        public boolean matches(Map<String, String> labels) {
            return true;
        }
    }

    /** What carries the label, whatever its value. */
    record Has(String label) implements Selector {
        @Override
        public boolean matches(Map<String, String> labels) {
            return labels.containsKey(label);
        }
    }

    /** What carries the label with one of the values. */
    record In(String label, Set<String> values) implements Selector {
        public In {
            values = Set.copyOf(values);
        }

        @Override
        public boolean matches(Map<String, String> labels) {
            String value = labels.get(label);
            return value != null && values.contains(value);
        }
    }

    /** What carries the label with a value that has a part somewhere. */
    record Part(String label, Place place, String part) implements Selector {
        /** Where the part is. */
        public enum Place {
            /** At the start. */
            START,
            /** At the end. */
            END,
            /** Anywhere. */
            ANYWHERE
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
    }

    /** What the other does not select. */
    record Not(Selector selector) implements Selector {
        @Override
        public boolean matches(Map<String, String> labels) {
            return !selector.matches(labels);
        }
    }

    /** What both select. */
    record And(Selector one, Selector other) implements Selector {
        @Override
        public boolean matches(Map<String, String> labels) {
            return one.matches(labels) && other.matches(labels);
        }
    }

    /** What either selects. */
    record Or(Selector one, Selector other) implements Selector {
        @Override
        public boolean matches(Map<String, String> labels) {
            return one.matches(labels) || other.matches(labels);
        }
    }

    /**
     * Parses a selector.
     *
     * @throws IllegalArgumentException where it is none; the message says where and what was expected
     */
    static Selector parse(@Nullable String text) {
        return text == null || text.isBlank() ? new All() : new SelectorParser(text).parse();
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
}
