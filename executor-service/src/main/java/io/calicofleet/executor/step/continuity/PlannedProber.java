package io.calicofleet.executor.step.continuity;

import io.calicofleet.event.ContinuitySpec;
import io.calicofleet.executor.port.AroundStep;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepHandler;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.plan.AppliedByOthers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A step of a plan that would be measured: with what the prober would write, where it would run, and what a gap that is too long would stop. Nothing
 * is measured, and nothing comes of what is written.
 */
public final class PlannedProber extends AroundStep {

    /** What {@code step} would do, measured where that is asked for. */
    public PlannedProber(StepHandler step) {
        super(step);
    }

    @Override
    public StepOutcome run(StepContext context) {
        ContinuitySpec spec = context.parameters().continuity();
        if (spec == null) {
            return step.run(context);
        }
        List<String> notes = new ArrayList<>();
        Optional<String> refused = new Baseline(context, spec).plan(notes);
        if (refused.isPresent() && spec.required()) {
            return MeasuredStep.refused(refused.get());
        }
        notes.add(refused.map(why -> "it would not be measured whether packets flow: " + why)
                .orElseGet(() -> onBreach(context, spec)));
        return MeasuredStep.noted(step.run(context), notes);
    }

    private String onBreach(StepContext context, ContinuitySpec spec) {
        Optional<String> unpausable = context.parameters().byOthers()
                ? Optional.of(AppliedByOthers.THEIRS)
                : step.unpausable(context.parameters());
        String gap = "a path without an answer for longer than " + spec.maxGap().toMillis() / 1000.0
                + " s, or kept connections that break more often than allowed, ";
        return unpausable
                .map(why -> gap + "fail the gate and do not pause the rollout: " + why)
                .orElse(gap
                        + "pause the rollout: calico-node gets the updateStrategy OnDelete until a retry or a restore");
    }
}
