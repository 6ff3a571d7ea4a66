package io.calicofleet.planner.core;

import io.calicofleet.event.ClaimAnswer;
import io.calicofleet.event.ClaimGranted;
import io.calicofleet.event.ClaimLost;
import io.calicofleet.event.ClaimQueued;
import io.calicofleet.event.ClaimRefused;
import io.calicofleet.event.ClaimReleased;
import io.calicofleet.event.ClaimRequested;
import io.calicofleet.event.ClusterTakenOver;
import io.calicofleet.planner.core.campaign.ClusterState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a campaign gets a cluster to itself, and what it does with what it is answered. What it has no use for, it releases, so
 * that no answer, however late, keeps a cluster from others.
 *
 * <ol>
 *   <li>A cluster is asked for when it would start; one that waits for another campaign gives its place to the next.
 *   <li>One that is granted starts if it still may: not while the campaign is paused, without a place or over its budget. Else it
 *       is released and asked for once more when it may.
 *   <li>One that is served under another id too is held, and released, so that a retry asks, and looks, once more.
 *   <li>It stays claimed while it is in a step or held, also between a hold and a retry. It is released as soon as it is finished:
 *       {@link DecisionBuilder#put} sees to that.
 * </ol>
 */
final class ClaimRules {

    private ClaimRules() {}

    /** Asks for a cluster that may start. */
    static void ask(DecisionBuilder decision, ClusterState cluster) {
        ClusterState asking = cluster.asked(decision.now());
        decision.put(asking);
        decision.call(new ClaimRequested(
                decision.state().name(),
                asking.cluster(),
                asking.claimed().attempt(),
                null,
                "",
                decision.state().name() + " asks for " + asking.cluster() + "."));
    }

    /** Asks for a cluster that is kept waiting, and has the claim of the campaign that has it ended. */
    static void takeOver(DecisionBuilder decision, ClusterState cluster, ClusterTakenOver command) {
        long taken = cluster.claimed().epoch();
        ClusterState asking = cluster.asked(decision.now());
        decision.put(asking);
        decision.call(new ClaimRequested(
                decision.state().name(),
                asking.cluster(),
                asking.claimed().attempt(),
                taken,
                command.reason(),
                command.summary()));
    }

    /** What a release says. */
    static ClaimReleased release(ClaimAnswer answer) {
        return new ClaimReleased(
                answer.campaign(),
                answer.cluster(),
                answer.attempt(),
                answer.campaign() + " does not wait for " + answer.cluster() + " any more.");
    }

    static void answered(DecisionBuilder decision, ClaimAnswer answer, @Nullable Twin twin, @Nullable String uid) {
        ClusterState cluster = decision.state().cluster(answer.cluster());
        if (cluster == null || !cluster.claimed().isOf(answer.attempt())) {
            if (answer instanceof ClaimGranted || answer instanceof ClaimQueued) {
                decision.call(release(answer));
            }
            return;
        }
        boolean waits = cluster.claimed().pending();
        switch (answer) {
            case ClaimGranted granted -> {
                if (waits) {
                    granted(decision, cluster, granted, twin, uid);
                }
            }
            case ClaimQueued queued -> {
                if (waits) {
                    decision.put(cluster.queued(queued, decision.now()));
                }
            }
            case ClaimRefused refused -> {
                if (waits) {
                    decision.put(cluster.claimRefused(refused.reason(), decision.now()));
                }
            }
            case ClaimLost lost -> decision.put(lost(decision, cluster, lost));
        }
    }

    private static void granted(
            DecisionBuilder decision,
            ClusterState cluster,
            ClaimGranted grant,
            @Nullable Twin twin,
            @Nullable String uid) {
        ClusterState granted = cluster.granted(grant, uid, decision.now());
        decision.put(granted);
        if (twin != null) {
            String said = twin.said(cluster.cluster());
            decision.letGo(granted.refused(List.of(said), said, decision.now()));
        } else if (StartRules.mayBegin(decision.state(), granted, decision.now())) {
            StartRules.begin(decision, granted);
        } else {
            decision.letGo(granted);
        }
    }

    private static ClusterState lost(DecisionBuilder decision, ClusterState cluster, ClaimLost lost) {
        String said = "A person gave it to campaign " + lost.holder()
                + (lost.reason().isEmpty() ? "." : ": " + lost.reason());
        return cluster.unclaimed().skipped(said, StepRules.left(cluster), decision.now());
    }
}
