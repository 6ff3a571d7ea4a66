package io.calicofleet.planner.core;

import io.calicofleet.event.ErrorCategory;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.OnGateFailure;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepRecord;
import io.calicofleet.planner.core.campaign.ClusterState;
import io.calicofleet.planner.core.campaign.Standing;
import io.calicofleet.planner.core.route.RestoreRoute;
import java.util.List;

/**
 * What becomes of a cluster whose step did not succeed: it stays as it is, failed; or, where the campaign says
 * {@code onGateFailure: rollback} and the step was one that upgrades, its backup is put back first, and then it is failed.
 *
 * <ol>
 *   <li>Once per attempt: a restore that does not succeed either ends the cluster; only a retry by a person begins anew.
 *   <li>The cluster counts as failed from the moment its upgrade did, so that no other starts meanwhile on its account.
 *   <li>Not after an abort, which lets nothing new start; a pause lets it finish.
 *   <li>A step the executor could not do is gone back from only where the cluster itself is at fault: what is retryable, or
 *       found before the first write, is better put right and tried again.
 * </ol>
 */
final class FailureRules {

    private static final int EVIDENCE = 20;

    private FailureRules() {}

    /** An executor could not do the step in flight. */
    static void failed(DecisionBuilder decision, ClusterState cluster, StepFailed failed, String said) {
        List<String> evidence = failed.evidence().stream().limit(EVIDENCE).toList();
        FailuresSeen.step(decision, cluster, failed);
        boolean halfWay = failed.reason().category() == ErrorCategory.CLUSTER_FAULT
                && failed.reason() != FailureReason.BACKUP_MISSING;
        stop(decision, cluster, HoldReason.STEP_FAILED, halfWay, said, evidence);
    }

    /** A gate of the step in flight was not passed. */
    static void gateFailed(DecisionBuilder decision, ClusterState cluster) {
        FailuresSeen.gates(decision, cluster);
        stop(decision, cluster, HoldReason.GATE_FAILED, true, cluster.findings().message(), List.of());
    }

    /** A cluster that went back has arrived. */
    static void wentBack(DecisionBuilder decision, ClusterState cluster) {
        String said = "Rolled back, for its upgrade did not succeed: " + failureBeforeRestore(cluster);
        decision.put(cluster.rolledBack(said, decision.now()));
    }

    private static void stop(
            DecisionBuilder decision,
            ClusterState cluster,
            HoldReason reason,
            boolean worthIt,
            String said,
            List<String> evidence) {
        if (cluster.rollingBack()) {
            decision.put(cluster.failed(
                    reason,
                    "Not rolled back: " + said + " It went back because of this: " + failureBeforeRestore(cluster),
                    evidence,
                    decision.now()));
        } else if (worthIt && goesBack(decision, cluster)) {
            decision.request(
                    cluster.ended("failed", said, evidence.isEmpty() ? ofGates(cluster) : evidence, decision.now()),
                    RestoreRoute.steps(decision.header().spec()));
        } else {
            decision.put(cluster.failed(reason, said, evidence, decision.now()));
        }
    }

    /** What the gates that were not passed were judged on: kept as notes, since the gates of the restore come in their place. */
    private static List<String> ofGates(ClusterState cluster) {
        return cluster.findings().gates().stream()
                .filter(gate -> gate.outcome() == Outcome.FAILED)
                .flatMap(gate -> gate.evidence().stream())
                .limit(EVIDENCE)
                .toList();
    }

    private static boolean goesBack(DecisionBuilder decision, ClusterState cluster) {
        return decision.header().spec().upgradeOrDefault().onGateFailure() == OnGateFailure.ROLLBACK
                && decision.header().standing() != Standing.ABORTED
                && cluster.inFlight().id().kind().upgrades();
    }

    /** What was said of the step that did not succeed before it was rolled back; empty where nothing was. */
    private static String failureBeforeRestore(ClusterState cluster) {
        return cluster.history().reversed().stream()
                .filter(record -> record.step().kind() != StepKind.RESTORE)
                .map(StepRecord::message)
                .findFirst()
                .orElse("");
    }
}
