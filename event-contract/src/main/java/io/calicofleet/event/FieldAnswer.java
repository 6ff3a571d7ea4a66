package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * What a person decided on one field.
 *
 * @param question which one, see {@link FieldConflict#question()}
 * @param answer keep-mine or take-new
 */
public record FieldAnswer(String question, OnConflict answer) {

    public FieldAnswer {
        requireNonNull(question, "question");
        requireNonNull(answer, "answer");
    }
}
