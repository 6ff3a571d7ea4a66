package io.calicofleet.executor.step.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Labels of host endpoints that were copied to their nodes. An annotation on the node says which, so that they, and nothing
 * else of a node, are taken back.
 */
public final class NodeLabels {

    private static final String COPIED = "calico-fleet.io/copied-labels";

    private NodeLabels() {}

    static ResourceRef ref(String node) {
        return new ResourceRef(Kinds.CORE, "Node", "", node);
    }

    public static Map<String, String> of(JsonNode node) {
        Map<String, String> labels = new TreeMap<>();
        node.at("/metadata/labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return labels;
    }

    /** Gives a node the labels it has not; whether it was written. */
    public static boolean copy(ClusterApi cluster, String node, Map<String, String> labels) {
        return Edits.edit(cluster, ref(node), present -> {
            Set<String> missing = new TreeSet<>(labels.keySet());
            missing.removeAll(of(present).keySet());
            if (missing.isEmpty()) {
                return present;
            }
            ObjectNode changed = present.deepCopy();
            ObjectNode metadata = Json.child(changed, "metadata");
            missing.forEach(key -> Json.child(metadata, "labels").put(key, labels.get(key)));
            missing.addAll(copied(present));
            Json.child(metadata, "annotations").put(COPIED, String.join(",", missing));
            return changed;
        });
    }

    /** Takes one label from a node; whether it was written. */
    public static boolean remove(ClusterApi cluster, String node, String key) {
        return Edits.edit(cluster, ref(node), present -> {
            if (!of(present).containsKey(key)) {
                return present;
            }
            ObjectNode changed = present.deepCopy();
            Json.child(Json.child(changed, "metadata"), "labels").remove(key);
            return changed;
        });
    }

    /** Whether it is a node: of one in a backup nothing is restored but its labels. */
    public static boolean areOf(ObjectKey key) {
        return key.group().isEmpty() && key.kind().equals("Node");
    }

    /** Takes them back from the nodes among these objects. */
    public static void takeBack(ClusterApi cluster, Collection<ObjectKey> objects, List<String> changes) {
        for (ObjectKey key : objects) {
            if (areOf(key) && takeBack(cluster, key.name())) {
                changes.add(key.object());
            }
        }
    }

    private static boolean takeBack(ClusterApi cluster, String node) {
        return Edits.edit(cluster, ref(node), present -> {
            Set<String> copied = copied(present);
            if (copied.isEmpty()) {
                return present;
            }
            ObjectNode changed = present.deepCopy();
            Json.child(Json.child(changed, "metadata"), "labels").remove(copied);
            Json.child(Json.child(changed, "metadata"), "annotations").remove(COPIED);
            return changed;
        });
    }

    private static Set<String> copied(JsonNode node) {
        String text = Json.text(node.at("/metadata/annotations"), COPIED);
        return text.isEmpty() ? new TreeSet<>() : new TreeSet<>(Set.of(text.split(",", -1)));
    }
}
