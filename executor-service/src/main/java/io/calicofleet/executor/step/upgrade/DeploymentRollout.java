package io.calicofleet.executor.step.upgrade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FailureReason;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.model.Json;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What of Calico is rolled out before the nodes are begun. */
public final class DeploymentRollout {

    private static final Duration LIMIT = Duration.ofMinutes(10);

    private DeploymentRollout() {}

    /** Waits until a Deployment is rolled out; the failure, where it is not in time. One that is gone is not waited for. */
    public static Optional<StepOutcome> await(StepContext context, ResourceRef deployment) {
        boolean rolledOut = context.rollouts()
                .await(
                        () -> deployment.object() + " has not rolled out yet",
                        deployment.apiVersion(),
                        deployment.kind(),
                        deployment.namespace(),
                        () -> context.cluster()
                                .find(deployment)
                                .map(DeploymentRollout::isDone)
                                .orElse(true),
                        LIMIT);
        return rolledOut ? Optional.empty() : Optional.of(late(context, deployment));
    }

    private static StepOutcome late(StepContext context, ResourceRef deployment) {
        List<String> evidence = context.cluster().find(deployment).stream()
                .flatMap(found -> Json.elements(found.at("/status/conditions")))
                .map(condition -> Json.text(condition, "type") + "=" + Json.text(condition, "status") + " "
                        + Json.text(condition, "message"))
                .toList();
        return new StepOutcome.Failed(
                FailureReason.UNEXPECTED_STATE,
                deployment.object() + " was not rolled out within " + LIMIT.toMinutes()
                        + " minutes; the nodes are as they were. See what its pods wait for, then retry",
                evidence);
    }

    /** Facts 8.4; with no replicas wanted there is nothing to wait for. */
    static boolean isDone(ObjectNode deployment) {
        JsonNode status = deployment.path("status");
        int wanted = deployment.at("/spec/replicas").asInt(1);
        return deployment.at("/metadata/generation").asLong()
                        == status.path("observedGeneration").asLong()
                && status.path("replicas").asInt() == wanted
                && status.path("updatedReplicas").asInt() == wanted
                && status.path("availableReplicas").asInt() == wanted;
    }
}
