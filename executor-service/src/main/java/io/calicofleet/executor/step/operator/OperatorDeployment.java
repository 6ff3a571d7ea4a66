package io.calicofleet.executor.step.operator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.WorkloadObservation;
import io.calicofleet.executor.core.identity.Part;
import io.calicofleet.executor.core.observe.CalicoWorkloads;
import io.calicofleet.executor.core.observe.OperatorObserver;
import io.calicofleet.executor.core.observe.WorkloadObserver;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.step.cluster.Edits;
import io.calicofleet.executor.step.cluster.Installed;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The operator's Deployment: whether the newest operator runs, and no other.
 *
 * @param ref where it is
 */
public record OperatorDeployment(ResourceRef ref) {

    private static final ResourceRef RELEASED =
            new ResourceRef(Kinds.APPS, "Deployment", CalicoWorkloads.OPERATORS_NAMESPACE, OperatorObserver.OPERATOR);

    /** The one that is there; as released where there is none. */
    public static OperatorDeployment in(ClusterApi cluster) {
        return new OperatorDeployment(
                Installed.operator(cluster).map(ResourceRef::of).orElse(RELEASED));
    }

    /** The one a backup has; empty where it has none. */
    public static Optional<OperatorDeployment> in(Map<ObjectKey, Optional<ObjectNode>> backup) {
        return backup.values().stream()
                .flatMap(Optional::stream)
                .filter(Part::isOperator)
                .map(ResourceRef::of)
                .map(OperatorDeployment::new)
                .findFirst();
    }

    /** Waits until it has rolled out; whether it has. Until then an older operator may still say that all is well. */
    public boolean await(StepContext context, Duration limit) {
        return context.rollouts()
                .await(
                        () -> ref.object() + " has not rolled out yet",
                        "v1",
                        "Pod",
                        ref.namespace(),
                        () -> observe(context.cluster())
                                .filter(OperatorObserver::rolledOut)
                                .isPresent(),
                        limit);
    }

    /** Stops it and waits until no pod of it is left; whether none is. */
    public boolean stopped(StepContext context, Duration limit) {
        scale(context.cluster(), 0);
        return context.rollouts()
                .await(
                        () -> "pods of " + ref.object() + " still run",
                        "v1",
                        "Pod",
                        ref.namespace(),
                        () -> observe(context.cluster())
                                .filter(seen -> seen.desired() > 0 || seen.pods() > 0)
                                .isEmpty(),
                        limit);
    }

    /** Has it run again, as often as in an object of before, where it was stopped; whether it was. */
    public boolean started(ClusterApi cluster, ObjectNode before) {
        int replicas = before.at("/spec/replicas").asInt(1);
        return replicas > 0
                && cluster.find(ref)
                        .filter(now -> now.at("/spec/replicas").asInt(1) == 0)
                        .isPresent()
                && scale(cluster, replicas);
    }

    private boolean scale(ClusterApi cluster, int replicas) {
        return Edits.edit(cluster, ref, deployment -> {
            ObjectNode changed = deployment.deepCopy();
            Json.child(changed, "spec").put("replicas", replicas);
            return changed;
        });
    }

    /** What is wrong with its pods, a line each; what it waits for where none says. */
    public List<String> troubles(ClusterApi cluster) {
        Optional<WorkloadObservation> deployment = observe(cluster);
        if (deployment.isEmpty()) {
            return List.of(ref.object() + " is not there");
        }
        WorkloadObservation seen = deployment.get();
        List<String> pods = seen.problems().stream()
                .map(problem -> problem.pod() + ": " + problem.reason()
                        + (problem.message().isEmpty() ? "" : ", " + problem.message()))
                .toList();
        return pods.isEmpty()
                ? List.of(ref.object() + ": " + seen.updated() + " of " + seen.desired() + " updated, "
                        + seen.available() + " available, " + seen.podsOfOtherRevision() + " pods of before")
                : pods;
    }

    private Optional<WorkloadObservation> observe(ClusterApi cluster) {
        Optional<ObjectNode> deployment = cluster.find(ref);
        return deployment.map(found -> WorkloadObserver.observe(
                found,
                cluster.list(Kinds.APPS, "ReplicaSet", ref.namespace(), ""),
                cluster.list(Kinds.CORE, "Pod", ref.namespace(), ""),
                List.of()));
    }
}
