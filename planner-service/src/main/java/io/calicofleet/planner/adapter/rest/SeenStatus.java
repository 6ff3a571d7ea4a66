package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.DatastoreLock;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.RevisionStatus;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepRecord;
import io.calicofleet.planner.core.CommandClauses.Seen;
import io.calicofleet.planner.core.CommandClauses.SeenCluster;
import io.calicofleet.planner.core.why.Usage;
import io.calicofleet.planner.port.FleetView;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A campaign as its status last said.
 *
 * @param campaign its status
 * @param view has those of its clusters
 */
record SeenStatus(CampaignStatus campaign, FleetView view) implements Seen {

    @Override
    public CampaignPhase phase() {
        return campaign.phase();
    }

    @Override
    public @Nullable Instant pausedUntil() {
        return campaign.pausedUntil();
    }

    /** One without clusters was refused. */
    @Override
    public boolean refused() {
        return campaign.clusters() == 0;
    }

    @Override
    public int count(ClusterPhase phase) {
        return campaign.phases().getOrDefault(phase.encode(), 0);
    }

    @Override
    public boolean waveWaits() {
        return campaign.subject() != null
                || phase() == CampaignPhase.AWAITING_APPROVAL
                || (phase() == CampaignPhase.SOAKING && new Usage(campaign).asksApproval());
    }

    @Override
    public Optional<String> waveRefusal(@Nullable String actor, CampaignApproved approval) {
        return waveWaits()
                ? new Usage(campaign).awaited().flatMap(gate -> gate.refusal(actor, approval))
                : Optional.empty();
    }

    @Override
    public Optional<String> revision() {
        return Optional.ofNullable(campaign.revision()).map(RevisionStatus::digest);
    }

    @Override
    public Optional<String> revisionRefusal(@Nullable String actor, CampaignApproved approval) {
        return new Usage(campaign).revision().flatMap(gate -> gate.refusal(actor, approval));
    }

    @Override
    public boolean forgivable() {
        return new Usage(campaign).failuresKeepSome();
    }

    @Override
    public List<SeenCluster> held() {
        return count(ClusterPhase.HELD) == 0
                ? List.of()
                : view.clusters(campaign.campaign()).stream()
                        .filter(cluster -> cluster.phase() == ClusterPhase.HELD)
                        .map(this::seen)
                        .toList();
    }

    @Override
    public Optional<SeenCluster> cluster(ClusterId id) {
        return view.cluster(campaign.campaign(), id).map(this::seen);
    }

    private SeenCluster seen(ClusterStatus cluster) {
        return new SeenCluster(
                cluster.cluster(),
                cluster.phase(),
                cluster.holdReason(),
                cluster.waitsFor() != null,
                cluster.review(),
                cluster.plan() == null ? null : cluster.plan().digest(),
                cluster.conflicts(),
                cluster.remaining().contains(StepKind.MIGRATE_TO_AUTO_HOST_ENDPOINTS.encode()),
                cluster.silentSince() != null || onlyWatches(cluster),
                DatastoreLock.leftBy(cluster.steps(), cluster.objections())
                        .filter(move -> !isRestoredSince(cluster.cluster(), move.startedAt()))
                        .isPresent());
    }

    /** Whether a campaign that was created after that has restored it. */
    private boolean isRestoredSince(ClusterId cluster, Instant then) {
        return view.campaigns().stream()
                .filter(other -> other.spec().procedure() == Procedure.RESTORE)
                .filter(other -> other.createdAt().isAfter(then))
                .flatMap(other -> view.cluster(other.campaign(), cluster).stream())
                .anyMatch(restored -> restored.phase() == ClusterPhase.SUCCEEDED);
    }

    /** Whether its step only waits, for traffic to be seen or for others. */
    private boolean onlyWatches(ClusterStatus cluster) {
        if (cluster.steps().isEmpty()) {
            return false;
        }
        StepRecord last = cluster.steps().getLast();
        return last.state().equals("succeeded")
                ? last.step().kind() == StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC
                : campaign.spec().upgradeOrDefault().appliedByOthers()
                        && last.step().kind().upgrades();
    }
}
