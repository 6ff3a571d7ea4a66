package io.calicofleet.executor.core.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import io.calicofleet.model.release.ObjectKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Helm 3 makes of an object that is there ({@code pkg/kube/client.go}, {@code createPatch}).
 *
 * <p>Of a built-in kind it sets whatever the chart names, also where people have changed it and the chart has not, and removes what only
 * the revision before named: a strategic merge patch. Of any other kind, such as Calico's Installation, it sends what differs between
 * the two revisions: a JSON merge patch, in which a list is one value. What neither revision names stays.
 */
public final class HelmPatch {

    /** The groups of client-go's scheme, to which Helm adds the one of definitions. */
    private static final Set<String> BUILT_IN = Set.of(
            "",
            "admissionregistration.k8s.io",
            "apiextensions.k8s.io",
            "apps",
            "authentication.k8s.io",
            "authorization.k8s.io",
            "autoscaling",
            "batch",
            "certificates.k8s.io",
            "coordination.k8s.io",
            "discovery.k8s.io",
            "events.k8s.io",
            "extensions",
            "flowcontrol.apiserver.k8s.io",
            "networking.k8s.io",
            "node.k8s.io",
            "policy",
            "rbac.authorization.k8s.io",
            "resource.k8s.io",
            "scheduling.k8s.io",
            "storage.k8s.io");

    /** The lists whose entries are merged, and by what: {@code patchMergeKey} of Kubernetes' types. Any other list is one value. */
    private static final Map<String, String> MERGE_KEYS = Map.ofEntries(
            Map.entry("containers", "name"),
            Map.entry("initContainers", "name"),
            Map.entry("ephemeralContainers", "name"),
            Map.entry("volumes", "name"),
            Map.entry("env", "name"),
            Map.entry("imagePullSecrets", "name"),
            Map.entry("secrets", "name"),
            Map.entry("webhooks", "name"),
            Map.entry("resourceClaims", "name"),
            Map.entry("volumeMounts", "mountPath"),
            Map.entry("volumeDevices", "devicePath"),
            Map.entry("ports", "containerPort"),
            Map.entry("hostAliases", "ip"),
            Map.entry("topologySpreadConstraints", "topologyKey"),
            Map.entry("ownerReferences", "uid"));

    /** Of these only what the chart names stays once any of it changes: {@code patchStrategy=retainKeys}. */
    private static final Set<String> RETAIN_KEYS = Set.of("volumes", "strategy");

    private final boolean service;

    private HelmPatch(boolean service) {
        this.service = service;
    }

    /**
     * How an object is left.
     *
     * @param before as the manifest of the revision before has it; null where Helm adopts it
     * @param live as it is
     * @param after as the manifest of the new revision has it
     * @return a new object
     */
    public static ObjectNode of(@Nullable ObjectNode before, ObjectNode live, ObjectNode after) {
        // Of what it adopts, Helm takes the new manifest for the one before.
        ObjectNode from = before == null ? after : before;
        ObjectKey key = ObjectKey.of(after);
        return BUILT_IN.contains(key.group())
                ? new HelmPatch(key.kind().equals("Service")).strategic("", from, live, after)
                : merge(from, live, after);
    }

    private static ObjectNode merge(JsonNode before, @Nullable JsonNode live, ObjectNode after) {
        ObjectNode result = live instanceof ObjectNode object ? object.deepCopy() : Json.object();
        for (String name : Json.names(before, after)) {
            JsonNode was = Json.get(before, name);
            JsonNode is = Json.get(after, name);
            if (is == null) {
                result.remove(name);
            } else if (is instanceof ObjectNode object && was instanceof ObjectNode) {
                if (!is.equals(was)) {
                    result.set(name, merge(was, result.get(name), object));
                }
            } else if (!is.equals(was)) {
                result.set(name, is.deepCopy());
            }
        }
        return result;
    }

    private ObjectNode strategic(String field, @Nullable JsonNode before, ObjectNode live, ObjectNode after) {
        ObjectNode result = live.deepCopy();
        Json.names(before).stream().filter(name -> !after.has(name)).forEach(result::remove);
        after.properties()
                .forEach(entry -> result.set(
                        entry.getKey(),
                        value(
                                entry.getKey(),
                                Json.get(before, entry.getKey()),
                                live.get(entry.getKey()),
                                entry.getValue())));
        if (RETAIN_KEYS.contains(field) && !result.equals(live)) {
            result.retain(Json.names(after));
        }
        return result;
    }

    private JsonNode value(String field, @Nullable JsonNode before, @Nullable JsonNode live, JsonNode after) {
        if (live instanceof ObjectNode there && after instanceof ObjectNode wanted) {
            return strategic(field, before, there, wanted);
        }
        String key = service && field.equals("ports") ? "port" : MERGE_KEYS.get(field);
        if (key != null && live instanceof ArrayNode there && after instanceof ArrayNode wanted) {
            Map<JsonNode, ObjectNode> now = keyed(there, key);
            Map<JsonNode, ObjectNode> next = keyed(wanted, key);
            if (now.size() == there.size() && next.size() == wanted.size()) {
                return entries(field, keyed(before, key), now, next);
            }
        }
        return after.deepCopy();
    }

    /** In the order of the new manifest; what only the cluster has comes behind what it follows there. */
    private ArrayNode entries(
            String field,
            Map<JsonNode, ObjectNode> before,
            Map<JsonNode, ObjectNode> live,
            Map<JsonNode, ObjectNode> after) {
        List<JsonNode> order = new ArrayList<>(after.keySet());
        int behind = 0;
        for (JsonNode key : live.keySet()) {
            if (after.containsKey(key)) {
                behind = order.indexOf(key) + 1;
            } else if (!before.containsKey(key)) {
                order.add(behind++, key);
            }
        }
        ArrayNode result = Json.NODES.arrayNode();
        for (JsonNode key : order) {
            ObjectNode now = live.get(key);
            ObjectNode next = after.get(key);
            if (now != null) {
                result.add(next == null ? now.deepCopy() : strategic(field, before.get(key), now, next));
            } else if (next != null) {
                result.add(next.deepCopy());
            }
        }
        return result;
    }

    private static Map<JsonNode, ObjectNode> keyed(@Nullable JsonNode list, String key) {
        Map<JsonNode, ObjectNode> keyed = new LinkedHashMap<>();
        if (list != null) {
            list.forEach(entry -> {
                if (entry instanceof ObjectNode object && object.has(key)) {
                    keyed.put(object.get(key), object);
                }
            });
        }
        return keyed;
    }
}
