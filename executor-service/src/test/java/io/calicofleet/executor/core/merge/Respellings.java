package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The same in other words: what people, tools and servers write differently without changing anything. */
final class Respellings {

    private static final Map<String, String> QUANTITIES = Map.of("250m", "0.25", "100m", "0.1", "150m", "0.15");

    static final List<Change> ALL = List.of(
            Change.respelled(
                    "variables in another order",
                    live -> live.container(container -> references(container) == 0
                                    && container.path("env").size() > 1)
                            .filter(container -> live.reorder(container.get("env")))
                            .isPresent()),
            Change.respelled(
                    "volumes in another order",
                    live -> live.any(object -> WorkloadChanges.podAt(object)
                                            .path("volumes")
                                            .size()
                                    > 1)
                            .filter(object ->
                                    live.reorder(WorkloadChanges.podAt(object).path("volumes")))
                            .isPresent()),
            Change.respelled(
                    "mounts in another order",
                    live -> live.container(
                                    container -> container.path("volumeMounts").size() > 1)
                            .filter(container -> live.reorder(container.get("volumeMounts")))
                            .isPresent()),
            Change.respelled(
                    "tolerations in another order",
                    live -> live.any(object -> WorkloadChanges.podAt(object)
                                            .path("tolerations")
                                            .size()
                                    > 1)
                            .filter(object ->
                                    live.reorder(WorkloadChanges.podAt(object).path("tolerations")))
                            .isPresent()),
            Change.respelled(
                    "a toleration twice",
                    live -> live.any(object -> !WorkloadChanges.podAt(object)
                                    .path("tolerations")
                                    .isEmpty())
                            .map(object -> {
                                ArrayNode list = (ArrayNode)
                                        WorkloadChanges.podAt(object).get("tolerations");
                                return list.add(list.get(0).deepCopy());
                            })
                            .isPresent()),
            Change.respelled(
                    "rules and verbs in another order",
                    live -> live.any("ClusterRole")
                            .map(role -> {
                                role.path("rules").forEach(rule -> live.reorder(rule.get("verbs")));
                                return live.reorder(role.get("rules"));
                            })
                            .orElse(false)),
            Change.respelled(
                    "a rule twice",
                    live -> live.any("ClusterRole")
                            .map(role -> {
                                ArrayNode rules = (ArrayNode) role.get("rules");
                                return rules.add(rules.get(0).deepCopy());
                            })
                            .isPresent()),
            Change.respelled(
                    "fields in another order",
                    live -> live.any(object -> true)
                            .map(object -> {
                                List<Map.Entry<String, JsonNode>> fields = List.copyOf(object.properties());
                                object.removeAll();
                                fields.reversed().forEach(field -> object.set(field.getKey(), field.getValue()));
                                return object;
                            })
                            .isPresent()),
            Change.respelled(
                    "an amount in another unit",
                    live -> live.container(container -> QUANTITIES.containsKey(cpu(container)))
                            .map(container -> ((ObjectNode) container.at("/resources/requests"))
                                    .put("cpu", QUANTITIES.get(cpu(container))))
                            .isPresent()),
            Change.respelled(
                    "the CNI configuration in another layout",
                    live -> OtherChanges.cni(live, text -> text.replaceAll("\\n\\s*", " "))),
            Change.respelled(
                    "the CNI configuration with tabs",
                    live -> OtherChanges.cni(
                            live, text -> text.replace("  ", "\t").replace(": ", " : "))),
            Change.respelled(
                    "a newline at the end of a setting",
                    live -> live.any(object -> Json.names(object.get("data")).size() > 0
                                    && Json.text(object, "kind").equals("ConfigMap"))
                            .map(map -> {
                                ObjectNode data = (ObjectNode) map.get("data");
                                String key =
                                        live.one(List.copyOf(Json.names(data))).orElseThrow();
                                return data.put(key, Json.text(data, key) + "\n");
                            })
                            .isPresent()),
            Change.respelled("docker.io spelled out or left out", live -> {
                Optional<ObjectNode> container =
                        live.container(found -> Json.text(found, "image").matches("(docker\\.io/)?calico/.*"));
                container.ifPresent(found -> {
                    String image = Json.text(found, "image");
                    found.put("image", image.startsWith("docker.io/") ? image.substring(10) : "docker.io/" + image);
                });
                return container.isPresent();
            }),
            Change.respelled(
                    "empty maps and lists",
                    live -> live.workload()
                            .map(set -> {
                                ObjectNode pod = WorkloadChanges.podOf(set);
                                Json.child(pod, "nodeSelector");
                                Live.list(pod, "imagePullSecrets");
                                Live.list(pod, "hostAliases");
                                Json.child(Json.child(set, "metadata"), "labels");
                                Json.child(pod, "securityContext");
                                Live.containers(set).forEach(container -> Live.list(container, "envFrom"));
                                return set;
                            })
                            .isPresent()),
            Change.respelled(
                    "nulls",
                    live -> live.workload()
                            .map(set -> {
                                WorkloadChanges.podOf(set)
                                        .putNull("affinity")
                                        .putNull("hostAliases")
                                        .putNull("runtimeClassName");
                                return set;
                            })
                            .isPresent()),
            Change.respelled(
                    "numbers and booleans as text",
                    live -> live.container(container -> container.has("livenessProbe"))
                            .map(container -> {
                                ObjectNode probe = (ObjectNode) container.get("livenessProbe");
                                probe.put(
                                        "periodSeconds",
                                        probe.path("periodSeconds").asText("10"));
                                Json.elements(container.get("volumeMounts"))
                                        .filter(mount -> mount.has("readOnly"))
                                        .forEach(mount -> ((ObjectNode) mount)
                                                .put(
                                                        "readOnly",
                                                        mount.get("readOnly").asText()));
                                return container;
                            })
                            .isPresent()),
            Change.respelled(
                    "a port as text",
                    live -> live.any("Service")
                            .flatMap(service -> live.entry(
                                    service.at("/spec/ports"),
                                    port -> port.path("port").isNumber()))
                            .map(port -> port.put("port", port.get("port").asText()))
                            .isPresent()),
            Change.respelled(
                    "capitals of a boolean",
                    live -> bool(
                            live,
                            entry -> entry.put("value", "true".equals(Json.text(entry, "value")) ? "True" : "FALSE"))),
            Change.respelled(
                    "a duration in another unit",
                    live -> entry(live, entry -> Json.text(entry, "value").equals("60s"))
                            .map(entry -> entry.put("value", "1m"))
                            .isPresent()));

    private Respellings() {}

    private static String cpu(JsonNode container) {
        return container.at("/resources/requests/cpu").asText();
    }

    private static boolean bool(Live live, java.util.function.Consumer<ObjectNode> edit) {
        Optional<ObjectNode> entry =
                entry(live, found -> Json.text(found, "value").matches("true|false"));
        entry.ifPresent(edit);
        return entry.isPresent();
    }

    private static Optional<ObjectNode> entry(Live live, Predicate<JsonNode> wanted) {
        return live.container(container -> Json.elements(container.get("env")).anyMatch(wanted))
                .flatMap(container -> live.entry(container.get("env"), wanted));
    }

    private static long references(ObjectNode container) {
        return Json.elements(container.get("env"))
                .filter(entry -> Json.text(entry, "value").contains("$("))
                .count();
    }
}
