package io.calicofleet.planner.core;

import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.FieldAnswer;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an approval answers to the questions of a cluster: each by itself, all by one rule, or some by themselves and the
 * rest by the rule. An approval that says nothing keeps all that people have.
 *
 * @param questions the questions
 * @param answers the answers to single ones, by question
 * @param rule what is decided on all others; empty where each has its own answer
 */
record Answers(List<FieldConflict> questions, Map<String, OnConflict> answers, Optional<OnConflict> rule) {

    private static final int NAMED = 3;

    static Answers to(List<FieldConflict> questions, CampaignApproved command) {
        Map<String, OnConflict> answers = new LinkedHashMap<>();
        command.answers().forEach(answer -> answers.put(answer.question(), answer.answer()));
        Optional<OnConflict> said = Optional.ofNullable(command.conflicts());
        return new Answers(
                questions, answers, answers.isEmpty() ? said.or(() -> Optional.of(OnConflict.KEEP_MINE)) : said);
    }

    /** Why these answers do not do; empty where they do. */
    Optional<String> refusal() {
        List<String> asked = questions.stream().map(FieldConflict::question).toList();
        Optional<String> unknown = answers.keySet().stream()
                .filter(question -> !asked.contains(question))
                .findFirst();
        if (unknown.isPresent()) {
            return Optional.of("it has no question " + unknown.get()
                    + (questions.isEmpty() ? "." : "; look at its review again: it asks " + some(questions) + "."));
        }
        List<FieldConflict> open = questions.stream()
                .filter(question -> answer(question).isEmpty())
                .toList();
        if (!open.isEmpty()) {
            return Optional.of(some(open) + (open.size() == 1 ? " has" : " have")
                    + " no answer: give each one, or --conflicts for all others.");
        }
        return questions.stream()
                .filter(question -> !question.takes(answer(question).orElseThrow()))
                .findFirst()
                .map(question -> refusal(question, answer(question).orElseThrow()));
    }

    private Optional<OnConflict> answer(FieldConflict question) {
        return Optional.ofNullable(answers.get(question.question())).or(() -> rule);
    }

    /** All answers to single questions that a step is asked with: these and those it had. */
    List<FieldAnswer> single(List<FieldAnswer> before) {
        Map<String, OnConflict> all = new LinkedHashMap<>();
        before.forEach(answer -> all.put(answer.question(), answer.answer()));
        all.putAll(answers);
        return all.entrySet().stream()
                .map(answer -> new FieldAnswer(answer.getKey(), answer.getValue()))
                .toList();
    }

    /** Those that keep what people have: they lose nothing, and hold in every later attempt as long as the question is the same. */
    List<FieldAnswer> kept() {
        return questions.stream()
                .filter(question ->
                        answer(question).filter(OnConflict.KEEP_MINE::equals).isPresent())
                .map(question -> new FieldAnswer(question.question(), OnConflict.KEEP_MINE))
                .toList();
    }

    private static String refusal(FieldConflict question, OnConflict answer) {
        String why = question.why();
        return answer + " is no answer to " + question.object() + " " + question.path() + ", which takes "
                + question.answers().stream().map(OnConflict::encode).collect(Collectors.joining(" or ")) + " only."
                + (why == null ? "" : " " + why);
    }

    private static String some(List<FieldConflict> questions) {
        Stream<String> first = questions.stream()
                .limit(NAMED)
                .map(question -> question.question() + " (" + question.object() + " " + question.path() + ")");
        return first.collect(Collectors.joining(", "))
                + (questions.size() > NAMED ? " and " + (questions.size() - NAMED) + " more" : "");
    }
}
