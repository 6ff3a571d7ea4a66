package io.calicofleet.executor.step.migrate;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.merge.Decisions;
import io.calicofleet.executor.core.move.Compared;
import io.calicofleet.executor.core.move.DatastoreMove;
import io.calicofleet.executor.core.move.LateWrites;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.executor.step.manifest.Manifests;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * Carries over what was written to etcd after the comparison, when all nodes use Kubernetes and before it is unlocked ({@link
 * LateWrites}). Each round reads both anew; it is done by a round that has nothing to carry, so that etcd's last read follows the last
 * write. Writes are under the resourceVersion that was read: whoever was faster in Kubernetes is looked at in the next round.
 */
final class LastRound {

    private static final int ROUNDS = 12;

    /** The name of the text with what was asked, and by which attempt. */
    private static final String QUESTIONS = "etcd-questions";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final StepContext context;
    private final ClusterApi cluster;
    private final CalicoDatastore etcd;
    private final Compared compared;
    private final Transfer transfer;

    /**
     * A last round.
     *
     * @param etcd as it was reached before the nodes rolled
     * @param compared what it held when Kubernetes held the same
     * @param transfer knows what the API server fills in
     */
    LastRound(StepContext context, CalicoDatastore etcd, Compared compared, Transfer transfer) {
        this.context = requireNonNull(context, "context");
        this.cluster = context.cluster();
        this.etcd = requireNonNull(etcd, "etcd");
        this.compared = requireNonNull(compared, "compared");
        this.transfer = requireNonNull(transfer, "transfer");
    }

    /** Until Kubernetes has all of etcd, which is locked again where somebody unlocked it; why it cannot go on, empty where it has. */
    Optional<StepOutcome> run(List<String> changes, List<String> notes) {
        Set<String> carried = new LinkedHashSet<>();
        Optional<String> others = MigrateToKubernetesDatastoreStep.lock(
                etcd, context.step().campaign().value(), changes);
        if (others.isPresent()) {
            return Optional.of(MigrateToKubernetesDatastoreStep.failed(
                    "what was written to etcd since it was compared cannot be carried over: " + others.get(),
                    List.of(others.get())));
        }
        for (int round = 0; round < ROUNDS; round++) {
            DatastoreMove now = read(etcd.entries(DatastoreMove.ROOT));
            if (!now.refusals().isEmpty()) {
                return Optional.of(MigrateToKubernetesDatastoreStep.failed(
                        "what was written to etcd since it was compared cannot be carried over: "
                                + now.refusals().getFirst(),
                        now.refusals()));
            }
            LateWrites late = LateWrites.of(
                    read(compared.entries()), now, inKubernetes(), version(), transfer::same, this::decided);
            if (!late.conflicts().isEmpty()) {
                asked(late.conflicts());
                return Optional.of(new StepOutcome.Held(HoldReason.CUSTOMISATION_CONFLICTS, late.conflicts()));
            }
            if (late.isNothing()) {
                tell(carried, changes, notes);
                return Optional.empty();
            }
            write(late, carried);
        }
        return Optional.of(MigrateToKubernetesDatastoreStep.failed(
                "etcd goes on changing although it is locked: " + String.join(", ", carried), List.copyOf(carried)));
    }

    private static void tell(Set<String> carried, List<String> changes, List<String> notes) {
        changes.addAll(carried);
        if (!carried.isEmpty()) {
            notes.add("written to etcd after the comparison, and carried over: " + String.join(", ", carried));
        }
    }

    private CalicoVersion version() {
        return Manifests.target(context);
    }

    private DatastoreMove read(SortedMap<String, String> entries) {
        return DatastoreMove.later(
                entries,
                compared.entries(),
                version(),
                Relocation.names(cluster.list(Kinds.CORE, "Node")),
                Relocation.namespaces(cluster));
    }

    private LateWrites.Kubernetes inKubernetes() {
        ObjectNode information = cluster.find(Relocation.INFORMATION)
                .orElseThrow(() -> new ClusterException(
                        Problem.UNEXPECTED,
                        "somebody has deleted ClusterInformation default of Kubernetes, which says that it is locked",
                        null));
        return new LateWrites.Kubernetes(transfer.there(), information, cluster.list(Kinds.CORE, "Node"));
    }

    private void write(LateWrites late, Set<String> carried) {
        late.creations().forEach(object -> tried(carried, object, () -> cluster.create(object)));
        late.replacements().forEach(object -> tried(carried, object, () -> cluster.replace(object)));
        late.deletions().forEach(object -> tried(carried, object, () -> delete(object)));
    }

    /** Calico takes objects of IPAM that say so for deleted: whoever writes to it meanwhile is found by its resourceVersion. */
    private void delete(ObjectNode object) {
        ObjectNode last = object;
        if (object.get("spec") instanceof ObjectNode spec && spec.has("deleted")) {
            ObjectNode going = object.deepCopy();
            Json.child(going, "spec")
                    .set(
                            "deleted",
                            spec.get("deleted").isTextual()
                                    ? Json.NODES.textNode("true")
                                    : Json.NODES.booleanNode(true));
            last = cluster.replace(going);
        }
        cluster.delete(last);
    }

    private static void tried(Set<String> carried, ObjectNode object, Runnable write) {
        try {
            write.run();
            carried.add(ObjectKey.of(object).object());
        } catch (ClusterException e) {
            if (!e.isRace()) {
                throw e;
            }
            // The next round reads what somebody else has written.
        }
    }

    /** A rule was not given for what was not asked yet: it counts for questions that an earlier attempt was held with. */
    private OnConflict decided(FieldConflict conflict) {
        Decisions decisions = context.decisions();
        OnConflict answer = decisions.answers().get(conflict.question());
        if (answer != null) {
            return answer;
        }
        return wasAsked(conflict) ? decisions.rule() : OnConflict.HOLD;
    }

    private boolean wasAsked(FieldConflict conflict) {
        Optional<JsonNode> asked =
                context.backups().text(context.step().campaign(), QUESTIONS).flatMap(LastRound::parsed);
        return asked.filter(text -> Json.text(text, "compared").equals(compared.digest())
                        && !Json.text(text, "step").equals(context.step().encode()))
                .map(text -> Json.texts(text.get("questions")))
                .filter(questions -> questions.contains(conflict.question()))
                .isPresent();
    }

    private void asked(List<FieldConflict> conflicts) {
        ObjectNode text = Json.object()
                .put("compared", compared.digest())
                .put("step", context.step().encode());
        conflicts.stream().map(FieldConflict::question).forEach(text.putArray("questions")::add);
        context.backups().keepText(context.step().campaign(), QUESTIONS, text.toString());
    }

    private static Optional<JsonNode> parsed(String text) {
        try {
            return Optional.ofNullable(MAPPER.readTree(text));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
