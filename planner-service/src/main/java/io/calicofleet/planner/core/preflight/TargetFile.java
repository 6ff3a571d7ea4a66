package io.calicofleet.planner.core.preflight;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ReleaseFacts;
import io.calicofleet.planner.core.catalogue.VersionCatalogue;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Whether the file of the target is of the target. A URL without a patch serves the last patch of its line, whatever patch
 * was asked for; what would roll out then is another release than the one people chose.
 */
final class TargetFile {

    private final VersionCatalogue catalogue;

    TargetFile(VersionCatalogue catalogue) {
        this.catalogue = requireNonNull(catalogue, "catalogue");
    }

    void judge(ReleaseFacts file, CalicoVersion target, List<String> objections, List<String> notes) {
        String where = file.target() + " (" + file.targetWhere() + ")";
        if (!file.targetUnversioned().isEmpty()) {
            objections.add(where + " is not proven to be of " + target + ": it has images whose tags name no version ("
                    + String.join(", ", file.targetUnversioned()) + "). Put a file there whose images say " + target
                    + ", or choose another target.");
        }
        Optional<CalicoVersion> images = catalogue.acceptedImages(target, file.targetImages());
        if (images.isEmpty()) {
            objections.add(where + " is not of " + target + ": its images name "
                    + file.targetImages().stream().map(CalicoVersion::toString).collect(Collectors.joining(" and "))
                    + ". A URL without a patch serves the last patch of its line. Put the file there whose images say "
                    + target + ", or choose the target its images name.");
        } else if (!images.get().equals(target)) {
            notes.add("The images of " + file.target() + " name " + images.get() + ", not " + target
                    + (catalogue.isUnpublished(target)
                            ? ", a release Project Calico has not published as far as is known"
                            : ", as that release was published")
                    + ": " + images.get() + " is what the cluster will run.");
        }
        operator(file, where, target, objections);
    }

    /** An operator has numbers of its own; only the catalogue knows which belongs to which release. */
    private void operator(ReleaseFacts file, String where, CalicoVersion target, List<String> objections) {
        String operator = file.targetOperator();
        if (operator == null) {
            return;
        }
        List<String> own = catalogue.operators(target);
        Optional<String> other = catalogue.releaseOfOperator(operator);
        if (!own.isEmpty() && !own.contains(operator)) {
            objections.add(where + " is not of " + target + ": it installs the operator " + operator + ", and " + target
                    + " has " + String.join(" or ", own) + ". Put the file of " + target + " there.");
        } else if (own.isEmpty() && other.isPresent()) {
            objections.add(where + " is not of " + target + ": it installs the operator " + operator
                    + ", which belongs to " + other.get() + ". Put the file of " + target + " there.");
        }
    }
}
