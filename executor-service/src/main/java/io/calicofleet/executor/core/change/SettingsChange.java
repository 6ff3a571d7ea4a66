package io.calicofleet.executor.core.change;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.ChangeSpec;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.RegistryChange;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.detect.CalicoNode;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.model.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a change of settings comes to on one cluster.
 *
 * @param fields the fields that are not so yet, as {@code IPPool a natOutgoing: now -> then}
 * @param refusals why it is not made here, a sentence each without its full stop
 * @param questions what a person has to say yes to before it is made
 * @param effects what is to be known before, a sentence each without its full stop
 */
public record SettingsChange(
        List<String> fields, List<String> refusals, List<FieldConflict> questions, List<String> effects) {

    /** Nothing is known of it. */
    public static final SettingsChange NONE = new SettingsChange(List.of(), List.of(), List.of(), List.of());

    public SettingsChange {
        fields = List.copyOf(fields);
        refusals = List.copyOf(refusals);
        questions = List.copyOf(questions);
        effects = List.copyOf(effects);
    }

    /**
     * Works it out.
     *
     * @param snapshot the nodes, pods, DaemonSets and Deployments, the ConfigMaps of Calico's namespace, an Installation, pull secrets without what is in
     *     them, Calico's nodes, FelixConfigurations, BGPConfigurations, BGPPeers and IPPools, and the definitions
     * @param released the definitions of these in the release that runs; none where no file of it is at hand
     */
    public static SettingsChange of(
            ChangeSpec change, ClusterSnapshot snapshot, Collection<? extends JsonNode> released) {
        Optional<CalicoNode> node = CalicoNode.find(snapshot);
        if (node.isEmpty()) {
            return refused("There is no calico-node whose settings could change");
        }
        CalicoNetwork before = CalicoNetwork.of(snapshot);
        List<ChangedResource> resources = ChangedResource.of(change, snapshot.objects());
        CalicoNetwork after;
        try {
            after = before.with(resources);
        } catch (IllegalArgumentException e) {
            return refused("What the planner asks for cannot be read: " + e.getMessage());
        }
        Maker maker = new Maker();
        maker.refusals.addAll(ChangedResource.problems(change, snapshot.objects()));
        for (ChangedResource resource : resources) {
            Optional<CalicoKind> kind = resource.calicos();
            if (kind.isEmpty()) {
                maker.workload(resource, snapshot, node.get(), change);
                continue;
            }
            JsonNode properties = Definitions.properties(snapshot, released, kind.get());
            if (!properties.isObject()) {
                maker.unknown(kind.get());
                continue;
            }
            FieldRules rules = switch (kind.get()) {
                case FELIX_CONFIGURATION -> new FelixFieldRules(snapshot, node.get(), before, after);
                case BGP_CONFIGURATION -> new BgpFieldRules(snapshot, node.get(), before, after);
                default -> new PoolFieldRules(snapshot, node.get(), before, after, resource);
            };
            maker.resource(
                    resource,
                    before.spec(resource),
                    properties,
                    field -> NestedField.of(field).schema(properties),
                    rules);
        }
        return maker.made();
    }

    /** What of Secrets is looked at, and nothing of what is in them. */
    public static ObjectNode withoutData(JsonNode secret) {
        return ImageFieldRules.withoutData(secret);
    }

    /** The same, refused for one reason more. */
    public SettingsChange refusedFor(String why) {
        List<String> more = new ArrayList<>(refusals);
        more.add(why);
        return new SettingsChange(fields, more, questions, effects);
    }

    private static SettingsChange refused(String why) {
        return new SettingsChange(List.of(), List.of(why), List.of(), List.of());
    }

    /** Works one out. */
    private static final class Maker {

        private final List<String> fields = new ArrayList<>();
        private final Set<String> refusals = new LinkedHashSet<>();
        private final List<FieldConflict> questions = new ArrayList<>();
        private final Set<String> first = new LinkedHashSet<>();
        private final List<String> effects = new ArrayList<>();

        SettingsChange made() {
            List<String> said = new ArrayList<>(first);
            said.addAll(effects);
            return new SettingsChange(fields, List.copyOf(refusals), questions, said);
        }

        void unknown(CalicoKind kind) {
            refusals.add("Which fields " + kind.kind()
                    + " has here is not known: its definition in the cluster has no schema, nor has the file"
                    + " calico.yaml of the release that runs, if it is at hand. Definitions have one from v3.15 on: upgrade first, or bring the"
                    + " files of the release");
        }

        /** What is written as it is, not by definitions of Calico's. */
        void workload(ChangedResource resource, ClusterSnapshot snapshot, CalicoNode node, ChangeSpec change) {
            JsonNode present = snapshot.all(resource.kind())
                    .filter(resource::is)
                    .findFirst()
                    .map(object -> object.path("spec"))
                    .orElseThrow();
            ChangedResource typha = resource.only(ChangedImages.REPLICAS::equals);
            if (!typha.fields().isEmpty()) {
                JsonNode known = TyphaFieldRules.PROPERTIES;
                resource(typha, present, known, known::path, new TyphaFieldRules(snapshot, node, resource));
            }
            RegistryChange registry = change.registry();
            if (registry != null) {
                resource(
                        resource.only(field -> !field.equals(ChangedImages.REPLICAS)),
                        present,
                        Json.object(),
                        ImageFieldRules::schema,
                        new ImageFieldRules(snapshot, node, resource, registry));
            }
        }

        void resource(
                ChangedResource resource,
                JsonNode present,
                JsonNode properties,
                Function<String, JsonNode> schemas,
                FieldRules rules) {
            Set<String> changed = new TreeSet<>();
            resource.values().forEach((field, value) -> {
                JsonNode schema = schemas.apply(field);
                if (schema.isMissingNode()) {
                    refusals.add(SchemaCheck.unknown(resource.kind(), field, field, properties));
                    return;
                }
                if (value != null) {
                    refusals.addAll(SchemaCheck.of(resource.kind(), field, value, schema));
                }
                JsonNode now = NestedField.of(field).get(present);
                if (isSo(now, value, schema, rules.otherwise(field))) {
                    return;
                }
                changed.add(field);
                fields.add(resource.object() + " " + field + ": " + text(now) + " -> " + text(value));
                refusals.addAll(rules.refusals(field, value));
                rules.notes(field, value).forEach(note -> effects.add(field + ": " + note));
                rules.effect(field, now, value).ifPresent(effect -> {
                    effects.add(field + ": " + effect);
                    questions.add(new FieldConflict(
                            resource.object(),
                            "spec." + field,
                            "",
                            now == null ? "" : now.toString(),
                            value == null ? "" : value.toString(),
                            effect + ". take-new goes on.",
                            List.of(OnConflict.TAKE_NEW)));
                });
            });
            if (!changed.isEmpty()) {
                refusals.addAll(rules.together(changed));
                rules.first(changed).ifPresent(first::add);
            }
        }

        /** What is absent is what the API server fills in, or Calico takes. */
        private static boolean isSo(
                @Nullable JsonNode now, @Nullable JsonNode value, JsonNode schema, @Nullable JsonNode otherwise) {
            JsonNode absent = otherwise == null ? Json.get(schema, "default") : otherwise;
            if (now == null) {
                return value == null || value.equals(otherwise);
            }
            return now.equals(value == null ? absent : value);
        }

        private static String text(@Nullable JsonNode value) {
            return value == null ? "absent" : value.isTextual() ? value.asText() : value.toString();
        }
    }
}
