package io.calicofleet.executor.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepKind;
import io.calicofleet.executor.core.detect.EtcdSettings;
import io.calicofleet.executor.core.merge.MergePlan;
import io.calicofleet.executor.core.merge.MergedObject;
import io.calicofleet.executor.core.step.ResourceRef;
import io.calicofleet.executor.core.step.StepContext;
import io.calicofleet.executor.core.step.StepHandler;
import io.calicofleet.executor.core.step.StepOutcome;
import io.calicofleet.model.release.ObjectKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Brings the manifest of the target release to the cluster, local changes kept.
 *
 * <pre>
 *   1. read source, target and what is there; merge them; nothing to write: done
 *   2. objects that cannot be matched surely with what is here ({@link Installed}): fail, before the first write;
 *      conflicts nobody has decided: hold, before the first write; an etcd that would be out of reach: fail;
 *      objects stored in a version the target lacks: fail
 *   3. would a policy lock somebody out once the nodes run the target? Then refuse, before the first write
 *   4. would the API server refuse one of the writes? Then fail, before the first one
 *   5. keep the merged manifest in the cluster, for people
 *   6. write the definitions (CRDs), wait until each is established
 *   7. write the rest, what others need first: Typha, where there is one, is rolled out before the nodes are written
 *   8. read and merge again: what somebody undid meanwhile is written again, a few times
 * </pre>
 *
 * <p>It knows that it is done by the merge of 1 having nothing to write, so it continues wherever it was interrupted. A
 * definition left by v1beta1 gets its schema and {@code preserveUnknownFields: false} in the one write the merge gives
 * (facts 0.7). The nodes roll by themselves then; the gates judge that. Undone by the restore.
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
    public StepOutcome run(StepContext context) {
        return upgrade(context, Manifests.withLeftovers(context));
    }

    /** Brings a manifest to the cluster, as this step does. */
    static StepOutcome upgrade(StepContext context, Manifests manifests) {
        List<String> unserved = manifests.unserved(context.cluster().servedKinds());
        if (!unserved.isEmpty()) {
            return new StepOutcome.Failed(
                    FailureReason.UNEXPECTED_STATE,
                    "this API server does not serve what " + Manifests.target(context) + " is made of",
                    unserved);
        }
        if (!manifests.unsure().isEmpty()) {
            return new StepOutcome.Failed(
                    FailureReason.UNEXPECTED_STATE,
                    "what " + Manifests.target(context) + " is made of cannot be matched surely with what is here: "
                            + String.join("; ", manifests.unsure()) + ". Nothing was written",
                    manifests.unsure());
        }
        OnConflict rule = context.parameters().onConflict() == null
                ? OnConflict.HOLD
                : context.parameters().onConflict();
        Applier applier = new Applier(context, manifests, rule);
        applier.finishRecreations();
        MergePlan plan = applier.plan();
        if (!plan.conflicts().isEmpty()) {
            return new StepOutcome.Held(HoldReason.CUSTOMISATION_CONFLICTS, plan.conflicts());
        }
        List<String> lost = etcdLost(context, manifests, plan);
        if (!lost.isEmpty()) {
            return new StepOutcome.Failed(
                    FailureReason.UNEXPECTED_STATE,
                    "with this manifest calico-node would not reach its etcd: " + String.join("; ", lost)
                            + ". Nothing was written",
                    lost);
        }
        Optional<String> stored =
                plan.changes().isEmpty() ? Optional.empty() : StoredVersions.refusal(context, manifests);
        if (stored.isPresent()) {
            return new StepOutcome.Failed(FailureReason.UNEXPECTED_STATE, stored.get() + ". Nothing was written");
        }
        Optional<StepOutcome.Failed> lockedOut =
                plan.changes().isEmpty() ? Optional.empty() : LockoutCheck.beforeNodesRoll(context);
        if (lockedOut.isPresent()) {
            return lockedOut.get();
        }
        Optional<StepOutcome.Failed> refused = Rehearsal.refused(context, plan.changes());
        if (refused.isPresent()) {
            return refused.get();
        }
        keepManifest(context, plan);
        List<String> notes = new ArrayList<>(plan.images());
        notes.addAll(plan.notes());
        plan.objects().stream()
                .flatMap(object -> object.resolved().stream())
                .map(conflict -> conflict.object() + " " + conflict.path() + ": decided as " + rule)
                .forEach(notes::add);
        Set<String> changed = new LinkedHashSet<>();
        for (int round = 0; round < ROUNDS && !plan.changes().isEmpty(); round++) {
            if (round > 0 && !plan.conflicts().isEmpty()) {
                break;
            }
            Optional<StepOutcome> late = write(context, applier, plan, changed);
            if (late.isPresent()) {
                return late.get();
            }
            plan = applier.plan();
        }
        plan.changes().stream()
                .map(object ->
                        object.key().object() + " is changed back by somebody or something else, again and again")
                .forEach(notes::add);
        return new StepOutcome.Succeeded(
                null,
                List.copyOf(changed),
                notes,
                changed.isEmpty()
                        ? "the manifest of " + Manifests.target(context) + " was in place already"
                        : "the manifest of " + Manifests.target(context) + " is in place, " + changed.size()
                                + " objects written; the nodes roll");
    }

    /** Writes the changes of a plan in their order; the failure, where something did not come to be in time. */
    private static Optional<StepOutcome> write(
            StepContext context, Applier applier, MergePlan plan, Set<String> changed) {
        List<MergedObject> changes = plan.changes();
        // All of them: whoever was interrupted may have written a definition and not waited for it.
        List<ResourceRef> definitions = plan.objects().stream()
                .filter(UpgradeStep::isCrd)
                .flatMap(object -> Optional.ofNullable(object.manifest()).stream())
                .map(ResourceRef::of)
                .toList();
        int unwritten = (int) changes.stream().filter(UpgradeStep::isCrd).count();
        boolean waited = false;
        int done = 0;
        for (MergedObject object : changes) {
            // A Namespace may come before them.
            if (unwritten == 0 && !waited) {
                waited = true;
                if (!applier.awaitEstablished(definitions, ESTABLISHING)) {
                    return Optional.of(notEstablished(context));
                }
            }
            if (object.key().kind().equals("DaemonSet")) {
                Optional<StepOutcome> late = Typha.await(context);
                if (late.isPresent()) {
                    return late;
                }
            }
            if (applier.apply(object)) {
                changed.add(object.key().object());
            }
            unwritten -= isCrd(object) ? 1 : 0;
            done++;
            context.progress()
                    .progressed(
                            done,
                            changes.size(),
                            "objects",
                            context.step().cluster() + ": " + done + " of " + changes.size() + " objects written");
        }
        return waited || applier.awaitEstablished(definitions, ESTABLISHING)
                ? Optional.empty()
                : Optional.of(notEstablished(context));
    }

    private static StepOutcome notEstablished(StepContext context) {
        return new StepOutcome.Failed(
                FailureReason.UNEXPECTED_STATE,
                "the definitions of " + Manifests.target(context) + " were not established within "
                        + ESTABLISHING.toMinutes() + " minutes; nothing that needs them was written");
    }

    /** Before the first write: an install on etcd must find its etcd afterwards. */
    private static List<String> etcdLost(StepContext context, Manifests manifests, MergePlan plan) {
        if (!Manifests.usesEtcd(context)) {
            return List.of();
        }
        List<ObjectNode> now =
                List.copyOf(manifests.live(context.cluster()).objects().values());
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
            context.backups().keepText(context.step().campaign(), "manifest", Yaml.write(documents));
        }
    }
}
