package io.calicofleet.executor.step.upgrade;

import io.calicofleet.executor.core.identity.Part;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.cluster.Installed;
import java.util.Optional;

/**
 * Typha, between the nodes and the API server. An older Typha need not know what a newer Felix asks for, so it is rolled
 * out before the nodes are written.
 */
public final class Typha {

    private Typha() {}

    /** Waits until Typha is rolled out, where there is one; the failure, where it is not in time. */
    public static Optional<StepOutcome> await(StepContext context) {
        return Installed.workloads(context.cluster(), "Deployment", Part.TYPHA).stream()
                .filter(deployment -> !Part.isOfOperator(deployment))
                .map(ResourceRef::of)
                .flatMap(deployment -> DeploymentRollout.await(context, deployment).stream())
                .findFirst();
    }
}
