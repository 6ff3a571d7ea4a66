package io.calicofleet.executor.step.helm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepKind;
import io.calicofleet.executor.core.helm.HelmCall;
import io.calicofleet.executor.core.helm.HelmChart;
import io.calicofleet.executor.core.helm.HelmHistory;
import io.calicofleet.executor.core.helm.HelmRelease;
import io.calicofleet.executor.core.merge.Decisions;
import io.calicofleet.executor.port.ReleaseException;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepHandler;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.cluster.Edits;
import io.calicofleet.executor.step.cluster.Objects;
import io.calicofleet.executor.step.cluster.OperatorSettings;
import io.calicofleet.executor.step.lockout.LockoutCheck;
import io.calicofleet.executor.step.manifest.Manifests;
import io.calicofleet.executor.step.manifest.OperatorRelease;
import io.calicofleet.executor.yaml.Yaml;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ManifestDocuments;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Upgrades the Helm release that installs Calico, by the real Helm, to the chart of exactly the target.
 *
 * <pre>
 *   1. the chart, checked; the release, its namespace and the values of people
 *   2. render the chart with these values: what does not render is never begun
 *   3. a value whose default changed as well, a setting the target does not know, a change past the values that Helm would
 *      put away: hold, before the first write; somebody would be locked out once the nodes run the target: refuse
 *   4. a revision left pending: ours is removed, anybody else's refuses the step
 *   5. the definitions (CRDs), which Helm does not upgrade; wait until each is established
 *   6. where the chart's namespace moves (v3.23): hand the objects over; create the roles that are new
 *   7. remember the revision to come, then helm upgrade, or helm install in the new namespace
 *   8. helm history: its newest revision is of that chart and deployed; only then the old namespace's Secrets go
 * </pre>
 *
 * <p>It knows by 8 that it is done, so it continues wherever it was interrupted. Helm writes on its own, past the fence
 * and the record of this executor: the lease is looked at before it starts and ten times a second while it runs, and Helm
 * is killed where it is lost; it does not wait for rollouts, so it takes about a second. What it writes is undone by the
 * revision before, which the backup has. The Installation changes by values only. The operator rolls everything then; the
 * gates judge that.
 */
public final class UpgradeHelmReleaseStep implements StepHandler {

    @Override
    public StepKind kind() {
        return StepKind.UPGRADE_HELM_RELEASE;
    }

    @Override
    public boolean writes() {
        return true;
    }

    @Override
    public StepOutcome run(StepContext context) {
        Optional<String> unavailable = context.cluster().helm().unavailable();
        if (unavailable.isPresent()) {
            return new StepOutcome.Failed(FailureReason.UNEXPECTED_STATE, unavailable.get());
        }
        CalicoVersion target = Manifests.target(context);
        HelmChart chart = context.releases().chart(target, context.parameters().chart());
        HelmFound found = HelmFound.in(context.cluster(), Optional.of(target));
        Decisions decisions = context.decisions();
        HelmRelease current = found.current();
        HelmValues values = HelmValues.of(current, defaults(chart), decisions);
        ManifestDocuments definitions = definitions(context, chart, target);
        List<FieldConflict> conflicts = new ArrayList<>(values.conflicts());
        OperatorSettings.lost(OperatorSettings.read(context.cluster()), definitions).stream()
                .filter(lost -> decisions.on(lost) == OnConflict.HOLD)
                .forEach(conflicts::add);
        HelmCall call = new HelmCall(
                found.name(),
                found.to(),
                chart,
                values.values(),
                context.cluster().version(),
                HelmCall.OURS + context.step());
        String rendered = context.cluster().helm().template(call);
        boolean done = isDone(found.destination(), target);
        if (!done) {
            HelmLosses.find(context.cluster(), found, call, rendered).stream()
                    .filter(lost -> decisions.on(lost) != OnConflict.TAKE_NEW)
                    .forEach(conflicts::add);
        }
        if (!done && !conflicts.isEmpty()) {
            return new StepOutcome.Held(HoldReason.CUSTOMISATION_CONFLICTS, conflicts);
        }
        Optional<StepOutcome.Failed> lockedOut = done ? Optional.empty() : LockoutCheck.beforeNodesRoll(context);
        if (lockedOut.isPresent()) {
            return lockedOut.get();
        }
        List<String> changes = new ArrayList<>();
        Optional<String> busy = HelmAttempt.clear(
                context, found.destination(), changes, context.step().campaign());
        if (busy.isPresent()) {
            return new StepOutcome.Failed(FailureReason.UNEXPECTED_STATE, busy.get());
        }
        if (!HelmDefinitions.write(context, definitions, changes)) {
            return new StepOutcome.Failed(
                    FailureReason.UNEXPECTED_STATE,
                    "the definitions of " + target + " were not established in time; the release was not touched",
                    changes);
        }
        if (!done) {
            upgrade(context, found, call, rendered, changes);
        }
        HelmFound after = HelmFound.in(context.cluster(), Optional.of(target));
        if (!isDone(after.destination(), target)) {
            return new StepOutcome.Failed(
                    FailureReason.UNEXPECTED_STATE,
                    "helm says that it is done, but its history does not show " + target + " as deployed",
                    changes);
        }
        List<String> notes = new ArrayList<>(values.notes());
        if (found.moves()) {
            forget(context, found, changes);
            notes.add("the release " + found.name() + " is in the namespace " + found.to() + " now, it was in "
                    + found.from() + ": use -n " + found.to() + " with helm from now on");
        }
        return new StepOutcome.Succeeded(
                null,
                changes,
                notes,
                "the Helm release " + found.to() + "/" + found.name() + " is of " + target + ", revision "
                        + after.destination().newest().orElseThrow().revision() + "; the operator rolls it out");
    }

    private static void upgrade(
            StepContext context, HelmFound found, HelmCall call, String rendered, List<String> changes) {
        if (found.moves()) {
            changes.addAll(HelmOwnership.move(
                    context.cluster(),
                    found.name(),
                    found.from(),
                    found.to(),
                    List.of(found.current().manifest(), rendered)));
        }
        changes.addAll(HelmOwnership.createRoles(context.cluster(), found.name(), found.to(), rendered));
        HelmHistory history = HelmFound.in(
                        context.cluster(), CalicoVersion.tryParse(call.chart().version()))
                .destination();
        HelmAttempt.remember(
                context, found.to(), found.name(), history, call.chart().version());
        if (history.current().isPresent()) {
            context.cluster().helm().upgrade(call);
        } else {
            context.cluster().helm().install(call);
        }
        changes.add("Helm release " + found.to() + "/" + found.name());
    }

    /**
     * The Secrets of the release in the namespace it has left; each is recorded, so that the restore has it. The one that
     * counts goes last: by it the rest is found again where this is interrupted.
     */
    private static void forget(StepContext context, HelmFound found, List<String> changes) {
        List<HelmRelease> revisions = new ArrayList<>(found.source().revisions());
        found.source().current().ifPresent(current -> {
            revisions.remove(current);
            revisions.add(current);
        });
        for (HelmRelease revision : revisions) {
            ResourceRef secret = HelmFound.secret(found.from(), found.name(), revision.revision());
            if (Edits.delete(context.cluster(), secret)) {
                changes.add(secret.object());
            }
        }
    }

    private static boolean isDone(HelmHistory history, CalicoVersion target) {
        return history.newest()
                .filter(release -> release.status().equals(HelmRelease.DEPLOYED))
                .flatMap(release -> CalicoVersion.tryParse(release.chartVersion()))
                .filter(target::equals)
                .isPresent();
    }

    /** The values the chart has by itself. */
    static JsonNode defaults(HelmChart chart) {
        byte[] values = chart.files().get("values.yaml");
        List<JsonNode> documents = values == null ? List.of() : documents(chart, values);
        return documents.isEmpty() ? Json.object() : documents.getFirst();
    }

    /** Those of the chart; where it has none, as from v3.32 on, those of the release. */
    private static ManifestDocuments definitions(StepContext context, HelmChart chart, CalicoVersion target) {
        List<JsonNode> found = new ArrayList<>();
        chart.files().forEach((path, content) -> {
            if (path.startsWith("crds/")) {
                documents(chart, content).stream().filter(Objects::isCrd).forEach(found::add);
            }
        });
        return found.isEmpty()
                ? OperatorRelease.of(context.cluster()).definitions(context.releases(), target)
                : ManifestDocuments.of(found);
    }

    private static List<JsonNode> documents(HelmChart chart, byte[] yaml) {
        try {
            return Yaml.read(new String(requireNonNull(yaml, "yaml"), UTF_8));
        } catch (IOException e) {
            throw new ReleaseException(FailureReason.CHART_UNAVAILABLE, chart + " is broken: " + e.getMessage(), e);
        }
    }
}
