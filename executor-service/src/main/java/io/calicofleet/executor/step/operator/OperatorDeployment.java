package io.calicofleet.executor.step.operator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.WorkloadObservation;
import io.calicofleet.executor.core.observe.OperatorObserver;
import io.calicofleet.executor.core.observe.WorkloadObserver;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.step.cluster.Edits;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.model.Json;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The operator's Deployment: where it is, and whether the newest operator runs, and no other. */
public final class OperatorDeployment {

    static final String NAMESPACE = OperatorObserver.OPERATOR;
    public static final ResourceRef REF =
            new ResourceRef(Kinds.APPS, "Deployment", NAMESPACE, OperatorObserver.OPERATOR);

    private OperatorDeployment() {}

    /** Waits until it has rolled out; whether it has. Until then an older operator may still say that all is well. */
    public static boolean await(StepContext context, Duration limit) {
        return context.rollouts()
                .await(
                        "v1",
                        "Pod",
                        NAMESPACE,
                        () -> observe(context.cluster())
                                .filter(OperatorObserver::rolledOut)
                                .isPresent(),
                        limit);
    }

    /** Stops it and waits until no pod of it is left; whether none is. */
    public static boolean stopped(StepContext context, Duration limit) {
        scale(context.cluster(), 0);
        return context.rollouts()
                .await(
                        "v1",
                        "Pod",
                        NAMESPACE,
                        () -> observe(context.cluster())
                                .filter(seen -> seen.desired() > 0 || seen.pods() > 0)
                                .isEmpty(),
                        limit);
    }

    /** Has it run again, as often as in an object of before, where it was stopped; whether it was. */
    public static boolean started(ClusterApi cluster, ObjectNode before) {
        int replicas = before.at("/spec/replicas").asInt(1);
        return replicas > 0
                && cluster.find(REF)
                        .filter(now -> now.at("/spec/replicas").asInt(1) == 0)
                        .isPresent()
                && scale(cluster, replicas);
    }

    private static boolean scale(ClusterApi cluster, int replicas) {
        return Edits.edit(cluster, REF, deployment -> {
            ObjectNode changed = deployment.deepCopy();
            Json.child(changed, "spec").put("replicas", replicas);
            return changed;
        });
    }

    /** What is wrong with its pods, a line each; what it waits for where none says. */
    public static List<String> troubles(ClusterApi cluster) {
        Optional<WorkloadObservation> deployment = observe(cluster);
        if (deployment.isEmpty()) {
            return List.of(REF.object() + " is not there");
        }
        WorkloadObservation seen = deployment.get();
        List<String> pods = seen.problems().stream()
                .map(problem -> problem.pod() + ": " + problem.reason()
                        + (problem.message().isEmpty() ? "" : ", " + problem.message()))
                .toList();
        return pods.isEmpty()
                ? List.of(REF.object() + ": " + seen.updated() + " of " + seen.desired() + " updated, "
                        + seen.available() + " available, " + seen.podsOfOtherRevision() + " pods of before")
                : pods;
    }

    private static Optional<WorkloadObservation> observe(ClusterApi cluster) {
        Optional<ObjectNode> deployment = cluster.find(REF);
        return deployment.map(found -> WorkloadObserver.observe(
                found,
                cluster.list(Kinds.APPS, "ReplicaSet", NAMESPACE, ""),
                cluster.list(Kinds.CORE, "Pod", NAMESPACE, ""),
                List.of()));
    }
}
