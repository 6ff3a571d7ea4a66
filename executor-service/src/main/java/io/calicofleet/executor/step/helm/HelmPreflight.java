package io.calicofleet.executor.step.helm;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.Customisation;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.detect.Installation;
import io.calicofleet.executor.core.helm.HelmCall;
import io.calicofleet.executor.core.helm.HelmChart;
import io.calicofleet.executor.core.helm.HelmHistory;
import io.calicofleet.executor.core.helm.HelmRelease;
import io.calicofleet.executor.core.merge.Decisions;
import io.calicofleet.executor.core.observe.CalicoWorkloads;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.Permission;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.cluster.Permissions;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an upgrade of a Helm release would meet, told before anything is written: an executor that cannot run Helm, a chart
 * that is not to be had, a revision that is pending, values to decide on.
 *
 * @param failure why the upgrade cannot work from here; empty where nothing speaks against it
 * @param notes what a person should know
 * @param values the values of people
 * @param permissions what the kubeconfig has to be allowed to do for it
 */
public record HelmPreflight(
        Optional<StepOutcome> failure, List<String> notes, List<Customisation> values, List<Permission> permissions) {

    private static final HelmPreflight NONE = new HelmPreflight(Optional.empty(), List.of(), List.of(), List.of());

    public HelmPreflight {
        notes = List.copyOf(notes);
        values = List.copyOf(values);
        permissions = List.copyOf(permissions);
    }

    public static HelmPreflight of(StepContext context, Installation installation) {
        CalicoVersion target = context.parameters().target();
        if (installation.method() != InstallMethod.HELM || target == null) {
            return NONE;
        }
        Optional<String> unavailable = context.cluster().helm().unavailable();
        if (unavailable.isPresent()) {
            return new HelmPreflight(
                    Optional.of(new StepOutcome.Failed(FailureReason.UNEXPECTED_STATE, unavailable.get())),
                    List.of(),
                    List.of(),
                    List.of());
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
        HelmValues values =
                HelmValues.of(found.current(), UpgradeHelmReleaseStep.defaults(chart), Decisions.of(OnConflict.HOLD));
        values.conflicts()
                .forEach(conflict -> notes.add("the value " + conflict.path() + " is " + conflict.mine() + ", and "
                        + conflict.target() + " in the new chart: the upgrade asks which is to be"));
        notes.addAll(values.notes());
        if (found.moves()) {
            notes.add("the release " + found.name() + " moves from the namespace " + found.from() + " to " + found.to()
                    + ", as its chart did with v3.23; its history begins anew there, so helm rollback has nothing to go back to:"
                    + " the backup keeps the old revision with its values and its chart, and restore brings it back");
        }
        List<Permission> permissions = permissions(context, found, rendered(context, found, chart, values, notes));
        return new HelmPreflight(Optional.empty(), notes, HelmValues.customisations(found.current()), permissions);
    }

    /**
     * What the release will be made of, as far as that can be told; empty, and a note, where it does not render. A note, too,
     * on each change of people's that it would put away.
     */
    private static ManifestDocuments rendered(
            StepContext context, HelmFound found, HelmChart chart, HelmValues values, List<String> notes) {
        try {
            HelmCall call = new HelmCall(
                    found.name(),
                    found.to(),
                    chart,
                    values.values(),
                    context.cluster().version(),
                    "");
            String manifest = context.cluster().helm().template(call);
            HelmLosses.find(context.cluster(), found, call, manifest)
                    .forEach(lost -> notes.add(lost.object() + " " + lost.path() + " is " + lost.mine()
                            + " past the values of the release, and Helm would lose it: the upgrade asks"));
            return ManifestDocuments.of(HelmFound.documents(manifest));
        } catch (ClusterException e) {
            notes.add("the upgrade would stop before it writes anything: " + e.message());
            return ManifestDocuments.EMPTY;
        }
    }

    private static List<Permission> permissions(StepContext context, HelmFound found, ManifestDocuments after) {
        ManifestDocuments before =
                ManifestDocuments.of(HelmFound.documents(found.current().manifest()));
        Set<ObjectKey> present = new HashSet<>();
        for (ManifestDocuments documents : List.of(before, after)) {
            documents.objects().forEach((key, object) -> {
                if (isPresent(context.cluster(), ResourceRef.of(object))) {
                    present.add(key);
                }
            });
        }
        List<JsonNode> workloads = new ArrayList<>(before.objects().values());
        workloads.addAll(after.objects().values());
        return Permissions.ofHelm(
                CalicoWorkloads.ofOperator(workloads), List.of(found.from(), found.to()), before, after, present);
    }

    /** What may not be read counts as present: that it may not is what the access reviews tell. */
    private static boolean isPresent(ClusterApi cluster, ResourceRef ref) {
        try {
            return cluster.find(ref).isPresent();
        } catch (ClusterException e) {
            if (e.problem() == Problem.FORBIDDEN) {
                return true;
            }
            throw e;
        }
    }
}
