package io.calicofleet.executor.step.upgrade;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.Migration;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.executor.core.detect.EtcdSettings;
import io.calicofleet.executor.core.merge.MergePlan;
import io.calicofleet.executor.core.merge.MergedObject;
import io.calicofleet.executor.core.plan.Plan;
import io.calicofleet.executor.core.plan.PlannedObject;
import io.calicofleet.executor.port.Backups;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepHandler;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.cluster.Installed;
import io.calicofleet.executor.step.lockout.LockoutCheck;
import io.calicofleet.executor.step.manifest.Applier;
import io.calicofleet.executor.step.manifest.Manifests;
import io.calicofleet.executor.step.manifest.Planning;
import io.calicofleet.executor.step.manifest.Rehearsal;
import io.calicofleet.executor.step.prepare.StoredVersions;
import io.calicofleet.executor.yaml.Yaml;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings the manifest of the target release to the cluster, local changes kept.
 *
 * <pre>
 *   1. was it interrupted? Then go on with the plan that is kept in the cluster, at 6
 *   2. read source, target and what is there; objects that cannot be matched surely with it ({@link Installed}): fail;
 *      prove what is installed; make the plan; nothing to write: done
 *   3. what is installed is not proven, or conflicts nobody has decided: hold, before the first write; an etcd that would
 *      be out of reach, or objects stored in a version the target lacks: fail
 *   4. would a policy lock somebody out once the nodes run the target, or the API server refuse one of the writes? Then
 *      refuse, before the first one
 *   5. keep the releases, the plan, and for people the merged manifest in the cluster
 *   6. write the definitions (CRDs), wait until each is established
 *   7. write the rest, what others need first: Typha, where there is one, is rolled out before the nodes are written
 *   8. look again: what somebody undid of the plan meanwhile is put back, once; whoever undoes it again stops the step
 *   9. canary nodes, where the campaign has some, get their pods one by one; the others follow ({@link CanaryRollout})
 * </pre>
 *
 * <p>The plan is made once; nothing it wrote is read as what a release or a person said. It knows that it is done by the
 * plan having nothing to write, or everything in it being so, so it continues wherever it was interrupted. A
 * definition left by v1beta1 gets its schema and {@code preserveUnknownFields: false} in the one write the merge gives. The
 * nodes roll by themselves then; the gates judge that, and {@link RolloutPause} stops those that are left. Undone by the restore.
 */
public final class UpgradeStep implements StepHandler {

    private static final int ROUNDS = 4;
    private static final Duration ESTABLISHING = Duration.ofMinutes(5);

    @Override
    public StepKind kind() {
        return StepKind.UPGRADE;
    }

    @Override
    public boolean writes() {
        return true;
    }

    @Override
    public Optional<String> unpausable(StepParameters parameters) {
        return Optional.empty();
    }

    @Override
    public String pause(StepParameters parameters, ClusterApi cluster, String why) {
        return RolloutPause.pause(cluster, why);
    }

    @Override
    public StepOutcome run(StepContext context) {
        Optional<Plan> begun = context.plans().of(context.step());
        return begun.isPresent() ? goOn(context, begun.get()) : upgrade(context, Manifests.of(context));
    }

    /** Brings a manifest to the cluster, as this step does. */
    public static StepOutcome upgrade(StepContext context, Manifests manifests) {
        Optional<Plan> begun = context.plans().of(context.step());
        if (begun.isPresent()) {
            return goOn(context, begun.get());
        }
        Planning planning = Planning.of(context, manifests);
        Optional<StepOutcome> stopped = stopped(context, manifests, planning);
        if (stopped.isPresent()) {
            return stopped.get();
        }
        Plan plan = planning.plan();
        if (plan.changes().isEmpty()) {
            return carryOut(context, plan);
        }
        keepManifest(context, plan.merge());
        planning.used().forEach(context.plans()::keep);
        context.plans().keep(manifests.wanted().file());
        context.plans().keep(context.step(), plan);
        return carryOut(context, plan);
    }

    /** Why a manifest must not be brought, or who has to decide first; before the first write, and looked at anew by {@link #upgrade}. */
    public static Optional<StepOutcome> stopped(StepContext context, Manifests manifests, Planning planning) {
        List<String> unserved = manifests.unserved(context.cluster().servedKinds());
        if (!unserved.isEmpty()) {
            return Optional.of(new StepOutcome.Failed(
                    FailureReason.UNEXPECTED_STATE,
                    "this API server does not serve what " + Manifests.target(context) + " is made of",
                    unserved));
        }
        if (!manifests.unsure().isEmpty()) {
            return Optional.of(new StepOutcome.Failed(
                    FailureReason.UNEXPECTED_STATE,
                    "what " + Manifests.target(context) + " is made of cannot be matched surely with what is here: "
                            + String.join("; ", manifests.unsure()) + ". Nothing was written",
                    manifests.unsure()));
        }
        Plan plan = planning.plan();
        if (planning.isHeldWithoutBase()) {
            return Optional.of(new StepOutcome.Held(
                    HoldReason.BASE_UNKNOWN,
                    plan.merge().conflicts(),
                    planning.basis().why()));
        }
        if (!plan.merge().conflicts().isEmpty()) {
            return Optional.of(new StepOutcome.Held(
                    HoldReason.CUSTOMISATION_CONFLICTS, plan.merge().conflicts()));
        }
        return plan.changes().isEmpty()
                ? Optional.empty()
                : refused(context, manifests, planning.live(), plan).map(failed -> failed);
    }

    /** Why the plan must not be carried out; before its first write. */
    private static Optional<StepOutcome.Failed> refused(
            StepContext context, Manifests manifests, ManifestDocuments live, Plan plan) {
        List<String> lost = etcdLost(context, live, plan.merge());
        if (!lost.isEmpty()) {
            return Optional.of(new StepOutcome.Failed(
                    FailureReason.UNEXPECTED_STATE,
                    "with this manifest calico-node would not reach its etcd: " + String.join("; ", lost)
                            + ". Nothing was written",
                    lost));
        }
        Optional<String> stored = StoredVersions.refusal(context, manifests);
        if (stored.isPresent()) {
            return Optional.of(
                    new StepOutcome.Failed(FailureReason.UNEXPECTED_STATE, stored.get() + ". Nothing was written"));
        }
        Optional<StepOutcome.Failed> lockedOut = LockoutCheck.beforeNodesRoll(context);
        return lockedOut.isPresent()
                ? lockedOut
                : Rehearsal.refused(context, plan.merge().changes());
    }

    /** Carries out the plan of a step that was interrupted; whether the nodes may roll is looked at again. */
    private static StepOutcome goOn(StepContext context, Plan plan) {
        Applier.finishRecreations(context, plan);
        Applier applier = new Applier(context, plan);
        if (plan.changes().stream().anyMatch(applier::isLeft)) {
            Optional<StepOutcome.Failed> lockedOut = LockoutCheck.beforeNodesRoll(context);
            if (lockedOut.isPresent()) {
                return lockedOut.get();
            }
        }
        return carryOut(context, plan);
    }

    private static StepOutcome carryOut(StepContext context, Plan plan) {
        Applier applier = new Applier(context, plan);
        List<String> notes = new ArrayList<>(plan.merge().images());
        notes.addAll(plan.merge().notes());
        plan.objects().stream()
                .flatMap(object -> object.merged().resolved().stream())
                .map(conflict -> conflict.object() + " " + conflict.path() + ": decided as " + plan.decided(conflict))
                .forEach(notes::add);
        Set<String> changed = new LinkedHashSet<>();
        for (int round = 0; round < ROUNDS; round++) {
            int before = notes.size();
            Round done = write(context, applier, plan, round == 0, notes);
            if (done.stopped() != null) {
                return done.stopped();
            }
            changed.addAll(done.written());
            if (done.written().isEmpty() && notes.size() == before) {
                break;
            }
        }
        Optional<StepOutcome> stopped = new CanaryRollout(context).finish(key -> before(plan, key), notes);
        if (stopped.isPresent()) {
            return stopped.get();
        }
        return new StepOutcome.Succeeded(
                null,
                List.copyOf(changed),
                notes,
                changed.isEmpty()
                        ? "the manifest of " + Manifests.target(context) + " was in place already"
                        : "the manifest of " + Manifests.target(context) + " is in place, " + changed.size()
                                + " objects written; the nodes roll");
    }

    private static Optional<ObjectNode> before(Plan plan, ObjectKey key) {
        return plan.changes().stream()
                .filter(object -> object.merged().key().equals(key))
                .flatMap(object -> Optional.ofNullable(object.before()).stream())
                .findFirst();
    }

    /**
     * A time through all objects of the plan.
     *
     * @param written the objects that were written
     * @param stopped why it cannot go on; null where it can
     */
    private record Round(Set<String> written, @Nullable StepOutcome stopped) {}

    /** Writes what is not as the plan has it, in its order. */
    private static Round write(StepContext context, Applier applier, Plan plan, boolean first, List<String> notes) {
        List<PlannedObject> changes = plan.changes();
        // All of them: whoever was interrupted may have written a definition and not waited for it.
        List<ResourceRef> definitions = plan.objects().stream()
                .map(PlannedObject::merged)
                .filter(UpgradeStep::isCrd)
                .flatMap(object -> Optional.ofNullable(object.manifest()).stream())
                .map(ResourceRef::of)
                .toList();
        int unwritten =
                (int) changes.stream().filter(object -> isCrd(object.merged())).count();
        Set<String> written = new LinkedHashSet<>();
        boolean waited = false;
        int done = 0;
        for (PlannedObject object : changes) {
            // A Namespace may come before them.
            if (unwritten == 0 && !waited) {
                waited = true;
                if (!Applier.awaitEstablished(context, definitions, ESTABLISHING)) {
                    return new Round(written, notEstablished(context));
                }
            }
            if (object.merged().key().kind().equals("DaemonSet")) {
                Optional<StepOutcome> late = Typha.await(context);
                if (late.isEmpty() && applier.isLeft(object)) {
                    late = new CanaryRollout(context).hold(object.before());
                }
                if (late.isPresent()) {
                    return new Round(written, late.get());
                }
            }
            switch (applier.apply(object)) {
                case Applier.Applied.Written made -> {
                    written.add(object.merged().key().object());
                    notes.addAll(made.notes());
                }
                case Applier.Applied.AsItShouldBe known -> notes.addAll(known.notes());
                case Applier.Applied.Stopped stopped -> {
                    return new Round(written, stopped.why());
                }
            }
            unwritten -= isCrd(object.merged()) ? 1 : 0;
            done++;
            if (first) {
                context.progress()
                        .progressed(
                                done,
                                changes.size(),
                                "objects",
                                context.step().cluster() + ": " + done + " of " + changes.size() + " objects written");
            }
        }
        return waited || Applier.awaitEstablished(context, definitions, ESTABLISHING)
                ? new Round(written, null)
                : new Round(written, notEstablished(context));
    }

    private static StepOutcome notEstablished(StepContext context) {
        return new StepOutcome.Failed(
                FailureReason.UNEXPECTED_STATE,
                "the definitions of " + Manifests.target(context) + " were not established within "
                        + ESTABLISHING.toMinutes() + " minutes; nothing that needs them was written");
    }

    /** Before the first write: an install on etcd must find its etcd afterwards. */
    private static List<String> etcdLost(StepContext context, ManifestDocuments live, MergePlan plan) {
        if (!Manifests.usesEtcd(context) || context.parameters().migrate() == Migration.TO_KUBERNETES_DATASTORE) {
            return List.of();
        }
        List<ObjectNode> now = List.copyOf(live.objects().values());
        Map<ObjectKey, ObjectNode> then = new LinkedHashMap<>();
        now.forEach(object -> then.put(ObjectKey.of(object), object));
        plan.changes()
                .forEach(object ->
                        Optional.ofNullable(object.write()).ifPresent(write -> then.put(object.key(), write)));
        return EtcdSettings.lost(now, then.values());
    }

    private static boolean isCrd(MergedObject object) {
        return "CustomResourceDefinition".equals(object.key().kind());
    }

    private static void keepManifest(StepContext context, MergePlan plan) {
        List<ObjectNode> documents = new ArrayList<>();
        for (MergedObject object : plan.objects()) {
            ObjectNode manifest = object.manifest();
            if (manifest != null) {
                documents.add(manifest);
            }
        }
        if (!documents.isEmpty()) {
            context.backups().keepText(context.step().campaign(), Backups.MANIFEST, Yaml.write(documents));
        }
    }
}
