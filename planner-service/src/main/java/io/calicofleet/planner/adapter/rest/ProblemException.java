package io.calicofleet.planner.adapter.rest;

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
}
