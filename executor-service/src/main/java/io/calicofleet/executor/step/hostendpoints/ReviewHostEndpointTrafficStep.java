package io.calicofleet.executor.step.hostendpoints;

import io.calicofleet.event.PolicyCheck;
import io.calicofleet.event.StepKind;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepHandler;
import io.calicofleet.executor.port.StepOutcome;
import java.util.List;

/**
 * Changes nothing: what counts is what is observed until the traffic gate has judged. Asked about a policy, it says what the
 * guard of the release would, so that a person knows before approving.
 */
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
        if (!context.parameters().applySuggestedPolicy()) {
            return new StepOutcome.Succeeded(
                    null, List.of(), List.of(), "the traffic of the host endpoints is being observed");
        }
        PolicyCheck said = ReleaseCheck.of(context, context.datastore()).said();
        return new StepOutcome.Succeeded(
                null,
                List.of(),
                List.of(),
                said,
                null,
                said.refusals().isEmpty()
                        ? "the guard has nothing against the suggested policy"
                        : "with the suggested policy the release would be refused");
    }
}
