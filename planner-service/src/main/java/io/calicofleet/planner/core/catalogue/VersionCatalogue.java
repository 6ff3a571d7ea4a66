package io.calicofleet.planner.core.catalogue;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterFacts;
import java.util.List;
import java.util.Optional;

/**
 * What {@code calico-versions.yaml} says.
 *
 * @param hostEndpointsDenyByDefault the first release that denies what no policy allows on host endpoints of all interfaces
 * @param releases the release lines, oldest first
 * @param hazards what to refuse and what to say
 */
public record VersionCatalogue(CalicoVersion hostEndpointsDenyByDefault, List<Release> releases, List<Hazard> hazards) {

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

    /** The operator that belongs to {@code version}; empty where it was not looked up. */
    public Optional<String> operator(CalicoVersion version) {
        return release(version).map(release -> release.operator().get(version.toString()));
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
}
