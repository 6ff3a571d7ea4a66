package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The verdict on a step: every gate passed, or the first failure.
 *
 * @param step the step it is about
 * @param outcome of all gates together
 * @param gates each gate, with evidence
 * @param review the traffic review, where the step has one
 * @param summary one sentence for people
 */
public record StepJudged(
        StepId step,
        Outcome outcome,
        List<GateResult> gates,
        @Nullable TrafficReview review,
        String summary) implements FleetEvent {

    public StepJudged {
        requireNonNull(step, "step");
        requireNonNull(outcome, "outcome");
        summary = Lines.shortened(requireNonNull(summary, "summary"));
        gates = Copies.list(gates);
    }

    @Override
    public EventType type() {
        return EventType.STEP_JUDGED;
    }
}
