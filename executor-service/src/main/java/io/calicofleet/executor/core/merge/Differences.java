package io.calicofleet.executor.core.merge;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FieldChange;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The fields in which two forms of an object differ, as the API server means them; what it writes itself is none. */
public final class Differences {

    private Differences() {}

    /**
     * A field that differs.
     *
     * @param path the path for people: {@code spec.template.spec.containers[calico-node].image}
     * @param managed the same path as the keys of {@code metadata.managedFields} spell it
     */
    public record Field(String path, List<String> managed) {

        public Field {
            managed = List.copyOf(managed);
        }
    }

    /** A field that differs, with both of its values. */
    private record Difference(
            FieldPath path,
            List<String> managed,
            @Nullable JsonNode wanted,
            @Nullable JsonNode now) {}

    /** Where {@code now} is not as {@code wanted} has it; what was last applied and our own marks do not count. */
    public static List<Field> between(ObjectNode wanted, ObjectNode now) {
        return differences(wanted, now).stream()
                .map(field -> new Field(field.path().text(), field.managed()))
                .toList();
    }

    /** The same with what each field has and will have, for people: values that may be secret are hidden. */
    public static List<FieldChange> changes(ObjectNode before, ObjectNode after) {
        ObjectKey key = ObjectKey.of(after);
        List<FieldChange> changes = new ArrayList<>();
        differences(after, before)
                .forEach(field -> tell(
                        field.path(),
                        Shown.of(key, field.path(), field.now()),
                        Shown.of(key, field.path(), field.wanted()),
                        changes));
        return changes;
    }

    /** Whether a value in it would be hidden from people. */
    public static boolean mayHoldSecret(JsonNode object) {
        return !Redaction.redact(object).equals(object);
    }

    /**
     * A value, and what of it may be seen: it is hidden as a whole, by the names above it, before its parts are looked at.
     *
     * @param value the value; null where absent
     * @param seen the same, with what may be secret hidden; null where absent
     */
    private record Shown(@Nullable JsonNode value, @Nullable JsonNode seen) {

        static Shown of(ObjectKey key, FieldPath path, @Nullable JsonNode value) {
            return new Shown(value, value == null ? null : Redaction.tree(key, path, value));
        }

        boolean isOpen() {
            return value != null && seen != null && value.isContainerNode() && seen.isContainerNode();
        }

        Shown field(String name) {
            return new Shown(Json.get(value, name), Json.get(seen, name));
        }

        /** The entries of a list by their names; empty where they have none of their own. */
        Map<String, Shown> named() {
            Map<String, Shown> named = new LinkedHashMap<>();
            if (value == null || seen == null || !isNamed(value)) {
                return named;
            }
            for (int i = 0; i < value.size(); i++) {
                named.put(value.path(i).path("name").asText(), new Shown(value.get(i), seen.get(i)));
            }
            return named.size() == value.size() ? named : Map.of();
        }

        String text() {
            return seen == null ? "" : seen.toString();
        }
    }

    private static final Shown ABSENT = new Shown(null, null);

    /** What is one value to a merge, such as a schema, is told by what changes in it. */
    private static void tell(FieldPath path, Shown before, Shown after, List<FieldChange> changes) {
        if (Objects.equals(before.value(), after.value())) {
            return;
        }
        boolean open = before.isOpen() && after.isOpen();
        if (open && isObject(before.value()) && isObject(after.value())) {
            Json.names(before.value(), after.value())
                    .forEach(name -> tell(path.field(name), before.field(name), after.field(name), changes));
            return;
        }
        Map<String, Shown> was = open ? before.named() : Map.of();
        Map<String, Shown> is = open ? after.named() : Map.of();
        if (was.isEmpty() || is.isEmpty()) {
            changes.add(new FieldChange(path.text(), before.text(), after.text()));
            return;
        }
        Set<String> names = new TreeSet<>(was.keySet());
        names.addAll(is.keySet());
        names.forEach(
                name -> tell(path.entry(name), was.getOrDefault(name, ABSENT), is.getOrDefault(name, ABSENT), changes));
    }

    private static boolean isNamed(JsonNode list) {
        return list.isArray()
                && Json.elements(list).allMatch(entry -> entry.path("name").isTextual());
    }

    private static List<Difference> differences(ObjectNode wanted, ObjectNode now) {
        FieldRule rule = FieldSchemas.of(wanted.path("kind").asText());
        List<Difference> fields = new ArrayList<>();
        collect(
                FieldPath.ROOT,
                List.of(),
                rule,
                new Form(normal(rule, wanted), wanted),
                new Form(normal(rule, now), now),
                fields);
        return fields;
    }

    private static @Nullable JsonNode normal(FieldRule rule, ObjectNode object) {
        ObjectNode pruned =
                Pruning.prune(rule, Admission.without(object)) instanceof ObjectNode node ? node : Json.object();
        pruned.remove(List.of("apiVersion", "status"));
        return NormalForm.of(rule, pruned);
    }

    /**
     * A value as it is compared, and as it is written.
     *
     * @param normal its normal form; null for what counts as absent
     * @param written null where absent
     */
    private record Form(@Nullable JsonNode normal, @Nullable JsonNode written) {

        static final Form ABSENT = new Form(null, null);

        Form field(String name) {
            return new Form(Json.get(normal, name), Json.get(written, name));
        }

        Map<String, Form> entries(FieldRule rule) {
            Map<String, JsonNode> asWritten = index(rule, written);
            Map<String, Form> entries = new LinkedHashMap<>();
            index(rule, normal).forEach((key, entry) -> entries.put(key, new Form(entry, asWritten.get(key))));
            return entries;
        }

        /** Scalars as people write them, such as 128Mi; objects and lists without what servers add. */
        @Nullable
        JsonNode told(FieldRule rule) {
            if (normal == null || written == null || written.isValueNode()) {
                return normal == null ? null : requireNonNullElse(written, normal);
            }
            if (normal instanceof ObjectNode object) {
                ObjectNode told = Json.object();
                Json.names(object)
                        .forEach(name ->
                                told.set(name, field(name).told(rule.shape().field(name))));
                return told;
            }
            ArrayNode told = Json.NODES.arrayNode();
            if (rule.isKeyed()) {
                entries(rule).values().forEach(entry -> told.add(entry.told(rule.entry())));
            } else {
                // Those of a set are sorted, and what counts as absent is not among them.
                Map<JsonNode, JsonNode> asWritten = new HashMap<>();
                Json.elements(written).forEach(entry -> {
                    JsonNode one = NormalForm.of(rule.entry(), entry);
                    if (one != null) {
                        asWritten.putIfAbsent(one, entry);
                    }
                });
                Json.elements(normal)
                        .forEach(entry -> told.add(new Form(entry, asWritten.get(entry)).told(rule.entry())));
            }
            return told;
        }
    }

    private static void collect(
            FieldPath path, List<String> managed, FieldRule rule, Form wanted, Form now, List<Difference> fields) {
        if (Objects.equals(wanted.normal(), now.normal())) {
            return;
        }
        if (isObject(wanted.normal()) && isObject(now.normal())) {
            for (String name : Json.names(wanted.normal(), now.normal())) {
                collect(
                        path.field(name),
                        with(managed, "f:" + name),
                        rule.shape().field(name),
                        wanted.field(name),
                        now.field(name),
                        fields);
            }
            return;
        }
        boolean keyed = rule.kind() == FieldRule.Kind.KEYED_LIST && isList(wanted.normal()) && isList(now.normal());
        if (!keyed) {
            fields.add(new Difference(path, managed, wanted.told(rule), now.told(rule)));
            return;
        }
        Map<String, Form> one = wanted.entries(rule);
        Map<String, Form> other = now.entries(rule);
        Set<String> keys = new TreeSet<>(one.keySet());
        keys.addAll(other.keySet());
        for (String key : keys) {
            Form mine = one.getOrDefault(key, Form.ABSENT);
            Form theirs = other.getOrDefault(key, Form.ABSENT);
            JsonNode entry = mine.normal() == null ? theirs.normal() : mine.normal();
            collect(path.entry(key), with(managed, "k:" + keyOf(rule, entry)), rule.entry(), mine, theirs, fields);
        }
    }

    private static boolean isObject(@Nullable JsonNode node) {
        return node != null && node.isObject();
    }

    private static boolean isList(@Nullable JsonNode node) {
        return node != null && node.isArray();
    }

    private static Map<String, JsonNode> index(FieldRule rule, @Nullable JsonNode list) {
        Map<String, JsonNode> index = new LinkedHashMap<>();
        Json.elements(list).forEach(entry -> index.put(ListMerge.key(rule, entry), entry));
        return index;
    }

    private static String keyOf(FieldRule rule, @Nullable JsonNode entry) {
        ObjectNode key = Json.object();
        rule.keys().stream().sorted().forEach(name -> {
            JsonNode value = Json.get(entry, name);
            if (value != null) {
                key.set(name, value);
            }
        });
        return key.toString();
    }

    private static List<String> with(List<String> path, String next) {
        List<String> longer = new ArrayList<>(path);
        longer.add(next);
        return longer;
    }
}
