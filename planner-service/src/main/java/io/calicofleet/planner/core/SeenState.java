package io.calicofleet.planner.core;

import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.StepKind;
import io.calicofleet.planner.core.CommandClauses.Seen;
import io.calicofleet.planner.core.CommandClauses.SeenCluster;
import io.calicofleet.planner.core.campaign.CampaignState;
import io.calicofleet.planner.core.campaign.ClusterState;
import io.calicofleet.planner.core.campaign.Revision;
import io.calicofleet.planner.core.campaign.Standing;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A campaign as it is.
 *
 * @param state of it
 */
record SeenState(CampaignState state) implements Seen {

    @Override
    public CampaignPhase phase() {
        return state.header().phase();
    }

    @Override
    public @Nullable Instant pausedUntil() {
        return state.header().pausedUntil();
    }

    @Override
    public boolean refused() {
        return state.header().standing() == Standing.REFUSED;
    }

    @Override
    public int count(ClusterPhase phase) {
        return state.tally().of(phase);
    }

    @Override
    public boolean waveWaits() {
        return WaveRules.awaitsApproval(state).isPresent();
    }

    @Override
    public Optional<String> waveRefusal(@Nullable String actor, CampaignApproved approval) {
        return WaveRules.awaitsApproval(state)
                .flatMap(index -> WaveRules.gate(state, index).refusal(actor, approval));
    }

    @Override
    public Optional<String> revision() {
        return Optional.ofNullable(state.header().revision()).map(Revision::digest);
    }

    @Override
    public Optional<String> revisionRefusal(@Nullable String actor, CampaignApproved approval) {
        return Optional.ofNullable(state.header().revision())
                .flatMap(
                        proposed -> RevisionRules.gate(state.header(), proposed).refusal(actor, approval));
    }

    @Override
    public boolean forgivable() {
        // One that goes back is no failure to forgive yet.
        return WaveRules.heldByFailures(state)
                && state.tally().failed() > state.tally().forgiven();
    }

    @Override
    public List<SeenCluster> held() {
        return state.clusters().values().stream()
                .filter(cluster -> cluster.phase() == ClusterPhase.HELD)
                .sorted(Comparator.comparing(ClusterState::cluster))
                .map(SeenState::seen)
                .toList();
    }

    @Override
    public Optional<SeenCluster> cluster(ClusterId id) {
        return Optional.ofNullable(state.cluster(id)).map(SeenState::seen);
    }

    static SeenCluster seen(ClusterState cluster) {
        return new SeenCluster(
                cluster.cluster(),
                cluster.phase(),
                cluster.findings().holdReason(),
                cluster.waitsForClaim(),
                cluster.findings().review(),
                cluster.plan() == null ? null : cluster.plan().digest(),
                cluster.findings().conflicts(),
                cluster.todo().stream().anyMatch(step -> step.kind() == StepKind.MIGRATE_TO_AUTO_HOST_ENDPOINTS),
                cluster.unanswered() || (cluster.phase() == ClusterPhase.RUNNING && StepRules.onlyWatches(cluster)),
                // Another campaign may have restored it since, which only who sees all campaigns can tell.
                false);
    }
}
