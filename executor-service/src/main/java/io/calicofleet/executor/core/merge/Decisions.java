package io.calicofleet.executor.core.merge;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.FieldAnswer;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What was decided on conflicts. An answer is to a question with its values: where one of them has changed since, it is
 * another question, and the rule decides.
 *
 * @param rule on all fields without an answer of their own
 * @param answers on single fields, by question
 */
public record Decisions(OnConflict rule, Map<String, OnConflict> answers) {

    public Decisions {
        requireNonNull(rule, "rule");
        answers = Map.copyOf(answers);
    }

    /** These; of two answers to one question the last. */
    public static Decisions of(OnConflict rule, List<FieldAnswer> answers) {
        return new Decisions(
                rule,
                answers.stream()
                        .collect(Collectors.toMap(FieldAnswer::question, FieldAnswer::answer, (one, other) -> other)));
    }

    /** Nothing but a rule. */
    public static Decisions of(OnConflict rule) {
        return new Decisions(rule, Map.of());
    }

    /** What becomes of this conflict. */
    public OnConflict on(FieldConflict conflict) {
        return answers.getOrDefault(conflict.question(), rule);
    }
}
