package io.calicofleet.executor.step.restore;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.Datastore;
import io.calicofleet.executor.core.detect.CalicoNode;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.executor.port.Backup;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.step.helm.HelmRollback;
import io.calicofleet.executor.step.migrate.DatastoreTakeback;
import io.calicofleet.executor.step.migrate.Takeback;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a backup can be put back with a promise. What no release before can read any more, the planner said when
 * the backup was taken; here is what only the cluster can tell.
 */
final class WayBack {

    private WayBack() {}

    /**
     * Why it cannot, a sentence each; empty where it can.
     *
     * @param begun whether what the backup holds has been changed since
     */
    static List<String> objections(ClusterApi cluster, Backup backup, boolean begun) {
        List<String> objections = new ArrayList<>(begun ? backup.noWayBack() : List.of());
        Takeback.of(backup).flatMap(unused -> Takeback.refused(cluster)).ifPresent(objections::add);
        // What a chart brought goes with it.
        if (HelmRollback.of(backup).isEmpty()) {
            new EnterpriseMarks(cluster, backup).objection().ifPresent(objections::add);
        }
        for (Map.Entry<ObjectKey, Optional<ObjectNode>> entry : backup.objects().entrySet()) {
            if (entry.getKey().kind().equals("DaemonSet") && entry.getValue().isPresent()) {
                ObjectNode before = entry.getValue().get();
                cluster.find(ResourceRef.of(before))
                        .flatMap(now -> movedDatastore(before, now))
                        .filter(unused -> !DatastoreTakeback.isOpen(cluster, backup))
                        .ifPresent(objections::add);
            }
        }
        return objections;
    }

    /** Whoever has moved the resources to another datastore since would find them as they were before the move. */
    static Optional<String> movedDatastore(ObjectNode before, ObjectNode now) {
        Optional<Datastore> then = datastore(before);
        Optional<Datastore> today = datastore(now);
        return then.isPresent() && today.isPresent() && then.get() != today.get()
                ? Optional.of("Calico kept its resources in the datastore " + then.get() + " when the backup was taken,"
                        + " and keeps them in " + today.get() + " now.")
                : Optional.empty();
    }

    private static Optional<Datastore> datastore(ObjectNode daemonSet) {
        return CalicoNode.find(new ClusterSnapshot("", List.of(daemonSet), Set.of(), List.of()))
                .flatMap(CalicoNode::datastore);
    }
}
