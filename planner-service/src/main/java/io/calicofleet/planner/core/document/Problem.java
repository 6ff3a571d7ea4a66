package io.calicofleet.planner.core.document;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with a document.
 *
 * @param field where, as {@code waves[0].clusters.count}; empty for the document itself
 * @param message what is wrong
 * @param allowed what may stand there; empty where there is nothing to list
 * @param suggestion what was probably meant; empty where nobody can tell
 * @param line the line of its text the field stands in, counted from 1; null where it has none, or is not known to have one
 */
public record Problem(
        String field,
        String message,
        String allowed,
        String suggestion,
        @Nullable Integer line) {

    public Problem {
        requireNonNull(field, "field");
        requireNonNull(message, "message");
        requireNonNull(allowed, "allowed");
        requireNonNull(suggestion, "suggestion");
    }

    /** One whose line is not known. */
    public Problem(String field, String message, String allowed, String suggestion) {
        this(field, message, allowed, suggestion, null);
    }

    /** The same, in a line. */
    public Problem in(int aLine) {
        return new Problem(field, message, allowed, suggestion, aLine);
    }

    @Override
    public String toString() {
        return (line == null ? "" : "line " + line + ": ")
                + (field.isEmpty() ? "" : field + ": ")
                + message
                + (allowed.isEmpty() ? "" : " Allowed: " + allowed + ".")
                + (suggestion.isEmpty() ? "" : " Did you mean '" + suggestion + "'?");
    }
}
