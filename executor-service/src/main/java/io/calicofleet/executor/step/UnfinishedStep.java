package io.calicofleet.executor.step;

import io.calicofleet.event.FailureReason;
import io.calicofleet.event.StepKind;
import io.calicofleet.executor.core.step.StepContext;
import io.calicofleet.executor.core.step.StepHandler;
import io.calicofleet.executor.core.step.StepOutcome;

/** Stands in while a step is being written; goes with the last of them, in this same session. */
record UnfinishedStep(StepKind kind) implements StepHandler {

    @Override
    public boolean writes() {
        return false;
    }

    @Override
    public StepOutcome run(StepContext context) {
        return new StepOutcome.Failed(FailureReason.BUG, kind + " is not written yet");
    }
}
