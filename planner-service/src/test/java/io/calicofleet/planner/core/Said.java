package io.calicofleet.planner.core;

import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.planner.core.outcome.ClusterOutcome;
import io.calicofleet.planner.core.outcome.Outcomes;
import io.calicofleet.planner.core.replay.Recorded;
import io.calicofleet.planner.core.replay.Replay;
import io.calicofleet.planner.port.journal.Changed;
import java.util.List;

/**
 * What is said of the clusters of a campaign, by what is written down of it.
 *
 * @param campaign where it is
 * @param clusters where they are
 * @param outcomes of those that are finished
 */
record Said(CampaignStatus campaign, List<ClusterStatus> clusters, List<ClusterOutcome> outcomes) {

    static Said of(List<Recorded> written) {
        Replay replay = new Replay(
                new PlannerCore(Fleet.CATALOGUE, PlannerSettings.DEFAULT),
                decision -> Changed.of(decision).checksum());
        Outcomes outcomes = new Outcomes(cluster -> true);
        written.forEach(recorded -> replay.decide(recorded).ifPresent(decision -> outcomes.take(recorded, decision)));
        CampaignStatus campaign = replay.status();
        return new Said(
                campaign,
                replay.clusters(),
                replay.clusters().stream()
                        .flatMap(cluster -> outcomes.of(campaign, cluster, replay, "").stream())
                        .toList());
    }

    ClusterOutcome of(String cluster) {
        return outcomes.stream()
                .filter(outcome -> outcome.cluster().value().equals(cluster))
                .findFirst()
                .orElseThrow();
    }
}
