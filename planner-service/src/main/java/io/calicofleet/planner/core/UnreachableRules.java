package io.calicofleet.planner.core;

import io.calicofleet.event.ClusterId;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.Unreachable;
import io.calicofleet.planner.core.campaign.CampaignState;
import io.calicofleet.planner.core.campaign.ClusterState;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What becomes of a cluster whose API server does not answer the inspection it starts with: nothing is written yet in this attempt.
 *
 * <ol>
 *   <li>{@code fail}, the default: it has failed.
 *   <li>{@code skip}: it is left out; one whose upgrade has begun in an earlier attempt has failed instead, for it is neither here nor there.
 *   <li>{@code wait}: it gives back its place and its claim, keeps no wave, and counts as no failure. After {@link #AGAIN} it waits for a place and for
 *       its time like one that is retried. The campaign is not over before it was reached or skipped.
 * </ol>
 */
final class UnreachableRules {

    /** By the clock: where that is set, it is tried sooner or later, and nothing else. */
    static final Duration AGAIN = Duration.ofMinutes(10);

    private static final int NAMED = 5;

    private UnreachableRules() {}

    /** Deals with a step that failed; false: there is nothing special about it. */
    static boolean deferred(DecisionBuilder decision, ClusterState cluster, StepFailed failed) {
        Unreachable rule = decision.header().spec().unreachable();
        if (!isUnreached(failed)) {
            return false;
        }
        if (rule == Unreachable.WAIT) {
            ClusterState waits = cluster.unreached(
                    "It cannot be reached: " + failed.message() + " It is tried again by itself, every "
                            + AGAIN.toMinutes() + " minutes.",
                    decision.now());
            decision.put(waits);
            if (waits.claimed().active()) {
                decision.letGo(waits);
            }
            return true;
        }
        if (rule == Unreachable.SKIP && !StepRules.upgradeBegun(cluster)) {
            decision.put(cluster.skipped(
                    "It cannot be reached, and the campaign leaves out what cannot (unreachable: skip): "
                            + failed.message(),
                    StepRules.left(cluster),
                    decision.now()));
            return true;
        }
        return false;
    }

    /** Whether it is about a cluster whose API server did not answer the inspection. */
    static boolean isUnreached(StepFailed failed) {
        return failed.reason() == FailureReason.API_UNAVAILABLE && failed.step().kind() == StepKind.INSPECT;
    }

    /** Has those wait for a place again that were not reached a while ago. */
    static void tryAgain(DecisionBuilder decision) {
        for (ClusterId id : decision.state().unreached()) {
            ClusterState cluster = Objects.requireNonNull(decision.state().cluster(id));
            if (!cluster.updatedAt().plus(AGAIN).isAfter(decision.now().clock())) {
                decision.put(cluster.retried("It could not be reached, and is tried again.", decision.now()));
            }
        }
    }

    /** Why a campaign is not over in which nothing else is left. */
    static String waits(CampaignState state) {
        int more = state.unreached().size() - NAMED;
        return (state.unreached().size() == 1 ? "One cluster cannot be reached: " : "Clusters cannot be reached: ")
                + state.unreached().stream().limit(NAMED).map(ClusterId::value).collect(Collectors.joining(", "))
                + (more > 0 ? " and " + more + " more" : "")
                + ". What cannot be reached is tried again every " + AGAIN.toMinutes()
                + " minutes; skip it to end without it.";
    }
}
