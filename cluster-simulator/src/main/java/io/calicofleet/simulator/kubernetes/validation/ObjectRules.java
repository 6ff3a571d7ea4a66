package io.calicofleet.simulator.kubernetes.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Labels;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.schema.Structure;
import io.calicofleet.simulator.kubernetes.schema.Structures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules of whole objects of built-in kinds, new and changed. */
public final class ObjectRules {

    private static final long HIGHEST_PRIORITY = 1_000_000_000;
    private static final String ACCOUNT = "kubernetes.io/service-account.name";
    private static final int LARGEST_DATA = 1024 * 1024;
    private static final Set<String> ALWAYS_RUN = Set.of("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet");
    private static final Map<String, List<String>> SECRET_KEYS = Map.of(
            "kubernetes.io/tls", List.of("tls.crt", "tls.key"),
            "kubernetes.io/dockerconfigjson", List.of(".dockerconfigjson"),
            "kubernetes.io/dockercfg", List.of(".dockercfg"),
            "kubernetes.io/ssh-auth", List.of("ssh-privatekey"));

    private final ResourceType type;
    private final JsonNode object;
    private final JsonNode spec;
    private final @Nullable JsonNode old;
    private final int minor;
    private final List<Problem> problems = new ArrayList<>();

    private ObjectRules(ResourceType type, JsonNode object, @Nullable JsonNode old, int minor) {
        this.minor = minor;
        this.type = type;
        this.object = object;
        this.spec = object.path("spec");
        this.old = old;
    }

    /** What is wrong with the metadata of any object; old is null when it is created. An update is checked twice. */
    public static List<Problem> metadata(ResourceType type, JsonNode object, @Nullable JsonNode old, int minor) {
        List<Problem> problems = new ArrayList<>();
        MetadataRules.check(type, object, old, minor, problems);
        if (old != null) {
            problems.addAll(List.copyOf(problems));
        }
        return problems;
    }

    /** What is wrong with an object of a built-in type; old is null when it is created. */
    public static List<Problem> check(ResourceType type, JsonNode object, @Nullable JsonNode old, int minor) {
        ObjectRules rules = new ObjectRules(type, object, old, minor);
        Structure structure = Structures.of(type);
        if (structure != null) {
            new FieldRules(minor, rules.problems).check(object, structure, "");
        }
        rules.kind();
        if (old != null && type.kind().equals("DaemonSet")) {
            rules.problems.addAll(List.copyOf(rules.problems)); // once as an object, once as an update
        }
        if (old != null) {
            rules.problems.addAll(UpdateRules.check(type, object, old, minor));
        }
        return List.copyOf(rules.problems);
    }

    private void kind() {
        if (ALWAYS_RUN.contains(type.kind())) {
            workload();
        }
        switch (type.kind()) {
            case "Job" -> job();
            case "Pod" -> images();
            case "PriorityClass" -> {
                boolean system = Json.text(object, "metadata", "name").startsWith("system-");
                if (!system && object.path("value").asLong() > HIGHEST_PRIORITY) {
                    problems.add(Problem.forbidden(
                            "value", "maximum allowed value of a user defined priority is " + HIGHEST_PRIORITY));
                }
            }
            case "Event" -> {
                String about = Json.text(object, "involvedObject", "namespace");
                if (type.group().isEmpty() && !about.equals(Json.text(object, "metadata", "namespace"))) {
                    problems.add(Problem.invalid("involvedObject.namespace", about, "does not match event.namespace"));
                }
            }
            case "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration" -> webhooks();
            case "ConfigMap", "Secret" -> data();
            case "Service" -> service();
            case "PodDisruptionBudget" -> {
                if (spec.has("minAvailable") && spec.has("maxUnavailable")) {
                    problems.add(Problem.invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set"));
                }
            }
            case "Node" -> {
                JsonNode ranges = spec.path("podCIDRs");
                long v6 = ranges.valueStream()
                        .filter(each -> each.asText().indexOf(':') >= 0)
                        .count();
                if (ranges.size() > 2 || (ranges.size() == 2 && v6 != 1)) {
                    problems.add(Problem.invalid(
                            "spec.podCIDRs", ranges, "may specify no more than one CIDR for each IP family"));
                }
            }
            case "APIService" -> {
                String name = Json.text(spec, "version") + "." + Json.text(spec, "group");
                if (!Json.text(object, "metadata", "name").equals(name)) {
                    problems.add(Problem.invalid(
                            "metadata.name",
                            Json.text(object, "metadata", "name"),
                            "must be `spec.version+\".\"+spec.group`: \"" + name + "\""));
                }
                if (Json.text(spec, "group").isEmpty()
                        && !Json.text(spec, "version").equals("v1")) {
                    problems.add(Problem.required(
                            "spec.group", "only v1 may have an empty group and it better be legacy kube"));
                }
            }
            default -> new RbacRules(type, object, problems).check();
        }
    }

    private void workload() {
        JsonNode selector = spec.path("selector");
        boolean daemon = type.kind().equals("DaemonSet");
        if (!selector.isObject() && !daemon) {
            problems.add(Problem.required("spec.selector", ""));
        } else if (selector.isObject()
                && selector.path("matchLabels").isEmpty()
                && selector.path("matchExpressions").isEmpty()) {
            problems.add(Problem.invalid(
                    "spec.selector",
                    selector,
                    "empty selector is invalid for " + type.kind().toLowerCase(java.util.Locale.ROOT)));
        }
        JsonNode template = spec.path("template");
        if (!selector.isObject() || !Labels.meet(Labels.ofObject(template), selector)) {
            problems.add(Problem.invalid(
                    "spec.template.metadata.labels",
                    template.path("metadata").path("labels"),
                    "`selector` does not match template `labels`"));
        }
        JsonNode restart = Json.at(template, "spec", "restartPolicy");
        if (!restart.asText("Always").equals("Always")) {
            problems.add(Problem.notSupported("spec.template.spec.restartPolicy", restart, List.of("Always")));
        }
        if (template.path("spec").has("activeDeadlineSeconds")) {
            String kind = type.kind().equals("Deployment") ? "ReplicaSet" : type.kind();
            problems.add(Problem.forbidden(
                    "spec.template.spec.activeDeadlineSeconds",
                    "activeDeadlineSeconds in " + kind + " is not Supported"));
        }
        missingSpec(template);
    }

    private void missingSpec(JsonNode template) {
        if (!template.path("spec").isObject()) {
            problems.add(Problem.required("spec.template.spec.containers", ""));
        }
    }

    private void images() {
        for (String list : List.of("containers", "initContainers")) {
            for (int i = 0; i < spec.path(list).size(); i++) {
                JsonNode image = spec.path(list).get(i).path("image");
                if (!image.asText("").equals(image.asText("").strip())) {
                    problems.add(Problem.invalid(
                            "spec." + list + "[" + i + "].image",
                            image,
                            "must not have leading or trailing whitespace"));
                }
            }
        }
    }

    private void webhooks() {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < object.path("webhooks").size(); i++) {
            JsonNode webhook = object.path("webhooks").get(i);
            if (!names.add(webhook.path("name").asText())) {
                problems.add(Problem.duplicate("webhooks[" + i + "].name", webhook.path("name")));
            }
            JsonNode url = webhook.path("clientConfig").path("url");
            if (url.isTextual() && !url.asText().startsWith("https://")) {
                problems.add(Problem.invalid(
                        "webhooks[" + i + "].clientConfig.url",
                        url,
                        "'https' is the only allowed URL scheme; desired format: https://host[/path]"));
            }
        }
    }

    private void job() {
        String uid = Json.text(object, "metadata", "uid");
        boolean foreign = old == null
                && !spec.path("manualSelector").asBoolean()
                && !Json.text(spec, "selector", "matchLabels", "controller-uid").equals(uid);
        if (foreign && !uid.isEmpty()) {
            problems.add(Problem.invalid("spec.selector", spec.path("selector"), "`selector` not auto-generated"));
        }
        JsonNode restart = Json.at(spec, "template", "spec", "restartPolicy");
        if (restart.asText("Always").equals("Always")) {
            problems.add(
                    Problem.required("spec.template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\""));
        }
        missingSpec(spec.path("template"));
    }

    private void data() {
        long size = 0;
        boolean map = type.kind().equals("ConfigMap");
        for (JsonNode value : object.path("data")) {
            size += map ? value.asText().length() : value.asText().length() * 3L / 4;
        }
        for (Map.Entry<String, JsonNode> entry : object.path("binaryData").properties()) {
            size += entry.getValue().asText().length() * 3L / 4;
            if (object.path("data").has(entry.getKey())) {
                problems.add(Problem.invalid(
                        "data[" + entry.getKey() + "]", entry.getKey(), "duplicate of key present in binaryData"));
            }
        }
        if (size > LARGEST_DATA) {
            problems.add(Problem.tooLong(map ? "[]" : "data", LARGEST_DATA));
        }
        if (!map) {
            for (String key : SECRET_KEYS.getOrDefault(object.path("type").asText(), List.of())) {
                if (!object.path("data").has(key)) {
                    problems.add(Problem.required("data[" + key + "]", ""));
                } else if (key.startsWith(".docker")
                        && !isJson(object.path("data").path(key))) {
                    problems.add(Problem.invalid(
                            "data[" + key + "]", "<secret contents redacted>", "invalid character in JSON"));
                }
            }
            boolean account = object.path("type").asText().equals("kubernetes.io/service-account-token");
            if (account && Json.text(object, "metadata", "annotations", ACCOUNT).isEmpty()) {
                problems.add(Problem.required("metadata.annotations[" + ACCOUNT + "]", ""));
            }
        }
    }

    private static boolean isJson(JsonNode encoded) {
        try {
            var unused = Json.read(Base64.getDecoder().decode(encoded.asText()));
            return true;
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    private void nodePort(JsonNode port, String at) {
        int number = port.path("nodePort").asInt();
        String kind = spec.path("type").asText("ClusterIP");
        if (number == 0) {
            return;
        }
        if (!kind.equals("NodePort") && !kind.equals("LoadBalancer")) {
            problems.add(Problem.forbidden(at + ".nodePort", "may not be used when `type` is '" + kind + "'"));
        } else if (number < 30_000 || number > 32_767) {
            problems.add(Problem.invalid(
                    at + ".nodePort",
                    port.path("nodePort"),
                    "provided port is not in the valid range. The range of valid ports is 30000-32767"));
        }
    }

    private void service() {
        String address = spec.path("clusterIP").asText("");
        if (!address.isEmpty()
                && !address.equals("None")
                && !address.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            String field = minor >= 20 ? "spec.clusterIPs[0]" : "spec.clusterIP";
            problems.add(
                    Problem.invalid(field, address, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"));
        }
        JsonNode ports = spec.path("ports");
        boolean headless = spec.path("clusterIP").asText("").equals("None");
        boolean external = spec.path("type").asText().equals("ExternalName");
        if (ports.isEmpty() && !headless && !external) {
            problems.add(Problem.required("spec.ports", ""));
        }
        if (external && spec.path("externalName").asText("").isEmpty()) {
            problems.add(Problem.required("spec.externalName", ""));
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            JsonNode port = ports.get(i);
            String at = "spec.ports[" + i + "]";
            if (ports.size() > 1 && port.path("name").asText("").isEmpty()) {
                problems.add(Problem.required(at + ".name", ""));
            }
            if (!port.has("port")) {
                problems.add(
                        Problem.invalid(at + ".port", port.path("port"), "must be between 1 and 65535, inclusive"));
            }
            nodePort(port, at);
            if (!seen.add(port.path("protocol").asText() + port.path("port").asText())) {
                problems.add(Problem.duplicate(at, port));
            }
        }
    }
}
