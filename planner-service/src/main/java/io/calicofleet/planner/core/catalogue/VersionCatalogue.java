package io.calicofleet.planner.core.catalogue;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterFacts;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code calico-versions.yaml} says.
 *
 * @param hostEndpointsDenyByDefault the first release that denies what no policy allows on host endpoints of all interfaces
 * @param releases the release lines, oldest first
 * @param hazards what to refuse and what to say
 */
public record VersionCatalogue(CalicoVersion hostEndpointsDenyByDefault, List<Release> releases, List<Hazard> hazards) {

    /** How the inspection's signal of it begins. */
    private static final String UNFINISHED_MOVE = "unfinished move to the Kubernetes datastore: ";

    public VersionCatalogue {
        requireNonNull(hostEndpointsDenyByDefault, "hostEndpointsDenyByDefault");
        releases = List.copyOf(releases);
        hazards = List.copyOf(hazards);
    }

    /** The line {@code version} belongs to; empty where the catalogue does not know it. */
    public Optional<Release> release(CalicoVersion version) {
        return releases.stream()
                .filter(release -> release.line().equals(version.line()))
                .findFirst();
    }

    /** The operators that belong to {@code version}, oldest first; none where none was looked up. */
    public List<String> operators(CalicoVersion version) {
        return release(version)
                .map(release -> release.operator().get(version.toString()))
                .orElse(List.of());
    }

    /** The release an operator is known to belong to; empty where it was not looked up. */
    public Optional<String> releaseOfOperator(String operator) {
        return releases.stream()
                .flatMap(release -> release.operator().entrySet().stream())
                .filter(entry -> entry.getValue().contains(operator))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** The older version that the images in the files of {@code version} are known to name; empty where they name it. */
    public Optional<CalicoVersion> imagesOf(CalicoVersion version) {
        return release(version)
                .map(release -> release.images().get(version.toString()))
                .map(CalicoVersion::parse);
    }

    /** Whether {@code version} is none that Project Calico published, as far as is known: a fork, or newer than this list. */
    public boolean isUnpublished(CalicoVersion version) {
        return release(version)
                .map(known -> known.last() != null && version.compareTo(known.last()) > 0)
                .orElse(true);
    }

    /**
     * The version that a file for {@code target} brings whose images name {@code named}; empty where that is no file of the
     * target. An older patch of the same line is accepted where that release is known to carry it, or was published by
     * nobody, so that its file alone can tell. A later one never is, nor are two versions in one file. No images: nothing
     * speaks against it, as with an operator's.
     */
    public Optional<CalicoVersion> acceptedImages(CalicoVersion target, List<CalicoVersion> named) {
        if (named.isEmpty()) {
            return Optional.of(target);
        }
        CalicoVersion other = named.getFirst();
        if (named.size() > 1 || other.equals(target)) {
            return named.size() > 1 ? Optional.empty() : Optional.of(target);
        }
        boolean older = other.line().equals(target.line()) && other.compareTo(target) < 0;
        boolean known = imagesOf(target).filter(other::equals).isPresent();
        return older && (known || isUnpublished(target)) ? Optional.of(other) : Optional.empty();
    }

    /** Whether an upgrade between the two makes host endpoints of all interfaces deny by default. */
    public boolean closesHostEndpoints(CalicoVersion source, CalicoVersion target) {
        return source.compareTo(hostEndpointsDenyByDefault) < 0 && target.compareTo(hostEndpointsDenyByDefault) >= 0;
    }

    /** Whether something has to be put right before the upgrade of a cluster with these facts. */
    public boolean asksToPrepare(CalicoVersion source, CalicoVersion target, ClusterFacts facts) {
        return hazards.stream()
                .anyMatch(hazard -> hazard.severity() == Severity.PREPARE && hazard.appliesTo(source, target, facts));
    }

    /** Why a restore cannot be promised once the upgrade of a cluster with these facts has begun; empty where it can. */
    public List<String> noWayBack(CalicoVersion source, CalicoVersion target, ClusterFacts facts) {
        return hazards.stream()
                .filter(hazard -> hazard.noWayBack() && hazard.appliesTo(source, target, facts))
                .map(Hazard::sentence)
                .toList();
    }

    /** Whether a move of Calico's resources from etcd to Kubernetes has begun on the cluster and is not finished. */
    public boolean isMovingDatastore(ClusterFacts facts) {
        return facts.installSignals().stream().anyMatch(signal -> signal.startsWith(UNFINISHED_MOVE));
    }

    /** Whether a migration to the operator has begun on the cluster and is not finished. */
    public boolean isMigrating(ClusterFacts facts) {
        return Condition.MIGRATION_UNFINISHED.holds(facts);
    }
}
