package io.calicofleet.executor.step.operator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepKind;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.executor.core.detect.InstallDetector;
import io.calicofleet.executor.core.detect.Installation;
import io.calicofleet.executor.core.merge.Decisions;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepHandler;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.cluster.Installed;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.executor.step.cluster.OperatorSettings;
import io.calicofleet.executor.step.manifest.Manifests;
import io.calicofleet.executor.step.upgrade.UpgradeStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Brings the operator of the target release, which brings Calico to the nodes.
 *
 * <pre>
 *   1. refuse what is no operator install, or not only: a half-finished migration, a Helm release, an operator at rest
 *   2. fields of people's settings that the target's definitions would drop: hold, before the first write
 *   3. as {@link UpgradeStep}: definitions, and wait until they are established; namespace, rights and account;
 *      last the operator's Deployment, local changes kept
 *   4. wait until its Deployment has rolled out: until then the operator of before says that all is well
 *   5. compare people's settings with what they were
 * </pre>
 *
 * <p>Definitions are put as whole objects under their resourceVersion, so that their size does not matter (ADR 24).
 * Installation and the like are never written. It knows that it is done by the merge having nothing to write and the
 * Deployment having rolled out, so it continues wherever it was interrupted. The nodes roll by the operator
 * then; the gates judge that. Undone by the restore.
 */
public final class UpgradeOperatorStep implements StepHandler {

    private static final Duration ROLLOUT = Duration.ofMinutes(10);

    private final Duration rollout;

    /** With the time a rollout of the operator may take. */
    public UpgradeOperatorStep() {
        this(ROLLOUT);
    }

    /** With another time. */
    public UpgradeOperatorStep(Duration rollout) {
        this.rollout = rollout;
    }

    @Override
    public StepKind kind() {
        return StepKind.UPGRADE_OPERATOR;
    }

    @Override
    public boolean writes() {
        return true;
    }

    @Override
    public StepOutcome run(StepContext context) {
        Manifests manifests = Manifests.of(context);
        Optional<StepOutcome.Failed> refused = refused(context.cluster());
        if (refused.isPresent()) {
            return refused.get();
        }
        List<ObjectNode> settings = OperatorSettings.read(context.cluster());
        List<FieldConflict> lost = OperatorSettings.lost(settings, manifests.target());
        if (!lost.isEmpty()) {
            Decisions decisions = context.decisions();
            List<FieldConflict> open = lost.stream()
                    .filter(field -> decisions.on(field) == OnConflict.HOLD)
                    .toList();
            if (!open.isEmpty()) {
                return new StepOutcome.Held(HoldReason.CUSTOMISATION_CONFLICTS, open);
            }
            if (lost.stream().anyMatch(field -> decisions.on(field) == OnConflict.KEEP_MINE)) {
                return new StepOutcome.Failed(
                        FailureReason.UNEXPECTED_STATE,
                        Manifests.target(context)
                                + " does not know these fields, so they cannot be kept: remove them, or"
                                + " approve taking what is new; nothing was written",
                        lost.stream()
                                .map(field -> field.object() + " " + field.path())
                                .toList());
            }
        }
        StepOutcome upgraded = UpgradeStep.upgrade(context, manifests);
        if (!(upgraded instanceof StepOutcome.Succeeded done)) {
            return upgraded;
        }
        OperatorDeployment operator = OperatorDeployment.in(context.cluster());
        if (!operator.await(context, rollout)) {
            return new StepOutcome.Failed(
                    FailureReason.UNEXPECTED_STATE,
                    "the operator of " + Manifests.target(context) + " has not rolled out within " + rollout.toSeconds()
                            + " seconds; Calico itself is as it was",
                    operator.troubles(context.cluster()));
        }
        List<String> different = lost.isEmpty() ? OperatorSettings.different(context.cluster(), settings) : List.of();
        if (!different.isEmpty()) {
            return new StepOutcome.Failed(
                    FailureReason.UNEXPECTED_STATE,
                    "the operator runs, but its settings were changed meanwhile; the backup has them as they were. A retry"
                            + " takes what is there now for right",
                    different);
        }
        List<String> notes = new ArrayList<>(done.notes());
        lost.forEach(field -> notes.add(
                field.object() + " " + field.path() + ": dropped, the target does not know it; had " + field.mine()));
        return new StepOutcome.Succeeded(
                null,
                done.changes(),
                notes,
                "the operator of " + Manifests.target(context) + " runs, "
                        + done.changes().size() + " objects written; it rolls the nodes");
    }

    private static Optional<StepOutcome.Failed> refused(ClusterApi cluster) {
        List<ObjectNode> objects = new ArrayList<>();
        objects.addAll(cluster.list(Kinds.OPERATOR, "Installation"));
        objects.addAll(cluster.list(Kinds.APPS, "DaemonSet"));
        objects.addAll(cluster.list(Kinds.CORE, "Node"));
        Optional<ObjectNode> operator = Installed.operator(cluster);
        operator.ifPresent(objects::add);
        Installation found = InstallDetector.detect(new ClusterSnapshot("", List.copyOf(objects), Set.of(), List.of()));
        List<String> migration = found.signals().stream()
                .filter(signal -> signal.startsWith(InstallDetector.UNFINISHED_MIGRATION))
                .toList();
        if (found.method() != InstallMethod.OPERATOR) {
            return refusal(
                    "this is no install by the operator's manifest: "
                            + found.method().sentence(),
                    found.signals());
        }
        if (!migration.isEmpty()) {
            return refusal("finish the migration to the operator first; two installs of Calico are here", migration);
        }
        return operator.filter(object -> object.at("/spec/replicas").asInt(1) == 0)
                .flatMap(atRest -> refusal(
                        "the operator is scaled to 0, so that it would never upgrade Calico: scale it up, then retry",
                        List.of(ResourceRef.of(atRest).object())));
    }

    private static Optional<StepOutcome.Failed> refusal(String message, List<String> evidence) {
        return Optional.of(new StepOutcome.Failed(FailureReason.UNEXPECTED_STATE, message, evidence));
    }
}
