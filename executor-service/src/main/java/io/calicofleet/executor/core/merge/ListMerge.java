package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.calicofleet.model.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Merges lists entry by entry. An absent list is an empty one.
 *
 * <p>Keyed lists: entries of one key are merged as objects. Of two variables of one name the later one counts, as for
 * Kubernetes; where else a key is there twice, the first is merged with the first and so on. A list in which a key is
 * missing is taken whole.
 *
 * <p>Sets (tolerations, rules of a role, subjects): an entry has no identity but its content, so an entry is there or
 * not. A changed entry is one removed and another one added. For what grants something, as a toleration or a rule does,
 * adding is right: what people added stays beside what the target says, and what people took away stays away. There are
 * no conflicts.
 */
final class ListMerge {

    private final FieldMerge fields;
    private final Findings findings;

    ListMerge(FieldMerge fields, Findings findings) {
        this.fields = fields;
        this.findings = findings;
    }

    @Nullable
    JsonNode merge(FieldPath path, FieldRule rule, Side base, Side mine, Side target) {
        Optional<Map<String, JsonNode>> was = index(rule, base);
        Optional<Map<String, JsonNode>> has = index(rule, mine);
        Optional<Map<String, JsonNode>> wants = index(rule, target);
        if (was.isEmpty() || has.isEmpty() || wants.isEmpty()) {
            return fields.mergeValues(path, rule, base, mine, target);
        }
        Map<String, JsonNode> merged = rule.isKeyed()
                ? mergeKeyed(path, rule, was.get(), has.get(), wants.get())
                : mergeSets(path, rule, was.get(), has.get(), wants.get());
        if (merged.isEmpty()) {
            return target.isAbsent() ? target.value() : null;
        }
        if (rule.kind() == FieldRule.Kind.CHAIN && Sequences.isReordered(keys(was.get()), keys(has.get()))) {
            if (Sequences.isReordered(keys(was.get()), keys(wants.get()))
                    && Sequences.isReordered(keys(has.get()), keys(wants.get()))) {
                return findings.conflict(path, base.value(), mine.value(), target.value());
            }
            findings.customised(path, order(has.get()));
        }
        ArrayNode result = Json.NODES.arrayNode();
        Sequences.weave(keys(was.get()), keys(has.get()), keys(wants.get()), merged.keySet())
                .forEach(key -> result.add(merged.get(key)));
        return result;
    }

    private Map<String, JsonNode> mergeKeyed(
            FieldPath path,
            FieldRule rule,
            Map<String, JsonNode> base,
            Map<String, JsonNode> mine,
            Map<String, JsonNode> target) {
        FieldRule entry = rule.entry();
        Map<String, JsonNode> merged = new LinkedHashMap<>();
        for (String key : union(target.keySet(), mine.keySet())) {
            FieldPath at = path.entry(key);
            JsonNode added = base.containsKey(key) || target.containsKey(key) ? null : mine.get(key);
            JsonNode value;
            if (added != null) {
                value = findings.added(at, Pruning.prune(entry, added));
            } else {
                value = fields.merge(
                        at,
                        entry,
                        Side.of(entry, base.get(key)),
                        Side.of(entry, mine.get(key)),
                        Side.of(entry, target.get(key)));
            }
            if (value != null) {
                merged.put(key, value);
            }
        }
        return merged;
    }

    private Map<String, JsonNode> mergeSets(
            FieldPath path,
            FieldRule rule,
            Map<String, JsonNode> base,
            Map<String, JsonNode> mine,
            Map<String, JsonNode> target) {
        Map<String, JsonNode> merged = new LinkedHashMap<>();
        target.forEach((key, entry) -> {
            if (base.containsKey(key) && !mine.containsKey(key)) {
                findings.customised(path.entry(Redaction.redacted(entry)), null);
            } else {
                merged.put(key, entry);
            }
        });
        mine.forEach((key, entry) -> {
            if (!base.containsKey(key) && !target.containsKey(key)) {
                JsonNode pruned = Pruning.prune(rule.entry(), entry);
                JsonNode added = findings.added(path, pruned == null ? entry : pruned);
                if (added != null) {
                    merged.put(key, added);
                }
            }
        });
        return merged;
    }

    /** The entries by key, or by content for a set; empty where a key is missing. */
    private static Optional<Map<String, JsonNode>> index(FieldRule rule, Side list) {
        Map<String, JsonNode> index = index(rule, list.value());
        return index.containsKey("") ? Optional.empty() : Optional.of(index);
    }

    /** The entries by key, or by content for a set; what has no key is under the empty one. */
    static Map<String, JsonNode> index(FieldRule rule, @Nullable JsonNode list) {
        Map<String, JsonNode> index = new LinkedHashMap<>();
        for (JsonNode entry : Json.elements(list).toList()) {
            String key = rule.kind() == FieldRule.Kind.SET
                    ? String.valueOf(NormalForm.of(rule.entry(), entry))
                    : key(rule, entry);
            if (rule.shape() == FieldSchemas.ENV) {
                index.remove(key); // the later one counts, in the place where it is
            } else if (rule.isKeyed() && !key.isEmpty()) {
                String first = key;
                for (int i = 2; index.containsKey(key); i++) {
                    key = first + "#" + i;
                }
            }
            index.put(key, entry);
        }
        return index;
    }

    /** The entries that count. */
    static Iterable<JsonNode> effective(FieldRule rule, JsonNode list) {
        Map<String, JsonNode> index = index(rule, list);
        return index.containsKey("") ? list : index.values();
    }

    /** The values of the keys; empty where one is missing and has no default. */
    static String key(FieldRule rule, JsonNode entry) {
        List<String> values = new ArrayList<>();
        for (String name : rule.keys()) {
            JsonNode value = Json.get(entry, name);
            JsonNode known =
                    value != null ? value : rule.shape().field(name).ifAbsent().in(entry);
            if (known == null) {
                return "";
            }
            values.add(known.asText());
        }
        return values.stream().collect(Collectors.joining("/"));
    }

    private static JsonNode order(Map<String, JsonNode> index) {
        ArrayNode keys = Json.NODES.arrayNode();
        index.keySet().forEach(keys::add);
        return keys;
    }

    private static List<String> keys(Map<String, JsonNode> index) {
        return List.copyOf(index.keySet());
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> union = new LinkedHashSet<>(one);
        union.addAll(other);
        return union;
    }
}
