package io.calicofleet.planner.core.preflight;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.planner.core.catalogue.Release;
import io.calicofleet.planner.core.catalogue.VersionCatalogue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What speaks against an upgrade by its versions alone: asked of each cluster once it was inspected, and of all of them before a campaign begins. */
public final class VersionRules {

    private final VersionCatalogue catalogue;

    /** The rules, with these releases. */
    public VersionRules(VersionCatalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** What speaks against a target, whatever has it; none where nothing does. */
    public List<String> ofTarget(CalicoVersion target) {
        List<String> objections = new ArrayList<>();
        if (catalogue.release(target).isEmpty()) {
            objections.add("The target " + target + " is of no release line the catalogue knows. Choose one from "
                    + catalogue.releases().getFirst().line() + " to "
                    + catalogue.releases().getLast().line() + ".");
        }
        if (!target.preRelease().isEmpty()) {
            objections.add("The target " + target + " is a pre-release. Choose a release.");
        }
        return objections;
    }

    /** That a target is none that was published, as far as is known; empty where it was, or is of no known line at all. */
    public Optional<String> unpublished(CalicoVersion target) {
        return catalogue
                .release(target)
                .filter(known -> catalogue.isUnpublished(target))
                .map(known ->
                        "The last release of " + known.line() + " that is known here is " + known.last() + ": " + target
                                + " was not published by Project Calico when this list was made. It needs its files in the"
                                + " executors' releases.");
    }

    /** That a cluster has a newer release than the target; empty where it has not. */
    public Optional<String> newer(CalicoVersion newest, CalicoVersion target) {
        return target.compareTo(newest) >= 0
                ? Optional.empty()
                : Optional.of("The cluster has " + newest + ", which is newer than the target " + target
                        + "; there is no way back by an upgrade. Choose a newer target, or restore a backup.");
    }

    /** That the target's upgrade page does not take so old a release; empty where it does, or the target is not known. */
    public Optional<String> tooOld(CalicoVersion source, CalicoVersion target) {
        return catalogue
                .release(target)
                .filter(known -> source.compareTo(known.upgradesFrom()) < 0)
                .map(known -> "Calico " + known.line() + " is upgraded to from " + known.upgradesFrom()
                        + " and later only; this cluster has " + source + ". Upgrade to a release between them first: "
                        + between(source, known) + ".");
    }

    /** The newest line before {@code target} whose upgrade page takes {@code source}. */
    private String between(CalicoVersion source, Release target) {
        return catalogue.releases().stream()
                .takeWhile(release -> !release.line().equals(target.line()))
                .filter(release -> release.upgradesFrom().compareTo(source) <= 0)
                .reduce((first, second) -> second)
                .map(Release::line)
                .orElse("none is known");
    }
}
