package io.calicofleet.executor.step.migrate;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.datastore.StoredForm;
import io.calicofleet.executor.core.identity.Part;
import io.calicofleet.executor.core.move.Compared;
import io.calicofleet.executor.core.move.DatastoreMove;
import io.calicofleet.executor.core.move.MoveMark;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.cluster.Edits;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.executor.step.cluster.Objects;
import io.calicofleet.executor.step.manifest.Manifests;
import io.calicofleet.executor.yaml.Yaml;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * Brings what etcd holds to Kubernetes. Each round reads etcd anew and writes only what is not so yet; it is done by a round that had
 * nothing to write and nothing to take away, which is the comparison, object by object.
 */
final class Transfer {

    private static final int ROUNDS = 5;

    /** The name of the text that is the export. */
    private static final String EXPORT = "etcd-export";

    /** The name of the text that {@link Compared} is kept in. */
    private static final String COMPARED = "etcd-compared";

    private final StepContext context;
    private final ClusterApi cluster;
    private final CalicoDatastore etcd;
    private final String campaign;
    private final Map<String, Set<String>> defaults;
    private final List<String> notes = new ArrayList<>();
    private Optional<Compared> compared = Optional.empty();

    /**
     * A transfer.
     *
     * @param release what the definitions are in, which say what the API server fills in where nothing is said
     */
    Transfer(StepContext context, CalicoDatastore etcd, ManifestDocuments release) {
        this.context = requireNonNull(context, "context");
        this.defaults = defaults(release);
        this.cluster = context.cluster();
        this.etcd = requireNonNull(etcd, "etcd");
        this.campaign = context.step().campaign().value();
    }

    /** What a person should know of it. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    /** What the API server would refuse, a line each; asked before anything is locked. IPAM is made by Calico and is not asked about. */
    List<String> refused(DatastoreMove move) {
        List<String> refused = new ArrayList<>();
        for (ObjectNode object : move.objects()) {
            if (CalicoKind.of(object.path("kind").asText()).isEmpty()
                    || cluster.find(ResourceRef.of(object)).isPresent()) {
                continue;
            }
            try {
                if (!same(object, cluster.rehearse(object))) {
                    refused.add(ObjectKey.of(object).object() + ": the definition of " + Manifests.target(context)
                            + " would drop some of it");
                }
            } catch (ClusterException e) {
                if (e.problem() != Problem.INVALID && e.problem() != Problem.REFUSED) {
                    throw e;
                }
                refused.add(ObjectKey.of(object).object() + ": " + e.message());
            }
        }
        return refused;
    }

    /** Until both hold the same; why it cannot go on, empty where they do. */
    Optional<StepOutcome> run(List<String> changes) {
        List<String> last = List.of();
        Optional<DatastoreMove> before = Optional.empty();
        for (int round = 0; round < ROUNDS; round++) {
            Relocation found = Relocation.of(context, etcd);
            if (!found.refusals().isEmpty()) {
                return Optional.of(stopped("what etcd holds has changed since it was looked at", found.refusals()));
            }
            DatastoreMove move = found.move().orElseThrow();
            if (round == 0) {
                context.backups().keepText(context.step().campaign(), EXPORT, Yaml.write(move.objects()));
            }
            if (round > 1 && before.equals(Optional.of(move))) {
                return Optional.of(
                        stopped("Kubernetes does not keep what it is given, or somebody else writes there", last));
            }
            before = Optional.of(move);
            last = round(move);
            changes.addAll(last);
            if (last.isEmpty()) {
                tell(move);
                keep(found.entries());
                return Optional.empty();
            }
        }
        return Optional.of(stopped("etcd goes on changing although it is locked", last));
    }

    /** From here on calico-node may write to Kubernetes, so that nothing of this is done again. */
    private void keep(SortedMap<String, String> entries) {
        ObjectNode daemonSet = cluster.list(Kinds.APPS, "DaemonSet").stream()
                .filter(set -> Part.of(set).filter(Part.NODE::equals).isPresent())
                .findFirst()
                .orElseThrow();
        Compared kept = Compared.of(daemonSet, entries);
        context.backups().keepText(context.step().campaign(), COMPARED, kept.text());
        Edits.edit(
                cluster,
                Relocation.INFORMATION,
                stored -> Relocation.changed(context, stored, now -> MoveMark.compared(now, kept.digest())));
        compared = Optional.of(kept);
    }

    /**
     * What was compared; empty where the transfer has not come so far.
     *
     * @throws ClusterException where somebody has removed or changed it
     */
    Optional<Compared> compared() {
        if (compared.isEmpty()) {
            compared = compared(context);
        }
        return compared;
    }

    private static Optional<Compared> compared(StepContext context) {
        return Relocation.arrived(context.cluster())
                .flatMap(MoveMark::compared)
                .map(digest -> context.backups()
                        .text(context.step().campaign(), COMPARED)
                        .flatMap(text -> Compared.parse(text, digest))
                        .orElseThrow(() -> new ClusterException(
                                Problem.UNEXPECTED,
                                "somebody has removed or changed the Secret kube-system/calico-fleet-" + COMPARED + "-"
                                        + context.step().campaign()
                                        + ", so that nobody can tell what was written to etcd since it was compared",
                                null)));
    }

    private StepOutcome stopped(String why, List<String> evidence) {
        return MigrateToKubernetesDatastoreStep.failed(
                why + ": " + evidence.getFirst()
                        + (evidence.size() > 1 ? " and " + (evidence.size() - 1) + " more" : "")
                        + ". calico-node uses etcd as before",
                evidence);
    }

    private void tell(DatastoreMove move) {
        notes.clear();
        notes.add("moved and compared, object by object: " + counts(move.counts()));
        if (!move.leftOut().isEmpty()) {
            notes.add("left in etcd, where Kubernetes has it itself or has no place for it: " + counts(move.leftOut()));
        }
    }

    private static String counts(Map<String, Integer> counts) {
        return String.join(
                ", ",
                counts.entrySet().stream()
                        .map(entry -> entry.getValue() + " " + entry.getKey())
                        .toList());
    }

    /** Writes what is not so; the objects it wrote. */
    private List<String> round(DatastoreMove move) {
        List<String> written = new ArrayList<>();
        // First of all: nobody takes it for a datastore to use.
        put(information(move), cluster.find(Relocation.INFORMATION), written);
        Map<ObjectKey, ObjectNode> there = there();
        int done = 0;
        for (ObjectNode object : move.objects()) {
            put(object, Optional.ofNullable(there.get(ObjectKey.of(object))), written);
            done++;
            if (!written.isEmpty()) {
                context.progress()
                        .progressed(
                                done,
                                move.objects().size(),
                                "objects",
                                context.step().cluster() + ": " + done + " of "
                                        + move.objects().size()
                                        + " of Calico's resources are in Kubernetes; new pods wait");
            }
        }
        // While our mark is there all of it is ours, so what etcd has no more goes.
        there.keySet().removeAll(move.keys());
        there.forEach((key, object) -> {
            cluster.delete(object);
            written.add(key.object());
        });
        for (ObjectNode node : cluster.list(Kinds.CORE, "Node")) {
            ResourceRef ref = ResourceRef.of(node);
            Map<String, String> annotations = move.nodes().getOrDefault(Objects.name(node), Map.of());
            if (Edits.edit(cluster, ref, now -> annotated(now, annotations))) {
                written.add(ref.object());
            }
        }
        return written;
    }

    private ObjectNode information(DatastoreMove move) {
        ObjectNode locked = MoveMark.locked(move.information().orElseThrow(), campaign);
        return StoredForm.toStored(
                CalicoKind.CLUSTER_INFORMATION, Objects.creatable(locked), null, Manifests.target(context));
    }

    private void put(ObjectNode wanted, Optional<ObjectNode> known, List<String> written) {
        ResourceRef ref = ResourceRef.of(wanted);
        if (known.filter(present -> same(wanted, present)).isPresent()) {
            return;
        }
        try {
            if ((known.isEmpty() && created(wanted))
                    || Edits.edit(cluster, ref, now -> same(wanted, now) ? now : Objects.over(wanted, now))) {
                written.add(ref.object());
            }
        } catch (ClusterException e) {
            if (ref.namespace().isEmpty() || takesObjects(ref.namespace())) {
                throw e;
            }
            // Its namespace has begun to end, and takes it along.
        }
    }

    /** Creates what was not there a moment ago, without a question before; false where somebody was faster. */
    private boolean created(ObjectNode wanted) {
        try {
            cluster.create(wanted);
            return true;
        } catch (ClusterException e) {
            if (e.problem() == Problem.ALREADY_EXISTS) {
                return false;
            }
            throw e;
        }
    }

    private boolean takesObjects(String namespace) {
        return cluster.find(new ResourceRef(Kinds.CORE, "Namespace", "", namespace))
                .filter(found -> !found.path("metadata").has("deletionTimestamp"))
                .isPresent();
    }

    /** Everything of it, and nothing else that Calico reads. */
    boolean same(ObjectNode wanted, ObjectNode present) {
        Set<String> more = new HashSet<>(Json.names(present.path("spec")));
        more.removeAll(Json.names(wanted.path("spec")));
        return Objects.isSo(wanted, present)
                && defaults.getOrDefault(wanted.path("kind").asText(), Set.of()).containsAll(more);
    }

    /** By kind, the fields that the API server fills in. */
    private static Map<String, Set<String>> defaults(ManifestDocuments release) {
        Map<String, Set<String>> defaults = new HashMap<>();
        release.objects().values().stream().filter(Objects::isCrd).forEach(definition -> {
            Set<String> filled =
                    defaults.computeIfAbsent(definition.at("/spec/names/kind").asText(), kind -> new HashSet<>());
            Json.elements(definition.at("/spec/versions"))
                    .flatMap(version ->
                            version.at("/schema/openAPIV3Schema/properties/spec/properties").properties().stream())
                    .filter(field -> field.getValue().has("default"))
                    .forEach(field -> filled.add(field.getKey()));
        });
        return defaults;
    }

    /** With these of Calico's annotations and no others. */
    static ObjectNode annotated(ObjectNode node, Map<String, String> wanted) {
        ObjectNode changed = node.deepCopy();
        ObjectNode metadata = Json.child(changed, "metadata");
        ObjectNode annotations = Json.child(metadata, "annotations");
        annotations.remove(DatastoreMove.NODE_ANNOTATIONS);
        wanted.forEach(annotations::put);
        if (annotations.isEmpty()) {
            metadata.remove("annotations");
        }
        return changed;
    }

    /** What Kubernetes holds of Calico's but ClusterInformation. */
    Map<ObjectKey, ObjectNode> there() {
        Map<ObjectKey, ObjectNode> there = new LinkedHashMap<>();
        for (String kind : DatastoreMove.KINDS) {
            if (!kind.equals(CalicoKind.CLUSTER_INFORMATION.kind())) {
                cluster.list(StoredForm.STORED, kind).forEach(object -> there.put(ObjectKey.of(object), object));
            }
        }
        return there;
    }
}
