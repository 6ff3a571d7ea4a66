package io.calicofleet.executor.step;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.detect.Installation;
import io.calicofleet.executor.core.helm.HelmChart;
import io.calicofleet.executor.core.helm.HelmHistory;
import io.calicofleet.executor.core.helm.HelmRelease;
import io.calicofleet.executor.core.step.StepContext;
import io.calicofleet.executor.core.step.StepOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an upgrade of a Helm release would meet, told before anything is written: an executor that cannot run Helm, a chart
 * that is not to be had, a revision that is pending, values to decide on.
 *
 * @param failure why the upgrade cannot work from here; empty where nothing speaks against it
 * @param notes what a person should know
 */
record HelmPreflight(Optional<StepOutcome> failure, List<String> notes) {

    HelmPreflight {
        notes = List.copyOf(notes);
    }

    static HelmPreflight of(StepContext context, Installation installation) {
        CalicoVersion target = context.parameters().target();
        if (installation.method() != InstallMethod.HELM || target == null) {
            return new HelmPreflight(Optional.empty(), List.of());
        }
        Optional<String> unavailable = context.cluster().helm().unavailable();
        if (unavailable.isPresent()) {
            return new HelmPreflight(
                    Optional.of(new StepOutcome.Failed(FailureReason.UNEXPECTED_STATE, unavailable.get())), List.of());
        }
        HelmChart chart = context.releases().chart(target, context.parameters().chart());
        HelmFound found = HelmFound.in(context.cluster(), Optional.of(target));
        List<String> notes = new ArrayList<>();
        for (HelmHistory history : List.of(found.source(), found.destination())) {
            history.newest()
                    .filter(HelmRelease::pending)
                    .map(revision -> revision + " is " + revision.status()
                            + ": if nobody is at work on it, end it by helm rollback before the upgrade")
                    .filter(note -> !notes.contains(note))
                    .ifPresent(notes::add);
        }
        HelmValues values = HelmValues.of(found.current(), UpgradeHelmReleaseStep.defaults(chart), OnConflict.HOLD);
        values.conflicts()
                .forEach(conflict -> notes.add("the value " + conflict.path() + " is " + conflict.mine() + ", and "
                        + conflict.target() + " in the new chart: the upgrade asks which is to be"));
        notes.addAll(values.notes());
        if (found.moves()) {
            notes.add("the release " + found.name() + " moves from the namespace " + found.from() + " to " + found.to()
                    + ", as its chart did with v3.23");
        }
        return new HelmPreflight(Optional.empty(), notes);
    }
}
