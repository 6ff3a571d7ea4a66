package io.calicofleet.planner.core.route;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.Datastore;
import io.calicofleet.event.HelmReleaseFact;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.Migration;
import io.calicofleet.event.ReleaseFacts;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.UpgradeSpec;
import io.calicofleet.planner.core.catalogue.VersionCatalogue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The upgrade of one cluster.
 *
 * @param spec what the campaign says
 * @param facts what the newest inspection found
 * @param source the version the campaign first found on it, before it changed anything
 * @param target the release it goes to; of a change the one that runs
 * @param begun whether this campaign has asked for an upgrade step before, so that it has to be gone through again
 * @param catalogue what is known of releases
 * @param asked what the inspection was asked with: the decisions of people so far
 */
public record UpgradeRequest(
        CampaignSpec spec,
        ClusterFacts facts,
        CalicoVersion source,
        CalicoVersion target,
        boolean begun,
        VersionCatalogue catalogue,
        StepParameters asked) {

    public UpgradeRequest {
        requireNonNull(spec, "spec");
        requireNonNull(facts, "facts");
        requireNonNull(source, "source");
        requireNonNull(target, "target");
        requireNonNull(catalogue, "catalogue");
        requireNonNull(asked, "asked");
    }

    /** Whether the cluster is at the target, as far as an inspection can tell, and was not half way there. */
    public boolean nothingToUpgrade() {
        return !begun
                && target.equals(facts.calicoVersion())
                && target.equals(facts.clusterInformationVersion())
                && chartIsTargets();
    }

    /** What each of its steps is asked with. */
    public StepParameters parameters() {
        boolean changes = settings().change() != null;
        return StepParameters.ofUpgrade(facts.installMethod(), source, changes ? null : target, asked.onConflict())
                .withRuleWithoutBase(asked.withoutBase())
                .withAnswers(asked.answers())
                .withMigration(migration())
                .withChange(settings().change())
                .withTargetImages(targetImages());
    }

    /** What the campaign says of upgrades, with the defaults. */
    UpgradeSpec settings() {
        return spec.upgradeOrDefault();
    }

    /** Where the cluster is to go, or is on its way to; null where it is there already, and is upgraded as any other. */
    @Nullable
    Migration migration() {
        Migration wanted = settings().migrate();
        if (wanted == null) {
            return null;
        }
        boolean goes = switch (wanted) {
            case TO_OPERATOR ->
                (facts.installMethod() != InstallMethod.OPERATOR || catalogue.isMigrating(facts))
                        && facts.installMethod() != InstallMethod.HELM;
            case TO_KUBERNETES_DATASTORE -> facts.datastore() == Datastore.ETCD || catalogue.isMovingDatastore(facts);
        };
        return goes ? wanted : null;
    }

    /** Whether the way from source to target makes host endpoints of all interfaces deny by default. */
    boolean closesHostEndpoints() {
        return catalogue.closesHostEndpoints(source, target);
    }

    /** Whether something has to be right before the upgrade. */
    boolean asksToPrepare() {
        return catalogue.asksToPrepare(source, target, facts);
    }

    /** Why a restore cannot be promised once the upgrade has begun; empty where it can. */
    List<String> noWayBack() {
        return catalogue.noWayBack(source, target, facts);
    }

    /** The oldest operator that belongs to the target; null where the catalogue knows none. */
    @Nullable
    String operatorVersion() {
        return catalogue.operators(target).stream().findFirst().orElse(null);
    }

    /** The version that the images of the target's file name; null where it is the target, or no file was read. */
    @Nullable
    CalicoVersion targetImages() {
        ReleaseFacts releases = facts.releases();
        return releases == null
                ? null
                : catalogue
                        .acceptedImages(target, releases.targetImages())
                        .filter(named -> !named.equals(target))
                        .orElse(null);
    }

    /** The version the images of the target are of. */
    CalicoVersion runs() {
        CalicoVersion images = targetImages();
        return images == null ? target : images;
    }

    /** Whether the target has automatic host endpoints: they came with the release that made the others deny. */
    boolean hasAutomaticHostEndpoints() {
        return target.compareTo(catalogue.hostEndpointsDenyByDefault()) >= 0;
    }

    /** Whether there is a host endpoint of all interfaces that is not automatic. */
    boolean hasHostEndpoints() {
        return facts.hostEndpoints().stream().anyMatch(HostEndpointFact::needsProtection);
    }

    private boolean chartIsTargets() {
        HelmReleaseFact release = facts.helmRelease();
        return release == null
                || CalicoVersion.tryParse(release.chartVersion())
                        .filter(target::equals)
                        .isPresent();
    }
}
