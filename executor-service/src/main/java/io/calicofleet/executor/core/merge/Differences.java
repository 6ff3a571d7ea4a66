package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FieldChange;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
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
        differences(after, before).forEach(field -> tell(key, field.path(), field.now(), field.wanted(), changes));
        return changes;
    }

    /** What is one value to a merge, such as a schema, is told by what changes in it. */
    private static void tell(
            ObjectKey key,
            FieldPath path,
            @Nullable JsonNode before,
            @Nullable JsonNode after,
            List<FieldChange> changes) {
        if (Objects.equals(before, after)) {
            return;
        }
        if (isObject(before) && isObject(after)) {
            Json.names(before, after)
                    .forEach(name ->
                            tell(key, path.field(name), Json.get(before, name), Json.get(after, name), changes));
        } else if (isNamed(before) && isNamed(after)) {
            Map<String, JsonNode> was = named(before);
            Map<String, JsonNode> is = named(after);
            Set<String> names = new TreeSet<>(was.keySet());
            names.addAll(is.keySet());
            names.forEach(name -> tell(key, path.entry(name), was.get(name), is.get(name), changes));
        } else {
            changes.add(
                    new FieldChange(path.text(), Redaction.text(key, path, before), Redaction.text(key, path, after)));
        }
    }

    /** Whether it is a list of objects that each have a name of their own. */
    private static boolean isNamed(@Nullable JsonNode list) {
        return list != null
                && list.isArray()
                && Json.elements(list).allMatch(entry -> entry.path("name").isTextual())
                && named(list).size() == list.size();
    }

    private static Map<String, JsonNode> named(@Nullable JsonNode list) {
        Map<String, JsonNode> named = new LinkedHashMap<>();
        Json.elements(list).forEach(entry -> named.put(entry.path("name").asText(), entry));
        return named;
    }

    private static List<Difference> differences(ObjectNode wanted, ObjectNode now) {
        FieldRule rule = FieldSchemas.of(wanted.path("kind").asText());
        List<Difference> fields = new ArrayList<>();
        collect(FieldPath.ROOT, List.of(), rule, normal(rule, wanted), normal(rule, now), fields);
        return fields;
    }

    private static @Nullable JsonNode normal(FieldRule rule, ObjectNode object) {
        ObjectNode pruned =
                Pruning.prune(rule, Admission.without(object)) instanceof ObjectNode node ? node : Json.object();
        pruned.remove(List.of("apiVersion", "status"));
        return NormalForm.of(rule, pruned);
    }

    private static void collect(
            FieldPath path,
            List<String> managed,
            FieldRule rule,
            @Nullable JsonNode wanted,
            @Nullable JsonNode now,
            List<Difference> fields) {
        if (Objects.equals(wanted, now)) {
            return;
        }
        if (isObject(wanted) && isObject(now)) {
            for (String name : Json.names(wanted, now)) {
                collect(
                        path.field(name),
                        with(managed, "f:" + name),
                        rule.shape().field(name),
                        Json.get(wanted, name),
                        Json.get(now, name),
                        fields);
            }
            return;
        }
        boolean keyed = rule.kind() == FieldRule.Kind.KEYED_LIST && isList(wanted) && isList(now);
        if (!keyed) {
            fields.add(new Difference(path, managed, wanted, now));
            return;
        }
        Map<String, JsonNode> one = index(rule, wanted);
        Map<String, JsonNode> other = index(rule, now);
        Set<String> keys = new TreeSet<>(one.keySet());
        keys.addAll(other.keySet());
        for (String key : keys) {
            JsonNode entry = one.containsKey(key) ? one.get(key) : other.get(key);
            collect(
                    path.entry(key),
                    with(managed, "k:" + keyOf(rule, entry)),
                    rule.entry(),
                    one.get(key),
                    other.get(key),
                    fields);
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
