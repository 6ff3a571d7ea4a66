package io.calicofleet.planner.core.why;

import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.DatastoreLock;
import io.calicofleet.event.Explanation;
import io.calicofleet.event.Explanation.NextCommand;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.PolicyCheck;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What a person can do about a cluster that is held or failed, as commands. */
final class Decisions {

    private Decisions() {}

    static List<NextCommand> of(ClusterStatus cluster, HoldReason reason) {
        String where = cluster.campaign() + " --cluster " + cluster.cluster();
        List<NextCommand> commands = new ArrayList<>();
        if (cluster.phase() == ClusterPhase.HELD && reason.approvable()) {
            String approve = "approve " + where + " --reason \"...\"";
            commands.add(new NextCommand("look", "review " + where));
            commands.add(new NextCommand("then", approve + decision(cluster, reason)));
            if (cluster.conflicts().size() > 1) {
                commands.add(new NextCommand(
                        "or each by itself",
                        approve
                                + cluster.conflicts().stream()
                                        .limit(2)
                                        .map(conflict -> " --answer " + conflict.question() + "=...")
                                        .collect(Collectors.joining())));
            }
            return commands;
        }
        commands.add(new NextCommand("put it right, then", "retry " + where + Rule.BECAUSE));
        if (!isLocked(cluster)) {
            commands.add(new NextCommand("or leave it out", "skip " + where + Rule.BECAUSE));
        }
        if (isBetweenReleases(cluster)) {
            commands.add(new NextCommand("or go back", "restore --cluster " + cluster.cluster() + " --reason \"...\""));
        }
        return commands;
    }

    /** Whether new pods wait there until a retry or a restore is done: then nobody leaves it out. */
    static boolean isLocked(ClusterStatus cluster) {
        return DatastoreLock.leftBy(cluster.steps(), cluster.objections()).isPresent();
    }

    /** What an approval has to say beside its reason. */
    private static String decision(ClusterStatus cluster, HoldReason reason) {
        return switch (reason) {
            case PLAN_CHANGED -> " --digest " + Explanation.DIGEST;
            case TRAFFIC_REVIEW -> " --digest " + Explanation.DIGEST + policy(cluster);
            case CUSTOMISATION_CONFLICTS, BASE_UNKNOWN -> sides(cluster.conflicts());
            case PREFLIGHT_OBJECTIONS,
                    AUTO_HOST_ENDPOINT_POLICIES,
                    STEP_FAILED,
                    GATE_FAILED,
                    SECOND_UPGRADER,
                    NOT_SEEN,
                    UNREACHABLE,
                    CLAIM_REFUSED,
                    EXECUTOR_ENDED,
                    ROLLED_BACK -> "";
        };
    }

    /** To keep all that can be kept. */
    private static String sides(List<FieldConflict> conflicts) {
        List<FieldConflict> lost = conflicts.stream()
                .filter(conflict -> !conflict.takes(OnConflict.KEEP_MINE))
                .toList();
        if (!lost.isEmpty() && lost.size() == conflicts.size()) {
            return " --conflicts " + OnConflict.TAKE_NEW;
        }
        return " --conflicts " + OnConflict.KEEP_MINE
                + lost.stream()
                        .map(conflict -> " --answer " + conflict.question() + "=" + OnConflict.TAKE_NEW)
                        .collect(Collectors.joining());
    }

    /** What the guard refuses is to be changed first; automatic host endpoints are not selected by the suggested policy. */
    private static String policy(ClusterStatus cluster) {
        if (cluster.remaining().contains(StepKind.MIGRATE_TO_AUTO_HOST_ENDPOINTS.encode())) {
            return "";
        }
        PolicyCheck guard = cluster.review() == null ? null : cluster.review().guard();
        return guard == null || guard.refusals().isEmpty() ? " --apply-suggested-policy" : " --policy EDITED.yaml";
    }

    /** Whether it failed after its upgrade had begun, and nothing was put back. */
    private static boolean isBetweenReleases(ClusterStatus cluster) {
        return cluster.phase() == ClusterPhase.FAILED
                && cluster.holdReason() != HoldReason.ROLLED_BACK
                && cluster.steps().stream()
                        .map(StepRecord::step)
                        .map(StepId::kind)
                        .anyMatch(StepKind::upgrades);
    }
}
