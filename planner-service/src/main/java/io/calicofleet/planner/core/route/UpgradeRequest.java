package io.calicofleet.planner.core.route;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.HelmReleaseFact;
import org.jspecify.annotations.Nullable;

/**
 * The upgrade of one cluster.
 *
 * @param spec what the campaign says
 * @param facts what the newest inspection found
 * @param source the version the campaign first found on it, before it changed anything
 * @param target the release it goes to
 * @param closesHostEndpoints whether the way from source to target makes host endpoints of all interfaces deny by default
 * @param prepare whether the catalogue names something that has to be right before the upgrade
 * @param operatorVersion the operator that belongs to the target; null where the catalogue does not know
 * @param begun whether this campaign has asked for the upgrade step before, so that it has to be gone through again
 */
public record UpgradeRequest(
        CampaignSpec spec,
        ClusterFacts facts,
        CalicoVersion source,
        CalicoVersion target,
        boolean closesHostEndpoints,
        boolean prepare,
        @Nullable String operatorVersion,
        boolean begun) {

    public UpgradeRequest {
        requireNonNull(spec, "spec");
        requireNonNull(facts, "facts");
        requireNonNull(source, "source");
        requireNonNull(target, "target");
    }

    /** Whether the cluster is at the target, as far as an inspection can tell, and was not half way there. */
    public boolean nothingToUpgrade() {
        return !begun
                && target.equals(facts.calicoVersion())
                && target.equals(facts.clusterInformationVersion())
                && chartIsTargets();
    }

    private boolean chartIsTargets() {
        HelmReleaseFact release = facts.helmRelease();
        return release == null
                || CalicoVersion.tryParse(release.chartVersion())
                        .filter(target::equals)
                        .isPresent();
    }
}
