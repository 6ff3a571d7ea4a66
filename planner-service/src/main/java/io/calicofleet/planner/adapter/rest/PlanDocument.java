package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterPlan;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.model.Digests;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A plan as a whole.
 *
 * @param plan its name
 * @param digest stands for the plans of all its clusters; null while it is being made
 * @param status the plan's own status
 * @param clusters its clusters
 */
@Schema(name = "Plan", description = "What an upgrade would do to its clusters.")
record PlanDocument(
        @Schema(description = "Its name.") String plan,

        @Schema(description = "Stands for the plans of all clusters; null while it is being made.") @Nullable
        String digest,

        @Schema(description = "How far it is.") CampaignStatus status,

        @Schema(description = "Its clusters, by wave and id.")
        List<ClusterStatus> clusters) {

    /** What stands for the plan of a cluster of which nothing is to be done, or nothing can be. */
    static final String NONE = "none";

    private static final int SHORT = 16;

    PlanDocument {
        clusters = List.copyOf(clusters);
    }

    static PlanDocument of(CampaignStatus status, Collection<ClusterStatus> clusters) {
        List<String> waves =
                status.waves().stream().map(wave -> wave.name().value()).toList();
        List<ClusterStatus> sorted = new ArrayList<>(clusters);
        sorted.sort(Comparator.comparingInt(
                        (ClusterStatus cluster) -> waves.indexOf(cluster.wave().value()))
                .thenComparing(ClusterStatus::cluster));
        boolean made = status.clusters() > 0
                && clusters.size() == status.clusters()
                && clusters.stream().allMatch(cluster -> cluster.phase().finished());
        return new PlanDocument(status.campaign().value(), made ? digest(sorted) : null, status, sorted);
    }

    private static String digest(List<ClusterStatus> clusters) {
        StringBuilder all = new StringBuilder();
        clusters.forEach(cluster -> all.append(cluster.cluster())
                .append(' ')
                .append(accepted(cluster))
                .append('\n'));
        return Digests.sha256(all.toString()).substring(0, SHORT);
    }

    /** What a person accepts for a cluster who accepts the whole. */
    static String accepted(ClusterStatus cluster) {
        ClusterPlan plan = cluster.plan();
        return cluster.phase() == ClusterPhase.SUCCEEDED && plan != null ? plan.digest() : NONE;
    }
}
