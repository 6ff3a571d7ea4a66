package io.calicofleet.simulator.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Equal trees kept once for all clusters: a fleet of a thousand clusters has the same few CRDs and manifests. Stored trees
 * are never changed, so they can be shared.
 */
public final class Shared {

    private static final int KEPT = 1000;
    private static final Map<JsonNode, JsonNode> TREES = new ConcurrentHashMap<>();
    private static final Map<String, List<JsonNode>> MANIFESTS = new ConcurrentHashMap<>();

    private Shared() {}

    /** A tree that equals the given one, the same for all that ask. */
    public static JsonNode tree(JsonNode tree) {
        JsonNode known = TREES.get(tree);
        if (known != null) {
            return known;
        }
        if (TREES.size() >= KEPT) {
            TREES.clear();
        }
        TREES.put(tree, tree);
        return tree;
    }

    /** The documents of a manifest, not to be changed. */
    public static List<JsonNode> documents(String yaml) {
        if (MANIFESTS.size() >= KEPT) {
            MANIFESTS.clear();
        }
        return MANIFESTS.computeIfAbsent(yaml, text -> List.copyOf(Json.yamlDocuments(text)));
    }
}
