package io.calicofleet.planner.core.document;

import static java.util.Objects.requireNonNull;

/**
 * One thing that is wrong with a document.
 *
 * @param field where, as {@code waves[0].clusters.count}; empty for the document itself
 * @param message what is wrong
 * @param allowed what may stand there; empty where there is nothing to list
 * @param suggestion what was probably meant; empty where nobody can tell
 */
public record Problem(String field, String message, String allowed, String suggestion) {

    public Problem {
        requireNonNull(field, "field");
        requireNonNull(message, "message");
        requireNonNull(allowed, "allowed");
        requireNonNull(suggestion, "suggestion");
    }

    @Override
    public String toString() {
        return (field.isEmpty() ? "" : field + ": ")
                + message
                + (allowed.isEmpty() ? "" : " Allowed: " + allowed + ".")
                + (suggestion.isEmpty() ? "" : " Did you mean '" + suggestion + "'?");
    }
}
