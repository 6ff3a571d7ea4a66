package io.calicofleet.planner.core;

import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FailureSeen;
import io.calicofleet.event.GateResult;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.SameFailure;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepKind;
import io.calicofleet.planner.core.campaign.ClusterState;
import io.calicofleet.planner.core.campaign.Tally;
import io.calicofleet.planner.core.failure.Signatures;
import io.calicofleet.planner.core.spec.CampaignDefaults;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Says what failed, so that the same failure on several clusters is seen, whatever campaigns they belong to. A gate may be failed for several
 * reasons at once; each is told by itself, so that what only some clusters have besides does not hide what they share.
 */
final class FailuresSeen {

    /** Failures that say something of a cluster's access, and nothing of what was done to it. */
    private static final Set<FailureReason> OF_ACCESS = Set.of(
            FailureReason.LEASE_HELD,
            FailureReason.LEASE_LOST,
            FailureReason.CLAIM_LOST,
            FailureReason.CLUSTER_UNKNOWN,
            FailureReason.KUBECONFIG_UNUSABLE);

    private static final String MISSING = "missing: ";
    private static final String POD = ": pod ";
    private static final int REASONS = 5;
    private static final int NEXT = 5;

    private FailuresSeen() {}

    /** An executor could not do the step in flight. */
    static void step(DecisionBuilder decision, ClusterState cluster, StepFailed failed) {
        if (!UnreachableRules.isUnreached(failed) && !OF_ACCESS.contains(failed.reason())) {
            String said = failed.message().isBlank() ? failed.reason().sentence() : failed.message();
            tell(decision, cluster, failed.reason().encode(), Set.of(Signatures.of(cluster.cluster(), said)));
        }
    }

    /** Gates of the step in flight were not passed. */
    static void gates(DecisionBuilder decision, ClusterState cluster) {
        cluster.findings().gates().stream()
                .filter(gate -> gate.outcome() == Outcome.FAILED)
                .forEach(gate -> tell(decision, cluster, gate.gate().encode(), reasons(cluster, gate)));
    }

    /** What it names first, and each workload whose pods do not start. */
    private static Set<String> reasons(ClusterState cluster, GateResult gate) {
        List<String> missing = gate.evidence().stream()
                .filter(line -> line.startsWith(MISSING))
                .toList();
        Stream<String> first = Stream.of(missing.isEmpty() ? gate.reason() : missing.getFirst());
        Set<String> reasons = new LinkedHashSet<>();
        Stream.concat(first, missing.stream().skip(1).filter(line -> line.contains(POD)))
                .limit(REASONS)
                .forEach(line -> reasons.add(Signatures.of(cluster.cluster(), line)));
        return reasons;
    }

    private static void tell(DecisionBuilder decision, ClusterState cluster, String reason, Set<String> said) {
        SameFailure stated = decision.header().spec().failureBudget().sameFailure();
        SameFailure rule = stated == null ? CampaignDefaults.SAME_FAILURE : stated;
        Tally tally = decision.state().tally();
        int clusters = rule.clusters().atMostOf(tally.total());
        if (clusters == 0 || decision.header().spec().procedure() == Procedure.PLAN) {
            return;
        }
        StepKind step = cluster.inFlight().id().kind();
        for (String what : said) {
            decision.failed(new FailureSeen(
                    cluster.inFlight().id(),
                    Signatures.key(step, reason, what),
                    reason,
                    what,
                    decision.now().clock(),
                    clusters,
                    rule.within(),
                    cluster.findings().source(),
                    decision.header().spec().target(),
                    tally.total() - tally.pending(),
                    WaveRules.next(decision.state(), NEXT),
                    cluster.cluster() + ": " + step + " failed (" + reason + "): " + what));
        }
    }
}
