package io.calicofleet.executor.step.restore;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.executor.port.Backup;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.step.cluster.Edits;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.executor.step.operator.OperatorDeployment;
import io.calicofleet.model.release.ReleaseTrait;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Definitions by which an operator of before they came takes a cluster for one of Calico Enterprise: when it starts it looks for
 * them, then waits for kinds that are not there, and ends, again and again (RequiresTigeraSecure in its
 * pkg/controller/utils/discovery.go; seen with v1.17.9 and v1.34.13). So they go while no operator runs: the newer one would
 * make them again.
 */
final class EnterpriseMarks {

    /** A kind of the operator, and what an operator that has it itself does. */
    private record Mark(String kind, String plural, ReleaseTrait ownFrom) {

        ResourceRef definition() {
            return new ResourceRef(Kinds.CRDS, Kinds.CRD, "", plural + ".operator.tigera.io");
        }
    }

    private static final List<Mark> MARKS = List.of(
            new Mark("APIServer", "apiservers", ReleaseTrait.OPERATOR_HAS_API_SERVERS),
            new Mark(
                    "ManagementClusterConnection",
                    "managementclusterconnections",
                    ReleaseTrait.OPERATOR_CONNECTS_CLUSTERS));

    private final ClusterApi cluster;
    private final Backup backup;

    EnterpriseMarks(ClusterApi cluster, Backup backup) {
        this.cluster = cluster;
        this.backup = backup;
    }

    /** Why one of them cannot go: there is an object of it. */
    Optional<String> objection() {
        return inTheWay()
                .flatMap(mark -> cluster.list(Kinds.OPERATOR, mark.kind()).stream())
                .findFirst()
                .map(object -> ResourceRef.of(object).object() + " is there. The operator of " + backup.source()
                        + " would take the cluster for one of Calico Enterprise as long as the definition of its kind is"
                        + " there; delete it first.");
    }

    /**
     * Stops the operator and deletes those that have no objects; false where that took too long. Idempotent; where there are
     * none the operator goes on.
     */
    boolean removed(StepContext context, List<String> changes, Duration limit) {
        List<Mark> free = inTheWay()
                .filter(mark -> cluster.list(Kinds.OPERATOR, mark.kind()).isEmpty())
                .toList();
        return free.isEmpty()
                || (OperatorDeployment.in(context.cluster()).stopped(context, limit)
                        && free.stream().allMatch(mark -> removed(mark.definition(), context, changes, limit)));
    }

    private boolean removed(ResourceRef definition, StepContext context, List<String> changes, Duration limit) {
        if (Edits.delete(cluster, definition)) {
            changes.add(definition.object());
        }
        return context.rollouts()
                .await(
                        () -> definition.object() + " is being deleted",
                        definition.apiVersion(),
                        definition.kind(),
                        "",
                        () -> cluster.find(definition).isEmpty(),
                        limit);
    }

    private Stream<Mark> inTheWay() {
        CalicoVersion source = backup.source();
        return source == null || OperatorDeployment.in(backup.objects()).isEmpty()
                ? Stream.empty()
                : MARKS.stream()
                        .filter(mark -> !mark.ownFrom().isIn(source))
                        .filter(mark -> !hadBefore(mark.definition()))
                        .filter(mark -> cluster.find(mark.definition()).isPresent());
    }

    private boolean hadBefore(ResourceRef ref) {
        return backup.objects().getOrDefault(ref.key(), Optional.empty()).isPresent();
    }
}
