package io.calicofleet.executor.step.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FieldChange;
import io.calicofleet.event.PlannedAction;
import io.calicofleet.event.PlannedWrite;
import io.calicofleet.event.StepKind;
import io.calicofleet.executor.core.istio.Restart;
import io.calicofleet.executor.core.merge.Differences;
import io.calicofleet.executor.core.plan.PlanMark;
import io.calicofleet.executor.step.cluster.Objects;
import io.calicofleet.model.Digests;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What steps have written to a preview, each object once for each step: as it was before that step, and as it left it. */
final class Writes {

    /** Fields of an object that are told; of the schemas of definitions hardly anybody reads more than what is new. */
    private static final int FIELDS = 60;

    private static final int FIELDS_OF_DEFINITIONS = 15;

    /** Characters of all fields together; a record of Kafka has room for more, a person hardly. */
    private static final int ALL = 512 * 1024;

    private static final int SHORT = 16;

    private record Key(StepKind step, ObjectKey object) {}

    /** How an object was, and how it is left; and whether it was deleted in between. */
    private record Write(Optional<ObjectNode> before, Optional<ObjectNode> after, boolean deleted) {}

    private final Map<Key, Write> writes = new LinkedHashMap<>();
    private StepKind step = StepKind.PLAN;

    /** What is written from now on is written by a step of this kind. */
    void begin(StepKind kind) {
        step = kind;
    }

    void wrote(ObjectKey object, Optional<ObjectNode> before, Optional<ObjectNode> after) {
        writes.merge(
                new Key(step, object),
                new Write(before.map(ObjectNode::deepCopy), after.map(ObjectNode::deepCopy), after.isEmpty()),
                (first, then) -> new Write(first.before(), then.after(), first.deleted() || then.deleted()));
    }

    /** The workloads whose pods are made anew, with how they were. */
    List<ObjectNode> restarted() {
        List<ObjectNode> restarted = new ArrayList<>();
        writes.values().forEach(write -> {
            JsonNode was =
                    write.before().map(object -> object.at("/spec/template")).orElse(Json.NODES.missingNode());
            JsonNode is =
                    write.after().map(object -> object.at("/spec/template")).orElse(Json.NODES.missingNode());
            if (!was.isMissingNode() && !is.isMissingNode() && !was.equals(is)) {
                restarted.add(write.before().orElseThrow());
            }
        });
        return restarted;
    }

    /** The objects that mean something else than before, each with a field that does; what was last applied, say, means nothing. */
    List<String> changed() {
        List<String> changed = new ArrayList<>();
        writes.forEach((key, write) -> action(write).ifPresent(action -> {
            String object = key.object().object();
            if (action == PlannedAction.UPDATE) {
                Differences.between(write.after().orElseThrow(), write.before().orElseThrow()).stream()
                        .findFirst()
                        .ifPresent(field -> changed.add(object + " " + field.path()));
            } else {
                changed.add(object);
            }
        }));
        return changed;
    }

    /** Everything, in the order it was first written. */
    List<PlannedWrite> planned() {
        List<PlannedWrite> planned = new ArrayList<>();
        int[] room = {ALL};
        writes.forEach((key, write) -> action(write).ifPresent(action -> {
            List<FieldChange> all = fields(key.object(), write);
            List<FieldChange> told = new ArrayList<>();
            int most = key.object().kind().equals("CustomResourceDefinition") ? FIELDS_OF_DEFINITIONS : FIELDS;
            for (FieldChange field : all.subList(0, Math.min(most, all.size()))) {
                room[0] -= field.path().length()
                        + field.before().length()
                        + field.after().length();
                if (room[0] < 0) {
                    break;
                }
                told.add(field);
            }
            planned.add(new PlannedWrite(
                    key.step(),
                    action,
                    key.object().object(),
                    told,
                    all.size() - told.size(),
                    write.before().map(Writes::digest).orElse(""),
                    write.after().map(Writes::digest).orElse("")));
        }));
        return planned;
    }

    private static Optional<PlannedAction> action(Write write) {
        if (write.before().isEmpty()) {
            return write.after().isPresent() ? Optional.of(PlannedAction.CREATE) : Optional.empty();
        }
        if (write.after().isEmpty()) {
            return Optional.of(PlannedAction.DELETE);
        }
        if (write.deleted()) {
            return Optional.of(PlannedAction.RECREATE);
        }
        return Objects.creatable(write.before().get())
                        .equals(Objects.creatable(write.after().get()))
                ? Optional.empty()
                : Optional.of(PlannedAction.UPDATE);
    }

    private static List<FieldChange> fields(ObjectKey key, Write write) {
        ObjectNode nothing = Json.object();
        ObjectNode any = write.after().or(write::before).orElseThrow();
        nothing.put("apiVersion", any.path("apiVersion").asText()).put("kind", key.kind());
        ObjectNode metadata = nothing.putObject("metadata").put("name", key.name());
        if (!key.namespace().isEmpty()) {
            metadata.put("namespace", key.namespace());
        }
        return write.after().isEmpty()
                ? List.of()
                : Differences.changes(
                        write.before().orElse(nothing), write.after().get());
    }

    private static String digest(ObjectNode object) {
        return Digests.sha256(normal(object).toString()).substring(0, SHORT);
    }

    /** What people or releases say of an object, in one order: not what a server counts, and not which plan wrote it. */
    private static JsonNode normal(ObjectNode object) {
        ObjectNode copy = Objects.creatable(object);
        if (copy.at("/metadata/annotations") instanceof ObjectNode annotations) {
            annotations.remove(PlanMark.PLAN);
        }
        if (copy.at("/spec/template/metadata/annotations") instanceof ObjectNode annotations) {
            annotations.remove(Restart.ANNOTATION);
        }
        return sorted(copy);
    }

    private static JsonNode sorted(@Nullable JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode sorted = Json.object();
            new TreeSet<>(Json.names(object)).forEach(name -> {
                JsonNode value = sorted(object.get(name));
                if (!(value.isObject() && value.isEmpty())) {
                    sorted.set(name, value);
                }
            });
            return sorted;
        }
        if (node instanceof ArrayNode list) {
            ArrayNode sorted = Json.NODES.arrayNode();
            list.forEach(entry -> sorted.add(sorted(entry)));
            return sorted;
        }
        return node == null ? Json.NODES.nullNode() : node;
    }
}
