package io.calicofleet.executor.step.drill;

import io.calicofleet.event.StepKind;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepHandler;
import io.calicofleet.executor.port.StepOutcome;
import java.util.List;

/** Does nothing, but for what surrounds every step: it takes the lease and keeps the journal as one that writes. */
public final class DrillStep implements StepHandler {

    private static final StepOutcome DONE = new StepOutcome.Succeeded(null, List.of(), List.of(), "drilled");

    @Override
    public StepKind kind() {
        return StepKind.DRILL;
    }

    @Override
    public boolean writes() {
        return true;
    }

    @Override
    public StepOutcome run(StepContext context) {
        return DONE;
    }
}
