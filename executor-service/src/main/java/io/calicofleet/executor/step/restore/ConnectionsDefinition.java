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

/**
 * The definition of ManagementClusterConnections, which Calico brings from v3.30 on. An operator of before takes a cluster
 * that serves it for one of Calico Enterprise when it starts, waits for kinds that are not there, and ends, again and again
 * (RequiresTigeraSecure in its pkg/controller/utils/discovery.go; seen with v1.34.13). So the definition goes while no
 * operator runs: the newer one would make it again.
 */
final class ConnectionsDefinition {

    private static final String KIND = "ManagementClusterConnection";
    private static final ResourceRef REF =
            new ResourceRef(Kinds.CRDS, Kinds.CRD, "", "managementclusterconnections.operator.tigera.io");

    private final ClusterApi cluster;
    private final Backup backup;

    ConnectionsDefinition(ClusterApi cluster, Backup backup) {
        this.cluster = cluster;
        this.backup = backup;
    }

    /** Why it cannot go. */
    Optional<String> objection() {
        return isInTheWay()
                ? cluster.list(Kinds.OPERATOR, KIND).stream()
                        .findFirst()
                        .map(connection -> ResourceRef.of(connection).object() + " is there. The operator of "
                                + backup.source()
                                + " would take the cluster for one of Calico Enterprise as long as the"
                                + " definition of its kind is there; delete it first.")
                : Optional.empty();
    }

    /** Stops the operator and deletes the definition; false where the operator did not stop in time. Idempotent. */
    boolean removed(StepContext context, List<String> changes, Duration limit) {
        if (!isInTheWay()) {
            return true;
        }
        if (!OperatorDeployment.stopped(context, limit)) {
            return false;
        }
        if (Edits.delete(cluster, REF)) {
            changes.add(REF.object());
        }
        return context.rollouts()
                .await(REF.apiVersion(), REF.kind(), "", () -> cluster.find(REF).isEmpty(), limit);
    }

    private boolean isInTheWay() {
        CalicoVersion source = backup.source();
        return source != null
                && !ReleaseTrait.OPERATOR_CONNECTS_CLUSTERS.isIn(source)
                && hadBefore(OperatorDeployment.REF)
                && !hadBefore(REF)
                && cluster.find(REF).isPresent();
    }

    private boolean hadBefore(ResourceRef ref) {
        return backup.objects().getOrDefault(ref.key(), Optional.empty()).isPresent();
    }
}
