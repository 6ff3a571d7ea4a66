package io.calicofleet.planner.adapter.rest;

import io.calicofleet.planner.core.document.Problem;
import java.util.function.UnaryOperator;

/** Ends a request with a {@link ProblemDocument}. */
final class ProblemException extends RuntimeException {

    private final transient ProblemDocument document;

    ProblemException(ProblemDocument document) {
        super(document.detail(), null, false, false);
        this.document = document;
    }

    ProblemDocument document() {
        return document;
    }

    /** The same, each of its problems said where it is. */
    ProblemException located(UnaryOperator<Problem> located) {
        return new ProblemException(new ProblemDocument(
                document.type(),
                document.title(),
                document.status(),
                document.detail(),
                document.problems().stream().map(located).toList()));
    }
}
