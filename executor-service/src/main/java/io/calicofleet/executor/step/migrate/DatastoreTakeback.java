package io.calicofleet.executor.step.migrate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.Datastore;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.datastore.StoredForm;
import io.calicofleet.executor.core.move.DatastoreMove;
import io.calicofleet.executor.core.move.MoveMark;
import io.calicofleet.executor.port.Backup;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.Permission;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.step.cluster.Edits;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.executor.step.cluster.Permissions;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The way back of a move to the Kubernetes datastore, until the unlock. What was brought there goes only when all nodes use etcd
 * again, which holds all of it as it was; etcd is unlocked after that.
 */
public final class DatastoreTakeback {

    private static final Permission READ =
            Permissions.of("get", StoredForm.STORED, CalicoKind.CLUSTER_INFORMATION.kind(), "");

    private DatastoreTakeback() {}

    /** Whether Kubernetes' datastore is one that a campaign filled and has not unlocked, so that nobody has written to it since. */
    public static boolean isOpen(ClusterApi cluster, Backup backup) {
        return Relocation.arrived(cluster)
                .filter(information ->
                        MoveMark.isOf(information, backup.campaign().value()))
                .isPresent();
    }

    /**
     * Whether etcd is in use, and it or Kubernetes' datastore is marked by the campaign of the backup; a person may have unlocked it.
     * Who may not read Kubernetes' has never moved anything there.
     */
    public static boolean isDue(ClusterApi cluster, CalicoDatastore calico, Backup backup) {
        String campaign = backup.campaign().value();
        return calico.datastore() == Datastore.ETCD
                && (isMarked(calico.find(CalicoKind.CLUSTER_INFORMATION, "default"), campaign)
                        || (cluster.denied(List.of(READ)).isEmpty()
                                && isMarked(Relocation.arrived(cluster), campaign)));
    }

    private static boolean isMarked(Optional<ObjectNode> information, String campaign) {
        return information.filter(one -> MoveMark.isMarkedBy(one, campaign)).isPresent();
    }

    /** Takes what was moved out of Kubernetes: ClusterInformation, which says whose it is, last. Then etcd is unlocked. */
    public static void run(StepContext context, CalicoDatastore etcd, Backup backup, List<String> changes) {
        ClusterApi cluster = context.cluster();
        for (ObjectNode node : cluster.list(Kinds.CORE, "Node")) {
            ResourceRef ref = ResourceRef.of(node);
            if (Edits.edit(cluster, ref, now -> Transfer.annotated(now, Map.of()))) {
                changes.add(ref.object());
            }
        }
        List<String> kinds = new ArrayList<>(DatastoreMove.KINDS);
        kinds.remove(CalicoKind.CLUSTER_INFORMATION.kind());
        kinds.add(CalicoKind.CLUSTER_INFORMATION.kind());
        for (String kind : kinds) {
            for (ObjectNode object : cluster.list(StoredForm.STORED, kind)) {
                cluster.delete(object);
                changes.add(ObjectKey.of(object).object());
            }
        }
        String campaign = backup.campaign().value();
        if (Edits.edit(
                etcd,
                CalicoKind.CLUSTER_INFORMATION,
                "default",
                now -> MoveMark.isMarkedBy(now, campaign) ? MoveMark.unlocked(now) : now)) {
            changes.add("ClusterInformation default in etcd");
        }
    }
}
