package io.calicofleet.executor.step.migrate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.StepKind;
import io.calicofleet.executor.core.merge.Decisions;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepHandler;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.cluster.Edits;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.executor.step.cluster.Objects;
import io.calicofleet.executor.step.lockout.LockoutCheck;
import io.calicofleet.executor.step.manifest.Manifests;
import io.calicofleet.executor.step.manifest.Planning;
import io.calicofleet.executor.step.operator.OperatorDeployment;
import io.calicofleet.executor.step.upgrade.UpgradeStep;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Has the operator of the release that runs take Calico over from the manifests.
 *
 * <pre>
 *   1. is an Installation of ours there? Then it was begun before: go on at 7
 *   2. what the operator would refuse, named before it is asked: fail. An Installation of somebody else: fail
 *   3. what it would drop without a word, and that there is no way back: hold until a person has said yes
 *   4. would a policy keep nodes from the Typha it brings? Fail; until here nothing is written
 *   5. the operator's manifest, its image from where the others come; wait until it has rolled out. It does nothing yet
 *   6. the Secrets its images are pulled with; our own marks off the workloads, for it refuses annotations; then the
 *      Installation, with from where the images come. From here on the operator acts
 *   7. watch nodes, DaemonSets and what the operator says until all of Calico is its ({@link Handover})
 * </pre>
 *
 * <p>Once the operator has found nothing to refuse it deletes kube-controllers of the manifests and labels the nodes; there is
 * no way back from then on. It knows that it is done by what the operator leaves; until the Installation is created each part is
 * looked at before it is written, so it continues wherever it was interrupted. Undone by the restore until then.
 */
public final class MigrateToOperatorStep implements StepHandler {

    private static final Duration ROLLOUT = Duration.ofMinutes(10);
    private static final String OURS = "calico-fleet.io/";

    /** On the Installation: which campaign made it. */
    static final String CAMPAIGN = OURS + "campaign";

    private final Duration rollout;
    private final Duration patience;

    /** With the times an operator may take. */
    public MigrateToOperatorStep() {
        this(ROLLOUT, Duration.ofMinutes(1));
    }

    /**
     * With other times.
     *
     * @param rollout how long the operator's own rollout may take
     * @param patience how long it may say that it holds before that is taken for an answer; it tries again every 15 seconds
     */
    public MigrateToOperatorStep(Duration rollout, Duration patience) {
        this.rollout = rollout;
        this.patience = patience;
    }

    @Override
    public StepKind kind() {
        return StepKind.MIGRATE_TO_OPERATOR;
    }

    @Override
    public boolean writes() {
        return true;
    }

    @Override
    public StepOutcome run(StepContext context) {
        Optional<ObjectNode> installation = context.cluster().find(Takeover.INSTALLATION);
        Handover handover = new Handover(context, patience);
        if (installation.isPresent()) {
            return isOurs(installation.get())
                    ? handover.await(List.of(), List.of())
                    : failed(
                            "there is an Installation that no campaign made, so somebody has begun this before: finish it by"
                                    + " hand (`kubectl get tigerastatus`), or delete it while kube-controllers of the"
                                    + " manifests still runs",
                            List.of(Takeover.INSTALLATION.object()));
        }
        Manifests manifests = Manifests.of(context);
        Planning planning = Planning.of(context, manifests);
        Takeover takeover = Takeover.of(context, manifests, planning);
        Optional<StepOutcome> stopped = stopped(takeover);
        if (stopped.isPresent()) {
            return stopped.get();
        }
        Manifests operator = takeover.operator(context);
        List<FieldConflict> questions = takeover.questions(operator);
        List<FieldConflict> open = open(context.decisions(), questions);
        if (!open.isEmpty()) {
            return new StepOutcome.Held(HoldReason.CUSTOMISATION_CONFLICTS, open);
        }
        Optional<StepOutcome.Failed> lockedOut =
                LockoutCheck.ofNewTypha(context, "once the operator has brought its Typha to the nodes");
        if (lockedOut.isPresent()) {
            return lockedOut.get();
        }
        StepOutcome installed = UpgradeStep.upgrade(context, operator);
        if (!(installed instanceof StepOutcome.Succeeded done)) {
            return installed;
        }
        List<String> changes = new ArrayList<>(done.changes());
        List<String> notes = new ArrayList<>(done.notes());
        namespace(context, changes);
        pullSecrets(context.cluster(), takeover, changes);
        OperatorDeployment deployment = OperatorDeployment.in(context.cluster());
        if (!deployment.await(context, rollout)) {
            return failed(
                    "the operator of " + Manifests.target(context) + " has not rolled out within " + rollout.toSeconds()
                            + " seconds; Calico itself is as it was",
                    deployment.troubles(context.cluster()));
        }
        withoutMarks(context.cluster(), takeover, changes);
        // It took its time; what the operator will look at is looked at once more.
        Optional<StepOutcome> changed = stopped(Takeover.of(context, manifests, planning));
        if (changed.isPresent()) {
            return changed.get();
        }
        questions.forEach(question -> notes.add(question.object() + " " + question.path() + ": accepted"));
        if (Edits.create(context.cluster(), installation(context, takeover))) {
            changes.add(Takeover.INSTALLATION.object());
        }
        return handover.await(changes, notes);
    }

    private static boolean isOurs(ObjectNode installation) {
        return installation.at("/metadata/annotations").has(CAMPAIGN);
    }

    /** Why nothing may be written. */
    private static Optional<StepOutcome> stopped(Takeover takeover) {
        List<String> refusals = takeover.refusals();
        if (!refusals.isEmpty()) {
            return Optional.of(failed(
                    "the operator would not take this install over: " + refusals.getFirst()
                            + (refusals.size() > 1 ? ". And " + (refusals.size() - 1) + " more" : "")
                            + ". The manifests keep Calico as before",
                    refusals));
        }
        Planning planning = takeover.planning();
        return planning.isHeldWithoutBase()
                ? Optional.of(new StepOutcome.Held(
                        HoldReason.BASE_UNKNOWN, List.of(), planning.basis().why()))
                : Optional.empty();
    }

    /** Keeping what one has is no answer to what the operator drops. */
    private static List<FieldConflict> open(Decisions decisions, List<FieldConflict> questions) {
        return questions.stream()
                .filter(question -> !question.takes(decisions.on(question)))
                .toList();
    }

    private static ObjectNode installation(StepContext context, Takeover takeover) {
        ObjectNode installation = takeover.home().installation();
        Json.child(Json.child(installation, "metadata"), "annotations")
                .put(CAMPAIGN, context.step().campaign().value());
        return installation;
    }

    /** A Namespace that is there gets the labels of the release, for what may run in it depends on them. */
    private static void namespace(StepContext context, List<String> changes) {
        Manifests.of(context.cluster(), context.releases(), null, Manifests.target(context), "tigera-operator.yaml")
                .target()
                .objects()
                .forEach((key, wanted) -> {
                    if (key.kind().equals("Namespace")
                            && Edits.edit(context.cluster(), ResourceRef.of(wanted), now -> labelled(now, wanted))) {
                        changes.add(key.object());
                    }
                });
    }

    private static ObjectNode labelled(ObjectNode now, ObjectNode wanted) {
        ObjectNode changed = now.deepCopy();
        wanted.at("/metadata/labels")
                .properties()
                .forEach(label ->
                        Json.child(Json.child(changed, "metadata"), "labels").set(label.getKey(), label.getValue()));
        return changed;
    }

    /** The operator takes them from its own namespace, and brings them to Calico's. */
    private static void pullSecrets(ClusterApi cluster, Takeover takeover, List<String> changes) {
        for (String name : takeover.home().pullSecrets()) {
            ObjectNode secret = Objects.creatable(
                    cluster.find(Takeover.secret(Kinds.KUBE_SYSTEM, name)).orElseThrow());
            ObjectNode copy = Json.object().put("apiVersion", "v1").put("kind", "Secret");
            copy.putObject("metadata").put("name", name).put("namespace", Takeover.NAMESPACE);
            copy.set("type", secret.path("type"));
            copy.set("data", secret.path("data"));
            ResourceRef ref = ResourceRef.of(copy);
            boolean created = Edits.create(cluster, copy);
            boolean changed = Edits.edit(cluster, ref, now -> Objects.isSo(copy, now) ? now : Objects.over(copy, now));
            if (created || changed) {
                changes.add(ref.object());
            }
        }
    }

    /** The operator refuses annotations it does not know, those of an earlier campaign of ours among them. */
    private static void withoutMarks(ClusterApi cluster, Takeover takeover, List<String> changes) {
        takeover.install().workloads().forEach(workload -> {
            ResourceRef ref = ResourceRef.of((ObjectNode) workload);
            boolean changed = Edits.edit(cluster, ref, now -> {
                List<String> ours = Json.names(now.at("/metadata/annotations")).stream()
                        .filter(name -> name.startsWith(OURS))
                        .toList();
                if (ours.isEmpty()) {
                    return now;
                }
                ObjectNode copy = now.deepCopy();
                Json.child(Json.child(copy, "metadata"), "annotations").remove(ours);
                return copy;
            });
            if (changed) {
                changes.add(ObjectKey.of(workload).object());
            }
        });
    }

    private static StepOutcome failed(String message, List<String> evidence) {
        return new StepOutcome.Failed(FailureReason.UNEXPECTED_STATE, message, evidence);
    }
}
