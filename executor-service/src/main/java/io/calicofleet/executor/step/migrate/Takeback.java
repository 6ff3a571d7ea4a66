package io.calicofleet.executor.step.migrate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FailureReason;
import io.calicofleet.executor.port.Backup;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.cluster.Edits;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.model.release.ObjectKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The way back of a migration to the operator, for as long as there is one. The Installation goes first, while the operator
 * runs, which has to let go of it; the operator's own objects are put back as any others of a backup.
 */
public final class Takeback {

    private static final Duration DELETION = Duration.ofMinutes(5);

    private Takeback() {}

    /** Of a backup that was taken before a migration; empty of any other. */
    public static Optional<Takeback> of(Backup backup) {
        Map<ObjectKey, Optional<ObjectNode>> objects = backup.objects();
        ObjectKey installation = Takeover.INSTALLATION.key();
        return objects.containsKey(installation) && objects.get(installation).isEmpty()
                ? Optional.of(new Takeback())
                : Optional.empty();
    }

    /** Why nothing goes back any more, with what to do; empty where it still does. */
    public static Optional<String> refused(ClusterApi cluster) {
        return cluster.find(Takeover.INSTALLATION).isPresent() && Handover.hasBegun(cluster)
                ? Optional.of(
                        "The operator has begun to take Calico over: kube-controllers of the manifests is deleted, and"
                                + " nodes are its. There is no way back to the manifests.")
                : Optional.empty();
    }

    /** Takes the Installation away; why it cannot go on, empty where it can. */
    public Optional<StepOutcome> run(StepContext context, List<String> changes) {
        ClusterApi cluster = context.cluster();
        if (Edits.delete(cluster, Takeover.INSTALLATION)) {
            changes.add(Takeover.INSTALLATION.object());
        }
        ResourceRef ref = Takeover.INSTALLATION;
        boolean gone = context.rollouts()
                .await(
                        () -> ref.object() + " is being deleted: its finalizers wait for the operator",
                        Kinds.OPERATOR,
                        ref.kind(),
                        "",
                        () -> cluster.find(ref).isEmpty(),
                        DELETION);
        if (!gone) {
            return Optional.of(new StepOutcome.Failed(
                    FailureReason.UNEXPECTED_STATE,
                    "the Installation is being deleted and does not go: its finalizers wait for the operator. Nothing else was"
                            + " taken back yet",
                    List.of(ref.object())));
        }
        return Handover.hasBegun(cluster)
                ? Optional.of(new StepOutcome.Failed(
                        FailureReason.ROLLBACK_REFUSED,
                        "the operator began to take Calico over while the Installation was being deleted: create it again by a"
                                + " retry of the migration, and let it end",
                        List.of()))
                : Optional.empty();
    }
}
