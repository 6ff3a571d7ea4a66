package io.calicofleet.executor.step;

import io.calicofleet.event.StepKind;
import io.calicofleet.executor.core.step.StepContext;
import io.calicofleet.executor.core.step.StepHandler;
import io.calicofleet.executor.core.step.StepOutcome;
import java.util.List;

/** Does nothing; what counts is what is observed until the traffic gate has judged. */
public final class ReviewHostEndpointTrafficStep implements StepHandler {

    @Override
    public StepKind kind() {
        return StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC;
    }

    @Override
    public boolean writes() {
        return false;
    }

    @Override
    public StepOutcome run(StepContext context) {
        return new StepOutcome.Succeeded(
                null, List.of(), List.of(), "the traffic of the host endpoints is being observed");
    }
}
