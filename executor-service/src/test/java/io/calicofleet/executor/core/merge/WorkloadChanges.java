package io.calicofleet.executor.core.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What people change in DaemonSets, Deployments and pods. */
final class WorkloadChanges {

    static final List<Change> ALL = List.of(
            Change.of(
                    "an added variable",
                    live -> container(live, all(), container -> {
                        Live.list(container, "env")
                                .insertObject(0)
                                .put("name", "IP_AUTODETECTION_METHOD")
                                .put("value", "interface=eth1");
                    })),
            Change.of(
                    "a changed variable",
                    live -> env(live, entry -> entry.hasNonNull("value"), entry -> entry.put("value", "mine"))),
            Change.of(
                    "a removed variable",
                    live -> live.container(has("env"))
                            .filter(container -> live.remove(container.get("env")))
                            .isPresent()),
            Change.of(
                    "a variable from a Secret",
                    live -> env(live, entry -> entry.hasNonNull("value"), entry -> {
                        entry.remove("value");
                        entry.putObject("valueFrom")
                                .putObject("secretKeyRef")
                                .put("name", "mine")
                                .put("key", "value");
                    })),
            Change.of(
                    "a variable spelled out",
                    live -> env(live, entry -> entry.has("valueFrom"), entry -> {
                        entry.remove("valueFrom");
                        entry.put("value", "1410");
                    })),
            Change.of(
                    "variables from a ConfigMap",
                    live -> container(
                            live,
                            all(),
                            container -> Live.list(container, "envFrom")
                                    .addObject()
                                    .putObject("configMapRef")
                                    .put("name", "mine"))),
            Change.of(
                    "resources",
                    live -> container(live, all(), container -> {
                        ObjectNode resources = Json.child(container, "resources");
                        Json.child(resources, "limits").put("memory", "1Gi");
                        Json.child(resources, "requests").put("cpu", "100m");
                    })),
            Change.of(
                    "resources taken away",
                    live -> container(live, has("resources"), container -> {
                        container.putObject("resources");
                    })),
            Change.of(
                    "an added toleration",
                    live -> pod(
                            live,
                            pod -> Live.list(pod, "tolerations")
                                    .addObject()
                                    .put("key", "gpu")
                                    .put("operator", "Exists"))),
            Change.of(
                    "a removed toleration",
                    live -> live.any(object -> Json.elements(podOf(object).path("tolerations"))
                                    .findAny()
                                    .isPresent())
                            .filter(object -> live.remove(podOf(object).path("tolerations")))
                            .isPresent()),
            Change.of(
                    "a node selector",
                    live -> pod(live, pod -> Json.child(pod, "nodeSelector").put("pool", "blue"))),
            Change.of(
                    "an affinity",
                    live -> pod(
                            live,
                            pod -> Json.child(Json.child(pod, "affinity"), "podAntiAffinity")
                                    .putArray("requiredDuringSchedulingIgnoredDuringExecution")
                                    .addObject()
                                    .put("topologyKey", "zone"))),
            Change.of(
                    "spread over zones",
                    live -> pod(
                            live,
                            pod -> Live.list(pod, "topologySpreadConstraints")
                                    .addObject()
                                    .put("topologyKey", "zone")
                                    .put("maxSkew", 1)
                                    .put("whenUnsatisfiable", "DoNotSchedule"))),
            Change.of(
                    "labels of pods",
                    live -> workload(
                            live, set -> Json.child(template(set), "labels").put("team", "network"))),
            Change.of(
                    "annotations of pods",
                    live -> workload(
                            live,
                            set -> Json.child(template(set), "annotations").put("prometheus.io/scrape", "true"))),
            Change.of(
                    "an added container",
                    live -> pod(
                            live,
                            pod -> Live.list(pod, "containers")
                                    .addObject()
                                    .put("name", "mine")
                                    .put("image", "reg.example/mine:1")
                                    .put("imagePullPolicy", "IfNotPresent"))),
            Change.of(
                    "an added init container",
                    live -> pod(
                            live,
                            pod -> Live.list(pod, "initContainers")
                                    .insertObject(0)
                                    .put("name", "mine-first")
                                    .put("image", "busybox:1")
                                    .put("imagePullPolicy", "IfNotPresent"))),
            Change.of(
                    "a removed container",
                    live -> live.any(object -> podOf(object).path("containers").size() > 1)
                            .filter(object -> live.remove(podOf(object).path("containers")))
                            .isPresent()),
            Change.of(
                    "a removed init container",
                    live -> live.any(object ->
                                    !podOf(object).path("initContainers").isEmpty())
                            .filter(object -> live.remove(podOf(object).path("initContainers")))
                            .isPresent()),
            Change.of(
                    "a volume and its mount",
                    live -> workload(live, set -> {
                        ObjectNode pod = podOf(set);
                        Live.list(pod, "volumes")
                                .addObject()
                                .put("name", "mine")
                                .putObject("emptyDir");
                        Live.containers(set)
                                .forEach(container -> Live.list(container, "volumeMounts")
                                        .addObject()
                                        .put("name", "mine")
                                        .put("mountPath", "/mine"));
                    })),
            Change.of(
                    "a mount of a volume of the release",
                    live -> live.any(object -> podOf(object).path("volumes").size() > 1)
                            .map(set -> {
                                ObjectNode volume = live.entry(podOf(set).path("volumes"), entry -> true)
                                        .orElseThrow();
                                ObjectNode container =
                                        live.one(Live.containers(set).toList()).orElseThrow();
                                Live.list(container, "volumeMounts")
                                        .addObject()
                                        .put("name", Json.text(volume, "name"))
                                        .put("mountPath", "/also/mine");
                                return true;
                            })
                            .orElse(false)),
            Change.of(
                    "another path of a volume",
                    live -> live.any(object -> Json.elements(podOf(object).path("volumes"))
                                    .anyMatch(volume -> volume.has("hostPath")))
                            .flatMap(object ->
                                    live.entry(podOf(object).path("volumes"), volume -> volume.has("hostPath")))
                            .map(volume -> ((ObjectNode) volume.get("hostPath")).put("path", "/opt/mine"))
                            .isPresent()),
            Change.of(
                    "a removed mount",
                    live -> live.container(has("volumeMounts"))
                            .filter(container -> live.remove(container.get("volumeMounts")))
                            .isPresent()),
            Change.of(
                    "a mount that may not be written",
                    live -> live.container(has("volumeMounts"))
                            .flatMap(container -> live.entry(
                                    container.get("volumeMounts"),
                                    mount -> !mount.path("readOnly").asBoolean()))
                            .map(mount -> mount.put("readOnly", true))
                            .isPresent()),
            Change.of(
                    "an argument",
                    live -> container(
                            live,
                            all(),
                            container -> Live.list(container, container.has("command") ? "command" : "args")
                                    .add("--mine=1"))),
            Change.of(
                    "another command",
                    live -> container(
                            live,
                            has("command"),
                            container -> container
                                    .putArray("command")
                                    .add("/bin/sh")
                                    .add("-c")
                                    .add("exec /mine"))),
            Change.of(
                    "the times of a probe",
                    live -> probe(live, probe -> probe.put("periodSeconds", 30).put("failureThreshold", 9))),
            Change.of(
                    "another probe",
                    live -> probe(live, probe -> {
                        probe.remove(List.of("exec", "httpGet", "tcpSocket"));
                        probe.putObject("tcpSocket").put("port", 9099);
                    })),
            Change.of(
                    "a removed probe",
                    live -> container(live, has("readinessProbe"), container -> container.remove("readinessProbe"))),
            Change.of(
                    "a removed hook",
                    live -> container(live, has("lifecycle"), container -> container.remove("lifecycle"))),
            Change.of(
                    "more nodes at once",
                    live -> live.any(object -> object.at("/spec/updateStrategy/rollingUpdate")
                                    .isObject())
                            .map(set -> Json.child(
                                            Json.child(Json.child(set, "spec"), "updateStrategy"), "rollingUpdate")
                                    .put("maxUnavailable", "20%"))
                            .isPresent()),
            Change.of(
                    "OnDelete",
                    live -> live.any("DaemonSet")
                            .map(set -> Json.child(set, "spec")
                                    .putObject("updateStrategy")
                                    .put("type", "OnDelete"))
                            .isPresent()),
            Change.of("another priority class", live -> pod(live, pod -> pod.put("priorityClassName", "mine"))),
            Change.of(
                    "settings of the pod",
                    live -> pod(live, pod -> {
                        pod.put("dnsPolicy", "ClusterFirstWithHostNet").put("hostPID", true);
                        pod.putArray("hostAliases")
                                .addObject()
                                .put("ip", "10.0.0.1")
                                .putArray("hostnames")
                                .add("mine");
                    })),
            Change.of("another grace period", live -> pod(live, pod -> pod.put("terminationGracePeriodSeconds", 77))),
            Change.of(
                    "pull secrets",
                    live -> pod(
                            live,
                            pod -> Live.list(pod, "imagePullSecrets")
                                    .addObject()
                                    .put("name", "mine"))),
            Change.of(
                    "another pull policy",
                    live -> container(live, all(), container -> container.put("imagePullPolicy", "Always"))),
            Change.of(
                    "another security context",
                    live -> container(
                            live,
                            all(),
                            container -> Json.child(container, "securityContext")
                                    .putObject("capabilities")
                                    .putArray("add")
                                    .add("NET_ADMIN"))),
            Change.of(
                    "a port",
                    live -> container(
                            live,
                            all(),
                            container -> Live.list(container, "ports")
                                    .addObject()
                                    .put("containerPort", 9999)
                                    .put("hostPort", 9999)
                                    .put("protocol", "TCP"))),
            Change.of(
                    "replicas",
                    live -> live.any("Deployment")
                            .map(set -> Json.child(set, "spec").put("replicas", 3))
                            .isPresent()),
            Change.of(
                    "a pinned tag",
                    live -> container(live, all(), container -> {
                        String image = Json.text(container, "image");
                        container.put("image", image.substring(0, image.lastIndexOf(':')) + ":v3.99.9-mine");
                    })),
            Change.of(
                    "a pinned digest",
                    live -> container(live, all(), container -> {
                        String image = Json.text(container, "image");
                        container.put(
                                "image",
                                image.substring(0, image.lastIndexOf(':')) + "@sha256:" + "0123456789abcdef".repeat(4));
                    })));

    private WorkloadChanges() {}

    static Predicate<ObjectNode> all() {
        return container -> true;
    }

    static Predicate<ObjectNode> has(String field) {
        return container -> container.path(field).isContainerNode()
                && !container.path(field).isEmpty();
    }

    static JsonNode podAt(JsonNode object) {
        return Json.text(object, "kind").equals("Pod") ? object.path("spec") : object.at("/spec/template/spec");
    }

    /** The pod of a workload; an empty one of anything else. */
    static ObjectNode podOf(ObjectNode object) {
        return podAt(object) instanceof ObjectNode pod ? pod : Json.object();
    }

    private static ObjectNode template(ObjectNode workload) {
        return Json.text(workload, "kind").equals("Pod")
                ? Json.child(workload, "metadata")
                : Json.child(Json.child(Json.child(workload, "spec"), "template"), "metadata");
    }

    private static boolean workload(Live live, Consumer<ObjectNode> edit) {
        Optional<ObjectNode> workload = live.workload();
        workload.ifPresent(edit);
        return workload.isPresent();
    }

    private static boolean pod(Live live, Consumer<ObjectNode> edit) {
        return workload(live, workload -> edit.accept(podOf(workload)));
    }

    private static boolean container(Live live, Predicate<ObjectNode> wanted, Consumer<ObjectNode> edit) {
        Optional<ObjectNode> container = live.container(wanted);
        container.ifPresent(edit);
        return container.isPresent();
    }

    private static boolean env(Live live, Predicate<JsonNode> wanted, Consumer<ObjectNode> edit) {
        Optional<ObjectNode> entry = live.container(
                        container -> Json.elements(container.get("env")).anyMatch(wanted))
                .flatMap(container -> live.entry(container.get("env"), wanted));
        entry.ifPresent(edit);
        return entry.isPresent();
    }

    private static boolean probe(Live live, Consumer<ObjectNode> edit) {
        return container(
                live, has("livenessProbe"), container -> edit.accept((ObjectNode) container.get("livenessProbe")));
    }
}
