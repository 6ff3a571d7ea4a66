package io.calicofleet.executor.step.change;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FailureReason;
import io.calicofleet.executor.core.detect.CalicoNode;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.cluster.Kinds;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Waits until calico-node is ready on all nodes and stays so, after settings of Felix or BIRD changed. A Felix that does not come up is seen when the
 * readiness probe has failed three times, 10 s apart in Calico's manifests; one that comes and goes, within the time it has to stay ready.
 *
 * @param steady how long it has to stay ready
 * @param limit how long it may take to become so, each time
 */
public record NodesReady(Duration steady, Duration limit) {

    /** A minute: twice what the probe of Calico's manifests takes to notice. */
    public static final NodesReady USUAL = new NodesReady(Duration.ofMinutes(1), Duration.ofMinutes(10));

    public NodesReady {
        requireNonNull(steady, "steady");
        requireNonNull(limit, "limit");
    }

    /** Waits; how the step fails, empty where it is well. */
    Optional<StepOutcome> failure(StepContext context) {
        boolean well = context.rollouts()
                .awaitSteadily(
                        () -> node(context).map(NodesReady::state).orElse("a DaemonSet of calico-node"),
                        Kinds.APPS,
                        "DaemonSet",
                        "",
                        () -> isReady(context),
                        steady,
                        limit);
        return well
                ? Optional.empty()
                : Optional.of(new StepOutcome.Failed(
                        FailureReason.UNEXPECTED_STATE,
                        "the fields are changed, and calico-node is not ready on all nodes, or does not stay so, within "
                                + limit.toMinutes() + " minutes: see the log of calico-node there",
                        node(context).map(NodesReady::state).stream().toList()));
    }

    private static boolean isReady(StepContext context) {
        return node(context)
                .filter(set -> {
                    JsonNode status = set.path("status");
                    int desired = status.path("desiredNumberScheduled").asInt();
                    return set.at("/metadata/generation").asLong()
                                    == status.path("observedGeneration").asLong()
                            && status.path("numberReady").asInt() >= desired
                            && status.path("numberUnavailable").asInt() == 0;
                })
                .isPresent();
    }

    private static Optional<JsonNode> node(StepContext context) {
        List<ObjectNode> sets = context.cluster().list(Kinds.APPS, "DaemonSet");
        return CalicoNode.find(new ClusterSnapshot("", List.copyOf(sets), Set.of(), List.of()))
                .map(CalicoNode::daemonSet);
    }

    private static String state(JsonNode set) {
        return "DaemonSet " + set.at("/metadata/namespace").asText() + "/"
                + set.at("/metadata/name").asText() + ": "
                + set.at("/status/numberReady").asInt() + " of "
                + set.at("/status/desiredNumberScheduled").asInt() + " pods ready";
    }
}
