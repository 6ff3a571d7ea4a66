package io.calicofleet.executor.step.migrate;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.Datastore;
import io.calicofleet.event.DatastoreLock;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.datastore.StoredForm;
import io.calicofleet.executor.core.detect.CalicoNode;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.executor.core.move.Compared;
import io.calicofleet.executor.core.move.DatastoreMove;
import io.calicofleet.executor.core.move.MoveMark;
import io.calicofleet.executor.core.move.SelectedNodes;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.ReleaseException;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.Rollouts;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepHandler;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.cluster.Edits;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.executor.step.cluster.Objects;
import io.calicofleet.executor.step.manifest.Applier;
import io.calicofleet.executor.step.manifest.Manifests;
import io.calicofleet.executor.step.manifest.Planning;
import io.calicofleet.executor.step.upgrade.UpgradeStep;
import io.calicofleet.model.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Moves Calico's resources from etcd to Kubernetes, and has Calico of the same release use them there.
 *
 * <pre>
 *   1. does calico-node use Kubernetes already? Not locked by this campaign: done. Else go on at 8
 *   2. what has no place in Kubernetes, a lock of somebody else, data that is there already: fail, with all of it
 *   3. that new pods wait, that there is no way back after the unlock, selectors that would select other nodes ({@link SelectedNodes}),
 *      conflicts of the manifests: hold until a person has said yes
 *   4. would the API server refuse one of the writes of the manifests? Fail; until here nothing is written
 *   5. the definitions; would the API server refuse one of the resources? Fail
 *   6. lock etcd: from here on new pods wait
 *   7. read all of it, create what is not there, put right what is not so, and again until nothing is left to write ({@link Transfer});
 *      keep what was compared
 *   8. the manifests for Kubernetes, local changes kept; wait until calico-node has rolled out on all nodes
 *   9. what was written to etcd since 7: carry it over; changed in Kubernetes as well, and otherwise: hold ({@link LastRound})
 *  10. unlock the datastore in Kubernetes: no way back from here
 * </pre>
 *
 * <p>etcd stays locked and as it was. Every part looks first at what is so, so it continues wherever it was interrupted. Felix has the
 * rules of before until it may read the new datastore, where the same policies and host endpoints are, so that nobody is locked
 * out and nothing is opened. Undone by the restore until 10 ({@link DatastoreTakeback}).
 */
public final class MigrateToKubernetesDatastoreStep implements StepHandler {

    private static final Duration ROLLOUT = Duration.ofMinutes(30);

    /** What a node may take on top, for they roll one by one unless people say otherwise. */
    private static final Duration ROLLOUT_OF_NODE = Duration.ofMinutes(1);

    private static final Duration ESTABLISHING = Duration.ofMinutes(5);

    private static final Pattern NOTHING_WRITTEN =
            Pattern.compile("[.;,] [Nn]othing was (written|changed)( there)?\\b");

    private final Duration rollout;

    /** With the time a rollout may take. */
    public MigrateToKubernetesDatastoreStep() {
        this(ROLLOUT);
    }

    /**
     * With another time.
     *
     * @param rollout how long the rollout of calico-node may take, and a minute more for each node
     */
    public MigrateToKubernetesDatastoreStep(Duration rollout) {
        this.rollout = requireNonNull(rollout, "rollout");
    }

    @Override
    public StepKind kind() {
        return StepKind.MIGRATE_TO_KUBERNETES_DATASTORE;
    }

    @Override
    public boolean writes() {
        return true;
    }

    @Override
    public Optional<String> unpausable(StepParameters parameters) {
        return Optional.of("every node has rolled before the datastore is unlocked");
    }

    /** The way back takes all of them away, whichever there are. */
    @Override
    public boolean records(ObjectNode object) {
        String apiVersion = object.path("apiVersion").asText();
        return !apiVersion.equals(StoredForm.STORED)
                && !object.path("kind").asText().equals("Node");
    }

    @Override
    public StepOutcome run(StepContext context) {
        String campaign = context.step().campaign().value();
        CalicoDatastore calico;
        boolean begun;
        try {
            calico = context.datastore();
            // What was begun was looked at before, and approved.
            begun = Relocation.isBegun(calico, campaign);
        } catch (ClusterException e) {
            boolean locked = Relocation.arrived(context.cluster())
                    .filter(information -> MoveMark.isOf(information, campaign))
                    .isPresent();
            if (locked) {
                return underLock(context, () -> {
                    throw e;
                });
            }
            throw e;
        }
        return begun ? underLock(context, () -> move(context, calico, true)) : move(context, calico, false);
    }

    /**
     * What fails from the lock on says since when new pods wait, and what ends that; what steps that are used here say of nothing having
     * been written is not so any more.
     */
    private static StepOutcome underLock(StepContext context, Supplier<StepOutcome> act) {
        StepOutcome outcome;
        try {
            outcome = act.get();
        } catch (ClusterException e) {
            outcome = new StepOutcome.Failed(
                    e.problem().reason(),
                    e.message(),
                    Stream.ofNullable(e.getCause()).map(String::valueOf).toList());
        } catch (ReleaseException e) {
            outcome = new StepOutcome.Failed(e.reason(), e.message());
        }
        return switch (outcome) {
            case StepOutcome.Succeeded done -> done;
            case StepOutcome.Held held ->
                new StepOutcome.Held(
                        held.reason(),
                        held.conflicts(),
                        Stream.concat(held.details().stream(), Stream.of(waits(context, "Decide")))
                                .toList(),
                        held.plan());
            case StepOutcome.Failed failed ->
                failed.message().contains(DatastoreLock.SAID)
                        ? failed
                        : new StepOutcome.Failed(
                                failed.reason(),
                                NOTHING_WRITTEN
                                                .matcher(failed.message())
                                                .replaceAll("")
                                                .replaceFirst("\\.$", "")
                                        + ". " + waits(context, "Put right what keeps it and retry"),
                                failed.evidence(),
                                failed.clock());
        };
    }

    private static String waits(StepContext context, String goesOn) {
        String since = "";
        try {
            since = Relocation.arrived(context.cluster())
                    .map(information -> Json.text(information.get("metadata"), "creationTimestamp"))
                    .filter(time -> !time.isEmpty())
                    .map(time -> " since " + time)
                    .orElse("");
        } catch (ClusterException e) {
            // It is locked all the same.
        }
        return DatastoreLock.SAID + since + ", so that new pods wait until it is unlocked"
                + (since.isEmpty() ? "" : "; Kubernetes has what was moved so far") + ". " + goesOn
                + ", or take everything back by `calico-fleet restore --cluster "
                + context.step().cluster() + "`";
    }

    private StepOutcome move(StepContext context, CalicoDatastore calico, boolean begun) {
        Relocation found = Relocation.of(context, calico);
        if (!found.refusals().isEmpty()) {
            return failed(
                    "Calico's resources cannot be moved to Kubernetes: "
                            + found.refusals().getFirst()
                            + (found.refusals().size() > 1
                                    ? ". And " + (found.refusals().size() - 1) + " more"
                                    : "")
                            + (begun ? "" : ". They stay in etcd"),
                    found.refusals());
        }
        String campaign = context.step().campaign().value();
        if (found.move().isEmpty()) {
            boolean locked = Relocation.arrived(context.cluster())
                    .filter(information -> MoveMark.isOf(information, campaign))
                    .isPresent();
            return locked
                    ? underLock(context, () -> {
                        Manifests manifests = Manifests.toKubernetesDatastore(context);
                        return arrive(
                                context,
                                manifests,
                                new Transfer(context, calico, manifests.target()),
                                new ArrayList<>());
                    })
                    : new StepOutcome.Succeeded(
                            null, List.of(), List.of(), "Calico's resources are in Kubernetes already");
        }
        Manifests manifests = Manifests.toKubernetesDatastore(context);
        if (!begun) {
            Optional<StepOutcome> stopped =
                    stopped(context, manifests, found.move().orElseThrow());
            if (stopped.isPresent()) {
                return stopped.get();
            }
        }
        List<String> changes = new ArrayList<>();
        Optional<StepOutcome> undefined = define(context, manifests, changes);
        if (undefined.isPresent()) {
            return undefined.get();
        }
        Transfer transfer = new Transfer(context, calico, manifests.target());
        if (begun && transfer.compared().isPresent()) {
            return arrive(context, manifests, transfer, changes);
        }
        if (!begun) {
            List<String> refused = transfer.refused(found.move().orElseThrow());
            if (!refused.isEmpty()) {
                return failed(
                        "the API server would refuse " + refused.size() + " of Calico's resources: "
                                + refused.getFirst()
                                + ". Put it right in etcd, then retry; of Calico nothing was changed",
                        refused);
            }
        }
        Optional<String> others = lock(calico, campaign, changes);
        if (others.isPresent()) {
            return failed("Calico's resources cannot be moved to Kubernetes: " + others.get(), List.of(others.get()));
        }
        return underLock(context, () -> {
            Optional<StepOutcome> left = transfer.run(changes);
            return left.isPresent() ? left.get() : arrive(context, manifests, transfer, changes);
        });
    }

    /** Locks etcd; why not, where somebody else was faster since it was looked at. */
    static Optional<String> lock(CalicoDatastore calico, String campaign, List<String> changes) {
        AtomicReference<Optional<String>> others = new AtomicReference<>(Optional.empty());
        if (Edits.edit(calico, CalicoKind.CLUSTER_INFORMATION, "default", information -> {
            others.set(Relocation.locked(information, campaign));
            return others.get().isPresent() || MoveMark.isOf(information, campaign)
                    ? information
                    : MoveMark.locked(information, campaign);
        })) {
            changes.add("ClusterInformation default in etcd");
        }
        return others.get();
    }

    /** Why nothing may be written. */
    private static Optional<StepOutcome> stopped(StepContext context, Manifests manifests, DatastoreMove move) {
        Planning planning = Planning.of(context, manifests);
        List<FieldConflict> open = new ArrayList<>(planning.plan().merge().conflicts());
        Stream.concat(
                        Relocation.questions().stream(),
                        SelectedNodes.questions(move, context.cluster().list(Kinds.CORE, "Node")).stream())
                .filter(question -> !question.takes(context.decisions().on(question)))
                .forEach(open::add);
        if (!planning.isHeldWithoutBase() && !open.isEmpty()) {
            return Optional.of(new StepOutcome.Held(HoldReason.CUSTOMISATION_CONFLICTS, open));
        }
        return UpgradeStep.stopped(context, manifests, planning);
    }

    /** Brings the definitions of the release, which nothing uses yet; why it cannot go on, empty where it can. */
    private static Optional<StepOutcome> define(StepContext context, Manifests manifests, List<String> changes) {
        List<ResourceRef> definitions = new ArrayList<>();
        for (ObjectNode definition : manifests.target().objects().values()) {
            ResourceRef ref = ResourceRef.of(definition);
            if (ref.kind().equals(Kinds.CRD)) {
                definitions.add(ref);
                ClusterApi cluster = context.cluster();
                boolean created = Edits.create(cluster, definition);
                boolean changed = !created
                        && Edits.edit(
                                cluster,
                                ref,
                                now -> Objects.isSo(definition, now) ? now : Objects.over(definition, now));
                if (created || changed) {
                    changes.add(ref.object());
                }
            }
        }
        return Applier.awaitEstablished(context, definitions, ESTABLISHING)
                ? Optional.empty()
                : Optional.of(failed(
                        "the definitions of " + Manifests.target(context) + " were not established within "
                                + ESTABLISHING.toMinutes() + " minutes",
                        List.of()));
    }

    /** What is moved is used from here on, and at last written to. */
    private StepOutcome arrive(StepContext context, Manifests manifests, Transfer transfer, List<String> before) {
        Compared compared = transfer.compared()
                .orElseThrow(() -> new ClusterException(
                        Problem.UNEXPECTED,
                        "ClusterInformation of Kubernetes does not say what was compared with etcd, so that nobody can tell what was"
                                + " written to etcd since",
                        null));
        StepOutcome applied = UpgradeStep.upgrade(context, manifests);
        if (!(applied instanceof StepOutcome.Succeeded done)) {
            return applied;
        }
        List<String> changes = new ArrayList<>(
                Stream.concat(before.stream(), done.changes().stream()).toList());
        List<String> notes = new ArrayList<>(
                Stream.concat(transfer.notes().stream(), done.notes().stream()).toList());
        if (!rolledOut(context, manifests)) {
            List<String> late = late(context, manifests);
            return failed(
                    "calico-node has not rolled out with Kubernetes as its datastore on all nodes in time"
                            + (late.isEmpty()
                                    ? ""
                                    : ": not on " + String.join(", ", late)
                                            + ". Bring such a node back, or, where it is gone for good, delete it by"
                                            + " `kubectl delete node`"),
                    late);
        }
        List<JsonNode> sets = new ArrayList<>(context.cluster().list(Kinds.APPS, "DaemonSet"));
        boolean arrived = CalicoNode.find(new ClusterSnapshot("", sets, Set.of(), List.of()))
                .flatMap(CalicoNode::datastore)
                .filter(Datastore.KUBERNETES::equals)
                .isPresent();
        if (!arrived) {
            return failed(
                    "calico-node still uses etcd by its environment, although the manifests for Kubernetes are in place",
                    List.of());
        }
        Optional<StepOutcome> left = new LastRound(
                        context, context.datastoreOf(compared.daemonSet()), compared, transfer)
                .run(changes, notes);
        if (left.isPresent()) {
            return left.get();
        }
        if (Edits.edit(
                context.cluster(),
                Relocation.INFORMATION,
                stored -> Relocation.changed(
                        context, stored, now -> MoveMark.campaign(now).isEmpty() ? now : MoveMark.unlocked(now)))) {
            changes.add("ClusterInformation default in Kubernetes");
        }
        notes.add(
                "etcd is as it was, and stays locked; the Secret with its certificates stays, too. Once nothing else needs"
                        + " them they can go. A calicoctl that is set up for etcd has to be set up anew.");
        return new StepOutcome.Succeeded(
                null, changes, notes, "Kubernetes has Calico's resources from now on; new pods start again");
    }

    private boolean rolledOut(StepContext context, Manifests manifests) {
        ClusterApi cluster = context.cluster();
        Duration limit = rollout.plus(
                ROLLOUT_OF_NODE.multipliedBy(cluster.list(Kinds.CORE, "Node").size()));
        for (ObjectNode object : manifests.target().objects().values()) {
            ResourceRef ref = ResourceRef.of(object);
            if (ref.kind().equals("DaemonSet")
                    && !context.rollouts()
                            .await(
                                    Rollouts.COUNTED,
                                    ref.apiVersion(),
                                    ref.kind(),
                                    ref.namespace(),
                                    () -> cluster.find(ref)
                                            .map(set -> rolledOut(context, set))
                                            .orElse(false),
                                    limit)) {
                return false;
            }
        }
        return true;
    }

    /** The nodes whose calico-node does not use Kubernetes yet, or is not ready; sorted. */
    private static List<String> late(StepContext context, Manifests manifests) {
        Set<String> late = new TreeSet<>();
        context.cluster().list(Kinds.CORE, "Node").forEach(node -> late.add(Objects.name(node)));
        manifests.target().objects().values().stream()
                .map(ResourceRef::of)
                .filter(ref -> ref.kind().equals("DaemonSet"))
                .forEach(ref ->
                        context.cluster().list(Kinds.CORE, "Pod", ref.namespace(), "k8s-app=" + ref.name()).stream()
                                .filter(MigrateToKubernetesDatastoreStep::isThere)
                                .forEach(pod -> late.remove(Json.text(pod.get("spec"), "nodeName"))));
        return List.copyOf(late);
    }

    private static boolean isThere(JsonNode pod) {
        boolean updated = Json.elements(pod.at("/spec/containers"))
                .flatMap(container -> Json.elements(container.get("env")))
                .anyMatch(variable -> Json.text(variable, "name").equals("DATASTORE_TYPE")
                        && Json.text(variable, "value").equals("kubernetes"));
        return updated
                && Json.elements(pod.at("/status/conditions"))
                        .anyMatch(condition -> Json.text(condition, "type").equals("Ready")
                                && Json.text(condition, "status").equals("True"));
    }

    private static boolean rolledOut(StepContext context, JsonNode daemonSet) {
        JsonNode status = daemonSet.path("status");
        int desired = status.path("desiredNumberScheduled").asInt();
        boolean observed = daemonSet.at("/metadata/generation").asLong()
                == status.path("observedGeneration").asLong();
        int done = observed
                ? Math.min(
                        status.path("updatedNumberScheduled").asInt(),
                        status.path("numberAvailable").asInt())
                : 0;
        context.progress()
                .progressed(
                        done,
                        desired,
                        "nodes",
                        context.step().cluster() + ": " + done + " of " + desired
                                + " nodes use Kubernetes as their datastore; new pods wait");
        return observed && done == desired;
    }

    static StepOutcome failed(String message, List<String> evidence) {
        return new StepOutcome.Failed(FailureReason.UNEXPECTED_STATE, message, evidence);
    }
}
