package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.StepRecord;
import io.calicofleet.planner.port.FleetView;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What campaigns did to a cluster: of those that are not deleted, and without plans, which write nothing. */
public final class ClusterHistory {

    private ClusterHistory() {}

    /** All of it, what began last first; empty where no campaign has the cluster. */
    static List<PastCampaign> of(FleetView view, ClusterId cluster) {
        return view.campaigns().stream()
                .filter(campaign -> campaign.spec().procedure() != Procedure.PLAN)
                .flatMap(campaign ->
                        view.cluster(campaign.campaign(), cluster).map(status -> of(campaign, status)).stream())
                .sorted(Comparator.comparing(ClusterHistory::began)
                        .thenComparing(PastCampaign::campaign, Comparator.comparing(CampaignName::value))
                        .reversed())
                .toList();
    }

    private static PastCampaign of(CampaignStatus campaign, ClusterStatus cluster) {
        Optional<StepRecord> first = cluster.steps().stream().findFirst();
        return new PastCampaign(
                campaign.campaign(),
                campaign.spec().procedure(),
                campaign.phase(),
                cluster.phase(),
                cluster.holdReason(),
                cluster.source(),
                cluster.target(),
                campaign.spec().upgradeOrDefault().change() == null
                        ? null
                        : campaign.spec().goal(),
                campaign.author(),
                campaign.createdAt(),
                first.map(StepRecord::startedAt).orElse(null),
                cluster.phase().finished() ? cluster.updatedAt() : null,
                cluster.steps(),
                cluster.summary());
    }

    private static Instant began(PastCampaign past) {
        return past.startedAt() == null ? past.createdAt() : past.startedAt();
    }

    /**
     * What one campaign did to the cluster.
     *
     * @param campaign its name
     * @param procedure what it does to each cluster
     * @param campaignPhase where the campaign is
     * @param phase where the cluster is in it
     * @param holdReason why the cluster is held or failed there; null: it is not
     * @param source the version the cluster had; null where it was not looked at
     * @param target the release it goes to; null where the campaign has none
     * @param change what it changes in the settings of Calico, for people; null where it changes nothing so
     * @param author who created the campaign; null where nobody said
     * @param createdAt when the campaign was created
     * @param startedAt when its first step, of the last hundred, was asked for; null: none was
     * @param finishedAt when nothing more was done to the cluster; null: something is, or will be
     * @param steps the last hundred steps, oldest first
     * @param summary how it went, in a sentence
     */
    @Schema(name = "PastCampaign", description = "What a campaign did to a cluster.")
    public record PastCampaign(
            CampaignName campaign,
            Procedure procedure,
            CampaignPhase campaignPhase,
            ClusterPhase phase,
            @Nullable HoldReason holdReason,
            @Nullable CalicoVersion source,
            @Nullable CalicoVersion target,
            @Nullable String change,
            @Nullable String author,
            Instant createdAt,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            List<StepRecord> steps,
            String summary) {}
}
