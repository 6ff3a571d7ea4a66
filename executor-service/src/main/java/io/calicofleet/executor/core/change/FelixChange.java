package io.calicofleet.executor.core.change;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.ChangeSpec;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.FieldSetting;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.detect.CalicoNode;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.executor.core.identity.Part;
import io.calicofleet.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a change of FelixConfiguration default comes to on one cluster.
 *
 * @param fields the fields that are not so yet, as {@code field: now -> then}
 * @param refusals why it is not made here, a sentence each without its full stop
 * @param questions what a person has to say yes to before it is made
 * @param effects what is to be known before, a sentence each without its full stop
 */
public record FelixChange(
        List<String> fields, List<String> refusals, List<FieldConflict> questions, List<String> effects) {

    /** The name of the one that is changed. */
    public static final String NAME = "default";

    /** The object, as events name it. */
    public static final String OBJECT = CalicoKind.FELIX_CONFIGURATION.kind() + " " + NAME;

    private static final ObjectMapper JSON = new ObjectMapper();

    public FelixChange {
        fields = List.copyOf(fields);
        refusals = List.copyOf(refusals);
        questions = List.copyOf(questions);
        effects = List.copyOf(effects);
    }

    /**
     * Works it out.
     *
     * @param snapshot the nodes, pods and DaemonSets, the ConfigMaps of Calico's namespace, the FelixConfigurations and definitions
     * @param released the definition of FelixConfigurations in the release that runs; empty where no file of it is at hand
     */
    public static FelixChange of(ChangeSpec change, ClusterSnapshot snapshot, Optional<? extends JsonNode> released) {
        Optional<CalicoNode> node = CalicoNode.find(snapshot);
        if (node.isEmpty()) {
            return refused("There is no calico-node whose settings could change");
        }
        try {
            values(change);
        } catch (IllegalArgumentException e) {
            return refused("What the planner asks for cannot be read: " + e.getMessage());
        }
        return new Maker(change, snapshot, released, node.get()).made();
    }

    private static FelixChange refused(String why) {
        return new FelixChange(List.of(), List.of(why), List.of(), List.of());
    }

    /** The values of a change: of each field the JSON, null where it is to go. */
    public static Map<String, @Nullable JsonNode> values(ChangeSpec change) {
        Map<String, @Nullable JsonNode> values = new TreeMap<>();
        for (FieldSetting setting : change.felixConfiguration()) {
            values.put(setting.field(), setting.value() == null ? null : read(setting.value()));
        }
        return values;
    }

    /** A copy in which the fields of the change have its values. */
    public static ObjectNode changed(ObjectNode now, ChangeSpec change) {
        ObjectNode changed = now.deepCopy();
        ObjectNode spec = Json.child(changed, "spec");
        values(change).forEach((field, value) -> {
            if (value == null) {
                spec.remove(field);
            } else {
                spec.set(field, value);
            }
        });
        return changed;
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the value of a field is no JSON", e);
        }
    }

    /** Works one out. */
    private static final class Maker {

        private final ChangeSpec change;
        private final ClusterSnapshot snapshot;
        private final CalicoNode node;
        private final JsonNode present;
        private final JsonNode properties;
        private final boolean byOperator;
        private final DataPlane dataPlane;
        private final List<String> fields = new ArrayList<>();
        private final List<String> refusals = new ArrayList<>();
        private final List<FieldConflict> questions = new ArrayList<>();
        private final List<String> effects = new ArrayList<>();

        Maker(ChangeSpec change, ClusterSnapshot snapshot, Optional<? extends JsonNode> released, CalicoNode node) {
            this.change = change;
            this.snapshot = snapshot;
            this.node = node;
            this.present = configurations()
                    .filter(object -> named(object).equals(NAME))
                    .findFirst()
                    .map(object -> object.path("spec"))
                    .orElse(MissingNode.getInstance());
            this.properties = FelixDefinition.properties(snapshot, released);
            this.byOperator = Part.isOfOperator(node.daemonSet());
            this.dataPlane = new DataPlane(snapshot, node, afterwards());
        }

        private Stream<JsonNode> configurations() {
            return snapshot.all(CalicoKind.FELIX_CONFIGURATION.kind());
        }

        private JsonNode afterwards() {
            ObjectNode object = Json.object();
            object.set("spec", present.isObject() ? present : Json.object());
            return changed(object, change).path("spec");
        }

        FelixChange made() {
            if (!properties.isObject()) {
                refusals.add(
                        "Which fields FelixConfiguration has here is not known: its definition in the cluster has no schema, nor has the file"
                                + " calico.yaml of the release that runs, if it is at hand. Definitions have one from v3.15 on: upgrade first, or bring the"
                                + " files of the release");
                return new FelixChange(fields, refusals, questions, effects);
            }
            values(change).forEach(this::field);
            if (fields.stream().anyMatch(line -> !line.startsWith("healthTimeoutOverrides:"))) {
                effects.addFirst(FelixFields.RESTART);
            }
            return new FelixChange(fields, refusals, questions, effects);
        }

        private void field(String field, @Nullable JsonNode value) {
            JsonNode schema = properties.path(field);
            if (schema.isMissingNode()) {
                refusals.add(SchemaCheck.unknown(field, field, properties));
                return;
            }
            if (value != null) {
                refusals.addAll(SchemaCheck.of(field, value, schema));
            }
            JsonNode now = Json.get(present, field);
            if (isSo(now, value, schema)) {
                return;
            }
            fields.add(field + ": " + text(now) + " -> " + text(value));
            FelixFields.refusal(field).ifPresent(why -> refusals.add("No campaign changes " + field + ": " + why));
            overridden(field);
            operators(field, value);
            refusals.addAll(dataPlane.refusals(field, value));
            effects(field, now, value);
        }

        /** A field that is removed is what the API server fills in for it, at most. */
        private static boolean isSo(@Nullable JsonNode now, @Nullable JsonNode value, JsonNode schema) {
            return now == null ? value == null : now.equals(value == null ? Json.get(schema, "default") : value);
        }

        /** Felix takes its environment first: the field would do nothing. */
        private void overridden(String field) {
            node.environment().forEach((name, set) -> {
                if (FelixFields.variables(field).contains(name.toUpperCase(Locale.ROOT))) {
                    refusals.add("The environment variable " + name + " of " + object() + " says '" + set
                            + "', and Felix takes that before FelixConfiguration, so that " + field
                            + " would do nothing. Change or remove it there");
                }
            });
            List<String> own = configurations()
                    .filter(object ->
                            !named(object).equals(NAME) && object.path("spec").has(field))
                    .map(object -> CalicoKind.FELIX_CONFIGURATION.kind() + " " + named(object))
                    .sorted()
                    .toList();
            if (!own.isEmpty()) {
                effects.add(field + ": nodes that have it in a FelixConfiguration of their own keep that: "
                        + String.join(", ", own));
            }
        }

        private void operators(String field, @Nullable JsonNode value) {
            if (!byOperator) {
                return;
            }
            FelixFields.operators(field)
                    .ifPresent(where -> refusals.add("The operator keeps " + field + ", and would write it back. "
                            + where + ": change it there"));
            if (value == null && List.of("vxlanVNI", "vxlanPort").contains(field)) {
                refusals.add("The operator writes its own " + field
                        + " where there is none. Say the value you want in place of null");
            }
        }

        private void effects(String field, @Nullable JsonNode now, @Nullable JsonNode value) {
            Optional<String> closed = field.startsWith("failsafe")
                    ? dataPlane.closed(field, configurations().toList())
                    : Optional.empty();
            if (FelixFields.isQuiet(field) || (field.startsWith("failsafe") && closed.isEmpty())) {
                return;
            }
            String effect = closed.orElseGet(() -> FelixFields.effect(field) + dataPlane.nodes(field, value));
            effects.add(field + ": " + effect);
            questions.add(new FieldConflict(
                    OBJECT,
                    "spec." + field,
                    "",
                    now == null ? "" : now.toString(),
                    value == null ? "" : value.toString(),
                    effect + ". take-new goes on.",
                    List.of(OnConflict.TAKE_NEW)));
        }

        private String object() {
            return "DaemonSet " + node.daemonSet().at("/metadata/namespace").asText() + "/" + named(node.daemonSet());
        }

        private static String text(@Nullable JsonNode value) {
            return value == null ? "absent" : value.isTextual() ? value.asText() : value.toString();
        }

        private static String named(JsonNode object) {
            return object.at("/metadata/name").asText();
        }
    }
}
