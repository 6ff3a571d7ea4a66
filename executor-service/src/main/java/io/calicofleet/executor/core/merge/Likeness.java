package io.calicofleet.executor.core.merge;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How much the objects of a cluster are like those of a file: the fewer fields differ, the more. Definitions do not count,
 * since all files of a release have the same; nor do metadata, status and images.
 */
public final class Likeness {

    private final ManifestDocuments live;
    private final Set<ObjectKey> about;
    private final Map<ObjectKey, Map<String, String>> has = new HashMap<>();

    /**
     * A comparison.
     *
     * @param live the objects as the cluster has them
     * @param about the objects that count
     */
    public Likeness(ManifestDocuments live, Set<ObjectKey> about) {
        this.live = requireNonNull(live, "live");
        this.about = Set.copyOf(about);
    }

    /** The objects that not all of these files have, or have alike; definitions do not count. */
    public static Set<ObjectKey> differing(Collection<ManifestDocuments> files) {
        Set<ObjectKey> keys = new TreeSet<>();
        files.forEach(file -> keys.addAll(file.keys()));
        keys.removeIf(key -> key.kind().equals(CrdMerge.KIND)
                || files.stream().map(file -> file.find(key)).distinct().count() < 2);
        return keys;
    }

    /** How many fields the cluster and the file have not in common. */
    public int differences(ManifestDocuments file) {
        return differences(List.of(file));
    }

    /** The same where each object may be of any of these files, as between the first and the last write of an upgrade. */
    public int differences(List<ManifestDocuments> files) {
        return about.stream()
                .filter(key -> !key.kind().equals(CrdMerge.KIND))
                .mapToInt(key -> files.stream()
                        .mapToInt(file -> differences(key, file))
                        .min()
                        .orElse(0))
                .sum();
    }

    private int differences(ObjectKey key, ManifestDocuments file) {
        Map<String, String> mine =
                has.computeIfAbsent(key, unused -> leaves(live.find(key).orElse(null)));
        Map<String, String> said = leaves(file.find(key).orElse(null));
        Set<String> paths = new HashSet<>(mine.keySet());
        paths.addAll(said.keySet());
        return (int) paths.stream()
                .filter(path -> !Objects.equals(mine.get(path), said.get(path)))
                .count();
    }

    private static Map<String, String> leaves(@Nullable ObjectNode object) {
        Map<String, String> leaves = new HashMap<>();
        if (object == null) {
            return leaves;
        }
        ObjectNode copy = Admission.without(object);
        copy.remove("apiVersion");
        copy.remove("metadata");
        copy.remove("status");
        FieldRule rule = FieldSchemas.of(object.path("kind").asText());
        JsonNode normal = NormalForm.of(rule, copy);
        leaves.put("(there)", "");
        if (normal != null) {
            collect("", rule, normal, leaves);
        }
        return leaves;
    }

    private static void collect(String path, FieldRule rule, JsonNode node, Map<String, String> leaves) {
        if (node.isObject()) {
            node.properties()
                    .forEach(field -> collect(
                            path + "." + field.getKey(), rule.shape().field(field.getKey()), field.getValue(), leaves));
        } else if (node.isArray()) {
            for (JsonNode entry : node) {
                String key = rule.isKeyed() ? ListMerge.key(rule, entry) : entry.toString();
                collect(path + "[" + key + "]", rule.entry(), entry, leaves);
            }
        } else if (rule.kind() != FieldRule.Kind.IMAGE) {
            leaves.put(path, node.asText());
        }
    }
}
