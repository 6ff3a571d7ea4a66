package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** What people change in everything but workloads, and whole objects. */
final class OtherChanges {

    static final List<Change> ALL = List.of(
            Change.of(
                    "a changed setting",
                    live -> data(live, text -> !text.contains("\n"), (data, key) -> data.put(key, "mine"))),
            Change.of("an MTU", live -> key(live, "veth_mtu", data -> data.put("veth_mtu", "1410"))),
            Change.of(
                    "another network of flannel",
                    live -> key(
                            live,
                            "net-conf.json",
                            data -> data.put(
                                    "net-conf.json",
                                    Json.text(data, "net-conf.json").replace("10.244.0.0/16", "172.30.0.0/16")))),
            Change.of(
                    "an added setting",
                    live -> live.any("ConfigMap")
                            .map(map -> Json.child(map, "data").put("mine", "1"))
                            .isPresent()),
            Change.of(
                    "an added text",
                    live -> live.any("ConfigMap")
                            .map(map -> Json.child(map, "data").put("mine.sh", "#!/bin/sh\nmine\n"))
                            .isPresent()),
            Change.of(
                    "a removed setting",
                    live -> data(live, text -> !text.contains("\n"), (data, key) -> data.remove(key))),
            Change.of(
                    "the log level of the CNI plugin",
                    live -> cni(
                            live, text -> text.replaceFirst("\"log_level\": *\"info\"", "\"log_level\": \"debug\""))),
            Change.of(
                    "a field of the CNI plugin",
                    live -> cni(
                            live, text -> text.replaceFirst("\"type\": *\"calico(\"|-ipam\")", "\"mine\": true, $0"))),
            Change.of(
                    "the plugin for ports taken away",
                    live -> cni(
                            live, text -> text.replaceFirst(",\\s*\\{\\s*\"type\": *\"portmap\"[^}]*\\}\\s*\\}", ""))),
            Change.of(
                    "one more CNI plugin",
                    live -> cni(
                            live,
                            text -> text.replaceFirst(
                                    "\\{(\\s*)\"type\": *\"portmap\"", "{\"type\": \"tuning\", \"mtu\": 1410},$0"))),
            Change.of(
                    "a rule",
                    live -> live.any("ClusterRole")
                            .map(role -> {
                                ObjectNode rule = Live.list(role, "rules").addObject();
                                rule.putArray("apiGroups").add("");
                                rule.putArray("resources").add("pods/exec");
                                rule.putArray("verbs").add("create");
                                return rule;
                            })
                            .isPresent()),
            Change.of(
                    "a removed rule",
                    live -> live.any("ClusterRole")
                            .filter(role -> live.remove(role.path("rules")))
                            .isPresent()),
            Change.of(
                    "one more verb",
                    live -> live.any("ClusterRole")
                            .flatMap(role -> live.entry(
                                    role.path("rules"),
                                    rule -> rule.path("verbs").isArray()))
                            .map(rule -> ((ArrayNode) rule.get("verbs")).add("deletecollection"))
                            .isPresent()),
            Change.of(
                    "one more subject",
                    live -> live.any("ClusterRoleBinding")
                            .map(binding -> Live.list(binding, "subjects")
                                    .addObject()
                                    .put("kind", "ServiceAccount")
                                    .put("name", "mine")
                                    .put("namespace", "mine"))
                            .isPresent()),
            Change.of(
                    "another port of a service",
                    live -> service(
                            live, spec -> ((ObjectNode) spec.path("ports").get(0)).put("targetPort", "mine"))),
            Change.of(
                    "one more port of a service",
                    live -> service(
                            live,
                            spec -> Live.list(spec, "ports")
                                    .addObject()
                                    .put("name", "mine")
                                    .put("port", 9091)
                                    .put("protocol", "TCP")
                                    .put("targetPort", 9091))),
            Change.of("another type of service", live -> service(live, spec -> spec.put("type", "NodePort"))),
            Change.of(
                    "a disruption budget",
                    live -> live.any("PodDisruptionBudget")
                            .map(budget -> Json.child(budget, "spec").put("maxUnavailable", 2))
                            .isPresent()),
            Change.of(
                    "another kind of budget",
                    live -> live.any("PodDisruptionBudget")
                            .map(budget -> {
                                Json.child(budget, "spec").remove("maxUnavailable");
                                return Json.child(budget, "spec").put("minAvailable", 1);
                            })
                            .isPresent()),
            Change.of(
                    "pull secrets of an account",
                    live -> live.any("ServiceAccount")
                            .map(account -> Live.list(account, "imagePullSecrets")
                                    .addObject()
                                    .put("name", "mine"))
                            .isPresent()),
            Change.of(
                    "a label",
                    live -> live.any(object -> true)
                            .map(object -> Json.child(Json.child(object, "metadata"), "labels")
                                    .put("owner", "mine"))
                            .isPresent()),
            Change.of(
                    "an annotation",
                    live -> live.any(object -> true)
                            .map(object -> Json.child(Json.child(object, "metadata"), "annotations")
                                    .put("example.com/mine", "yes"))
                            .isPresent()),
            Change.of(
                    "a removed label",
                    live -> live.any(object -> object.at("/metadata/labels").size() > 0)
                            .map(object -> {
                                ObjectNode labels = (ObjectNode) object.at("/metadata/labels");
                                return labels.remove(
                                        List.copyOf(Json.names(labels)).getFirst());
                            })
                            .isPresent()),
            Change.of(
                    "certificates of etcd",
                    live -> live.any("Secret")
                            .map(secret -> Json.child(secret, "data").put("etcd-key", "bWluZQ=="))
                            .isPresent()),
            Change.of(
                    "a deleted object",
                    live -> live.delete(
                            "PodDisruptionBudget",
                            "ConfigMap",
                            "Deployment",
                            "ClusterRole",
                            "ClusterRoleBinding",
                            "Service",
                            "ServiceAccount",
                            "DaemonSet",
                            "Secret")),
            Change.of("an object of the people", live -> {
                ObjectNode map = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
                map.putObject("metadata").put("name", "mine").put("namespace", "kube-system");
                map.putObject("data").put("mine", "1");
                live.put(map);
                return true;
            }));

    private OtherChanges() {}

    private static boolean data(
            Live live, java.util.function.Predicate<String> wanted, BiConsumer<ObjectNode, String> edit) {
        return live.any("ConfigMap")
                .flatMap(map -> {
                    ObjectNode data = Json.child(map, "data");
                    return live.one(Json.names(data).stream()
                                    .filter(key -> wanted.test(Json.text(data, key)))
                                    .toList())
                            .map(key -> {
                                edit.accept(data, key);
                                return key;
                            });
                })
                .isPresent();
    }

    private static boolean key(Live live, String key, Consumer<ObjectNode> edit) {
        Optional<ObjectNode> map = live.any(object -> object.path("data").has(key));
        map.ifPresent(found -> edit.accept((ObjectNode) found.get("data")));
        return map.isPresent();
    }

    static boolean cni(Live live, java.util.function.UnaryOperator<String> edit) {
        return live.any(object -> object.path("data").has("cni_network_config"))
                .map(map -> {
                    ObjectNode data = (ObjectNode) map.get("data");
                    String before = Json.text(data, "cni_network_config");
                    data.put("cni_network_config", edit.apply(before));
                    return !before.equals(Json.text(data, "cni_network_config"));
                })
                .orElse(false);
    }

    private static boolean service(Live live, Consumer<ObjectNode> edit) {
        Optional<JsonNode> spec = live.any("Service").map(service -> service.get("spec"));
        spec.ifPresent(found -> edit.accept((ObjectNode) found));
        return spec.isPresent();
    }
}
