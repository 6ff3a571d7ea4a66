package io.calicofleet.planner.core;

import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.Quantity;
import io.calicofleet.planner.core.campaign.CampaignState;
import io.calicofleet.planner.core.campaign.ClusterState;
import io.calicofleet.planner.core.campaign.PlannerTime;
import io.calicofleet.planner.core.campaign.Standing;
import io.calicofleet.planner.core.campaign.Waiting;
import io.calicofleet.planner.core.route.Routes;
import io.calicofleet.planner.core.schedule.Timing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.pcollections.TreePSet;

/**
 * Which clusters of the waves that have started may start, and starts them. How many may be in flight, whether it is time, and whether
 * anything new may start, is asked for each cluster anew, so that no order of inputs can get past it.
 */
final class StartRules {

    private StartRules() {}

    /** Starts what may start. Retried clusters are not new: only places and the time are asked for. */
    static void start(DecisionBuilder decision) {
        int waves = decision.header().waves().size();
        for (int i = 0; i < waves; i++) {
            start(decision, i, true);
        }
        for (int i = 0; i < waves; i++) {
            if (decision.header().waves().get(i).startedAt() != null) {
                start(decision, i, false);
            }
        }
    }

    private static void start(DecisionBuilder decision, int wave, boolean retried) {
        while (true) {
            CampaignState state = decision.state();
            Waiting waiting = retried ? state.retried(wave) : state.fresh(wave);
            if (waiting.isEmpty() || noPlace(state, wave) || (!retried && WaveRules.budgetSpent(state, wave))) {
                return;
            }
            Optional<ClusterId> first = first(state, waiting, retried, decision.now());
            if (first.isEmpty()) {
                return;
            }
            ClusterState cluster = Objects.requireNonNull(state.cluster(first.orElseThrow()));
            // A plan only reads, so it need not have the cluster to itself.
            if (cluster.claimed().has() || state.header().spec().procedure() == Procedure.PLAN) {
                begin(decision, cluster);
            } else {
                ClaimRules.ask(decision, cluster);
            }
        }
    }

    /** The first by id for which it is time, and whose labels allow it. */
    private static Optional<ClusterId> first(CampaignState state, Waiting waiting, boolean retried, PlannerTime now) {
        return waiting.alike().entrySet().stream()
                .filter(alike -> !LabelRules.noPlace(state, alike.getKey()))
                .filter(alike ->
                        retried || LabelRules.spent(state, alike.getKey()).isEmpty())
                .filter(alike -> timing(state, alike.getKey(), now).open())
                .map(Map.Entry::getValue)
                .map(TreePSet::first)
                .min(Comparator.naturalOrder());
    }

    /** Starts a cluster that the campaign has to itself. */
    static void begin(DecisionBuilder decision, ClusterState cluster) {
        decision.request(
                cluster,
                Routes.opening(decision.header().spec(), cluster.findings()::keepsMine).stream()
                        .map(step -> step.with(
                                step.parameters().withAnswers(cluster.findings().remembered())))
                        .toList());
    }

    /** Whether a cluster that waits, and takes no place yet, may start now; why it was asked for may have passed. */
    static boolean mayBegin(CampaignState state, ClusterState cluster, PlannerTime now) {
        return state.header().standing() == Standing.GO
                && state.header().stop() == null
                && !noPlace(state, cluster.wave())
                && !LabelRules.noPlace(state, cluster.labels())
                && (cluster.waitsForRetry()
                        || (!WaveRules.budgetSpent(state, cluster.wave())
                                && LabelRules.spent(state, cluster.labels()).isEmpty()))
                && timing(state, cluster.labels(), now).open();
    }

    /** Whether it is time for clusters with these labels. */
    static Timing timing(CampaignState state, Map<String, String> labels, PlannerTime now) {
        return state.schedule().timing(labels, now.clock(), state.expected());
    }

    /**
     * Why it is not time for any cluster of waves that have started, with when it is for the first; empty where it is time for one, or
     * none waits for that.
     */
    static Optional<Timing> untimely(CampaignState state, PlannerTime now) {
        List<Waiting> waiting = new ArrayList<>();
        for (int i = 0; i < state.header().waves().size(); i++) {
            waiting.add(state.retried(i));
            if (state.header().waves().get(i).startedAt() != null && !WaveRules.budgetSpent(state, i)) {
                waiting.add(state.fresh(i));
            }
        }
        return state.tally().asking() > 0 ? Optional.empty() : untimely(state, waiting, now);
    }

    /** The same of these. */
    static Optional<Timing> untimely(CampaignState state, List<Waiting> waiting, PlannerTime now) {
        if (!state.schedule().says()) {
            return Optional.empty();
        }
        List<Timing> timings = waiting.stream()
                .flatMap(alike -> alike.labels().stream())
                .map(labels -> timing(state, labels, now))
                .toList();
        return timings.stream().anyMatch(Timing::open) ? Optional.empty() : Timing.soonest(timings);
    }

    private static boolean noPlace(CampaignState state, int wave) {
        CampaignSpec spec = state.header().spec();
        Quantity ofWave = spec.waves().get(wave).maxConcurrent();
        return state.tally().inFlight()
                        >= spec.maxConcurrent().atMostOf(state.tally().total())
                || (ofWave != null
                        && state.tally(wave).inFlight()
                                >= ofWave.atMostOf(state.tally(wave).total()));
    }
}
