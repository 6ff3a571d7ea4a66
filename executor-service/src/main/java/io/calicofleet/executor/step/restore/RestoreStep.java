package io.calicofleet.executor.step.restore;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.StepKind;
import io.calicofleet.executor.core.datastore.StoredForm;
import io.calicofleet.executor.core.lockout.LockoutGuard;
import io.calicofleet.executor.port.Backup;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.Rollouts;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepHandler;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.change.ChangeTakeback;
import io.calicofleet.executor.step.change.NodesReady;
import io.calicofleet.executor.step.cluster.Edits;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.executor.step.cluster.NodeLabels;
import io.calicofleet.executor.step.cluster.Objects;
import io.calicofleet.executor.step.cluster.OperatorSettings;
import io.calicofleet.executor.step.helm.HelmRollback;
import io.calicofleet.executor.step.lockout.LockoutCheck;
import io.calicofleet.executor.step.migrate.DatastoreTakeback;
import io.calicofleet.executor.step.migrate.Takeback;
import io.calicofleet.model.release.ObjectKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts back what the newest backup in the cluster holds.
 *
 * <pre>
 *   1. of a Helm release: its revision of before, deployed again ({@link HelmRollback}); then every object back as it
 *      was, in the order of the backup; definitions (CRDs) stay new
 *   2. what was absent is deleted
 *   3. of an operator: its settings back, and wait until it runs again; what it must not find at its start goes before 1,
 *      while none runs ({@link EnterpriseMarks}); of a chart after it, where the chart has objects of it
 *   4. wait until the nodes have rolled back: until then the temporary policy keeps the host endpoints open; what a move brought
 *      to Kubernetes' datastore goes only then ({@link DatastoreTakeback})
 *   5. would the host endpoints and policies of before lock somebody out, for people changed others? Then stop
 *   6. host endpoints the campaign deleted back, the labels of the others as they were; then the policies and settings;
 *      then the automatic host endpoints it had made, and the labels copied to the nodes, away ({@link CalicoRestore})
 *   7. read everything back and compare
 * </pre>
 *
 * <p>Of a change of settings its fields alone ({@link ChangeTakeback}).
 *
 * <p>Refused, before the first write, where going back cannot be promised ({@link WayBack}); where nothing of the install
 * was changed yet there is nothing to refuse.
 *
 * <p>It knows of each object that it is done by comparing. What a restore changes is recorded as of any step, in a backup
 * of its own that no later restore takes for an upgrade's.
 */
public final class RestoreStep implements StepHandler {

    private static final int ATTEMPTS = 12;
    private static final Duration ROLLOUT = Duration.ofMinutes(30);

    /** What a node may take on top, for they roll one by one unless people say otherwise. */
    private static final Duration ROLLOUT_OF_NODE = Duration.ofMinutes(1);

    private static final Duration DELETION = Duration.ofMinutes(5);

    private final NodesReady ready;

    /** With the times calico-node may take once settings are as they were. */
    public RestoreStep(NodesReady ready) {
        this.ready = requireNonNull(ready, "ready");
    }

    @Override
    public StepKind kind() {
        return StepKind.RESTORE;
    }

    @Override
    public boolean writes() {
        return true;
    }

    /** What was moved to Kubernetes' datastore is in etcd as well, and goes as a whole. */
    @Override
    public boolean records(ObjectNode object) {
        return !object.path("apiVersion").asText().equals(StoredForm.STORED);
    }

    @Override
    public StepOutcome run(StepContext context) {
        Optional<Backup> newest = context.backups().newest();
        if (newest.isEmpty()) {
            return new StepOutcome.Failed(
                    FailureReason.BACKUP_MISSING, "there is no complete backup of an upgrade in this cluster");
        }
        Backup backup = newest.get();
        Optional<ChangeTakeback> change = ChangeTakeback.of(context.backups(), backup, ready);
        if (change.isPresent()) {
            return change.get().run(context, backup);
        }
        List<String> changes = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        Map<ObjectKey, Optional<ObjectNode>> plain = new LinkedHashMap<>();
        for (var entry : backup.objects().entrySet()) {
            if (!CalicoRestore.isCalicos(entry.getKey())
                    && !RestartsUndone.isOne(entry.getKey(), entry.getValue())
                    && !NodeLabels.areOf(entry.getKey())
                    && !OperatorSettings.areOf(entry.getKey())
                    && !entry.getKey().kind().equals("CustomResourceDefinition")
                    && !isNewNamespace(entry.getKey(), entry.getValue())) {
                plain.put(entry.getKey(), entry.getValue());
            }
        }
        boolean begun = !different(context.cluster(), plain).isEmpty();
        Optional<Takeback> takeback = Takeback.of(backup);
        Optional<HelmRollback> helm = HelmRollback.of(backup);
        helm.ifPresent(unused -> plain.entrySet().removeIf(HelmRollback::isHelms));
        List<String> objections = WayBack.objections(context.cluster(), backup, begun);
        if (!objections.isEmpty()) {
            return new StepOutcome.Failed(
                    FailureReason.ROLLBACK_REFUSED,
                    String.join(" ", objections) + " What was there before is kept in the Secrets kube-system/"
                            + "calico-fleet-backup-" + backup.campaign()
                            + "-*; go on to the target, or restore by hand what you need of them.",
                    objections);
        }
        if (takeback.isPresent()) {
            Optional<StepOutcome> failed = takeback.get().run(context, changes);
            if (failed.isPresent()) {
                return failed.get();
            }
        }
        OperatorRollback operator = new OperatorRollback(backup);
        boolean byOperator = operator.applies();
        Duration rollout = rollout(context.cluster());
        if (byOperator && !operator.madeWay(context, changes, rollout)) {
            return new StepOutcome.Failed(
                    FailureReason.UNEXPECTED_STATE,
                    "the operator has not stopped within " + rollout.toMinutes()
                            + " minutes; nothing else was put back yet",
                    changes);
        }
        if (helm.isPresent()) {
            Optional<StepOutcome> failed = helm.get().run(context, changes);
            if (failed.isPresent()) {
                return failed.get();
            }
            Optional<String> left = new EnterpriseMarks(context.cluster(), backup).objection();
            if (left.isPresent() || !operator.madeWay(context, changes, rollout)) {
                return new StepOutcome.Failed(
                        FailureReason.UNEXPECTED_STATE,
                        left.orElse("the operator has not stopped within " + rollout.toMinutes() + " minutes"),
                        changes);
            }
        }
        putBack(context, plain, changes);
        if (byOperator) {
            notes.addAll(operator.notes());
        }
        if (!rolledBack(context, plain, rollout) || (byOperator && !operator.rolledBack(context, changes, rollout))) {
            return new StepOutcome.Failed(
                    FailureReason.UNEXPECTED_STATE,
                    "the objects are back, but the nodes have not rolled back within " + rollout.toMinutes()
                            + " minutes; the temporary policy stays until they have",
                    changes);
        }
        CalicoDatastore datastore = context.datastore();
        boolean moved = DatastoreTakeback.isDue(context.cluster(), datastore, backup);
        CalicoRestore calico = new CalicoRestore(context.cluster(), datastore, backup);
        if (calico.movesEndpoints()) {
            LockoutGuard.Findings lockouts = LockoutCheck.at(context, datastore, backup.source(), calico::afterwards);
            Optional<StepOutcome.Failed> lockedOut = LockoutCheck.failed(
                    lockouts,
                    "with the host endpoints of before; the objects and the nodes are back, host endpoints and"
                            + " policies are as they were during the upgrade");
            if (lockedOut.isPresent()) {
                return lockedOut.get();
            }
            notes.addAll(lockouts.notes());
        }
        if (moved) {
            DatastoreTakeback.run(context, datastore, backup, changes);
        }
        calico.putBack(changes, notes);
        NodeLabels.takeBack(context.cluster(), backup.objects().keySet(), changes);
        RestartsUndone.of(context.cluster(), backup.objects(), changes);
        List<String> different = new ArrayList<>(different(context.cluster(), plain));
        different.addAll(calico.different());
        if (byOperator) {
            different.addAll(operator.different(context));
        }
        if (!different.isEmpty()) {
            return new StepOutcome.Failed(
                    FailureReason.UNEXPECTED_STATE, "some objects are not as the backup has them", different);
        }
        return new StepOutcome.Succeeded(
                null,
                changes,
                notes,
                "everything is back as the backup of " + backup.campaign() + " of " + backup.takenAt() + " has it");
    }

    /** With it would go what others have put there since. */
    private static boolean isNewNamespace(ObjectKey key, Optional<ObjectNode> before) {
        return key.kind().equals("Namespace") && before.isEmpty();
    }

    private static void putBack(
            StepContext context, Map<ObjectKey, Optional<ObjectNode>> objects, List<String> changes) {
        int done = 0;
        for (var entry : objects.entrySet()) {
            boolean changed = entry.getValue().isPresent()
                    ? putBack(context, entry.getValue().get())
                    : Edits.delete(context.cluster(), refOf(context.cluster(), entry.getKey()));
            if (changed) {
                changes.add(entry.getKey().object());
            }
            done++;
            context.progress()
                    .progressed(
                            done,
                            objects.size(),
                            "objects",
                            context.step().cluster() + ": " + done + " of " + objects.size() + " objects restored");
        }
    }

    private static boolean putBack(StepContext context, ObjectNode wanted) {
        ClusterApi cluster = context.cluster();
        ResourceRef ref = ResourceRef.of(wanted);
        for (int attempt = 1; ; attempt++) {
            Optional<ObjectNode> present = cluster.find(ref);
            try {
                if (present.isEmpty()) {
                    cluster.create(Objects.creatable(wanted));
                    return true;
                }
                if (Objects.isSo(wanted, present.get())) {
                    return false;
                }
                if (ref.kind().equals("Pod")) {
                    recreate(context, wanted, present.get());
                } else {
                    cluster.replace(Objects.over(wanted, present.get()));
                }
                return true;
            } catch (ClusterException e) {
                if (e.problem() == Problem.INVALID && present.isPresent()) {
                    // A field that cannot be changed in place was changed by the upgrade deleting it, too.
                    recreate(context, wanted, present.get());
                    return true;
                }
                if (!e.isRace() || attempt >= ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static void recreate(StepContext context, ObjectNode wanted, ObjectNode present) {
        ClusterApi cluster = context.cluster();
        ResourceRef ref = ResourceRef.of(wanted);
        cluster.delete(present);
        context.rollouts()
                .await(
                        () -> ref.object() + " is being deleted, so that it can be created as it was",
                        ref.apiVersion(),
                        ref.kind(),
                        ref.namespace(),
                        () -> cluster.find(ref).isEmpty(),
                        DELETION);
        cluster.create(Objects.creatable(wanted));
    }

    /** How long the nodes may take to roll back. */
    private static Duration rollout(ClusterApi cluster) {
        return ROLLOUT.plus(
                ROLLOUT_OF_NODE.multipliedBy(cluster.list(Kinds.CORE, "Node").size()));
    }

    private static boolean rolledBack(
            StepContext context, Map<ObjectKey, Optional<ObjectNode>> objects, Duration rollout) {
        ClusterApi cluster = context.cluster();
        for (var entry : objects.entrySet()) {
            if (!entry.getKey().kind().equals("DaemonSet") || entry.getValue().isEmpty()) {
                continue;
            }
            ResourceRef ref = ResourceRef.of(entry.getValue().get());
            boolean done = context.rollouts()
                    .await(
                            Rollouts.COUNTED,
                            ref.apiVersion(),
                            ref.kind(),
                            ref.namespace(),
                            () -> cluster.find(ref)
                                    .map(daemonSet -> rolledOut(context, daemonSet))
                                    .orElse(false),
                            rollout);
            if (!done) {
                return false;
            }
        }
        return true;
    }

    static boolean rolledOut(StepContext context, ObjectNode daemonSet) {
        var status = daemonSet.path("status");
        int desired = status.path("desiredNumberScheduled").asInt();
        int updated = status.path("updatedNumberScheduled").asInt();
        int available = status.path("numberAvailable").asInt();
        boolean observed = daemonSet.path("metadata").path("generation").asLong()
                == status.path("observedGeneration").asLong();
        context.progress()
                .progressed(
                        observed ? Math.min(updated, available) : 0,
                        desired,
                        "nodes",
                        context.step().cluster() + ": " + (observed ? Math.min(updated, available) : 0) + " of "
                                + desired + " nodes rolled back");
        return observed && updated == desired && available == desired;
    }

    private static List<String> different(ClusterApi cluster, Map<ObjectKey, Optional<ObjectNode>> objects) {
        List<String> different = new ArrayList<>();
        objects.forEach((key, wanted) -> {
            Optional<ObjectNode> present =
                    cluster.find(wanted.map(ResourceRef::of).orElseGet(() -> refOf(cluster, key)));
            if (wanted.isPresent() != present.isPresent()) {
                different.add(key.object() + (present.isPresent() ? " is still there" : " is not there"));
            } else if (wanted.isPresent() && !Objects.isSo(wanted.get(), present.orElseThrow())) {
                different.add(key.object() + " differs");
            }
        });
        return different;
    }

    /** An object known by its key only, in an API version the cluster serves it in. */
    private static ResourceRef refOf(ClusterApi cluster, ObjectKey key) {
        return cluster.servedKinds().stream()
                .filter(served -> served.endsWith(" " + key.kind()))
                .map(served -> served.substring(0, served.indexOf(' ')))
                .filter(version -> version.contains("/")
                        ? version.startsWith(key.group() + "/")
                        : key.group().isEmpty())
                .sorted()
                .findFirst()
                .map(version -> new ResourceRef(version, key.kind(), key.namespace(), key.name()))
                .orElseGet(() -> new ResourceRef(
                        key.group().isEmpty() ? Kinds.CORE : key.group() + "/v1",
                        key.kind(),
                        key.namespace(),
                        key.name()));
    }
}
