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

    /** From here on the same problem is told once (apiserver/pkg/registry/rest/validate.go). */
    private static final int TELLS_ONCE = 37;

    private static final long HIGHEST_PRIORITY = 1_000_000_000;
    private static final String ACCOUNT = "kubernetes.io/service-account.name";
    private static final int LONGEST_CRON_NAME = 52;
    private static final int LARGEST_DATA = 1024 * 1024;
    private static final Set<String> SYSTEM_CLASSES = Set.of("system-node-critical", "system-cluster-critical");
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
        if (old != null && minor < TELLS_ONCE) {
            problems.addAll(List.copyOf(problems));
        }
        return problems;
    }

    /** What is wrong with an object of a built-in type; old is null when it is created. */
    public static List<Problem> check(ResourceType type, JsonNode object, @Nullable JsonNode old, int minor) {
        ObjectRules rules = new ObjectRules(type, object, old, minor);
        if (type.group().isEmpty() && type.kind().equals("Service")) {
            List<Problem> addresses = ServiceRules.addresses(rules.spec, minor);
            if (!addresses.isEmpty() && minor >= 23) {
                return addresses;
            }
            rules.problems.addAll(addresses);
        }
        Structure structure = Structures.of(type);
        if (structure != null) {
            new FieldRules(minor, rules.problems).check(object, structure, "");
        }
        rules.kind();
        if (old != null && type.kind().equals("DaemonSet") && minor < TELLS_ONCE) {
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
            case "CronJob" -> {
                String name = Json.text(object, "metadata", "name");
                if (old == null && name.length() > LONGEST_CRON_NAME) {
                    problems.add(Problem.invalid(
                            "metadata.name", name, "must be no more than " + LONGEST_CRON_NAME + " characters"));
                }
                runsToEnd(Json.at(spec, "jobTemplate", "spec", "template"), "spec.jobTemplate.spec.template");
            }
            case "Pod" -> images();
            case "PriorityClass" -> {
                String name = Json.text(object, "metadata", "name");
                boolean system = name.startsWith("system-");
                if (system && !SYSTEM_CLASSES.contains(name)) {
                    problems.add(Problem.forbidden(
                            "metadata.name",
                            "priority class names with 'system-' prefix are reserved for system use only"));
                }
                if (!system && object.path("value").asLong() > HIGHEST_PRIORITY) {
                    problems.add(Problem.forbidden(
                            "value", "maximum allowed value of a user defined priority is " + HIGHEST_PRIORITY));
                }
            }
            case "Event" -> {
                String about = Json.text(object, "involvedObject", "namespace");
                String in = Json.text(object, "metadata", "namespace");
                boolean ofCluster = about.isEmpty() && in.equals("default");
                if (type.group().isEmpty() && !about.equals(in) && !ofCluster) {
                    problems.add(Problem.invalid("involvedObject.namespace", about, "does not match event.namespace"));
                }
            }
            case "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration" -> webhooks();
            case "ConfigMap", "Secret" -> data();
            case "Service" -> problems.addAll(ServiceRules.check(spec, minor));
            case "PodDisruptionBudget" -> {
                if (spec.has("minAvailable") && spec.has("maxUnavailable")) {
                    problems.add(Problem.invalid(
                            "spec",
                            Problem.internal(
                                    spec,
                                    minor,
                                    "MinAvailable",
                                    "Selector",
                                    "MaxUnavailable",
                                    "UnhealthyPodEvictionPolicy"),
                            "minAvailable and maxUnavailable cannot be both set"));
                }
            }
            case "ControllerRevision" -> {
                JsonNode data = object.path("data");
                if (minor >= 35 && !data.isMissingNode() && !data.isObject()) {
                    problems.add(Problem.required("data", "data must be a valid JSON object"));
                }
            }
            case "Namespace" -> {
                for (JsonNode finalizer : spec.path("finalizers")) {
                    String name = finalizer.asText();
                    Names.qualified(name, minor)
                            .forEach(why -> problems.add(Problem.invalid("spec.finalizers", name, why)));
                    if (Names.qualified(name, minor).isEmpty() && name.indexOf('/') < 0 && !name.equals("kubernetes")) {
                        problems.add(Problem.invalid(
                                "spec.finalizers",
                                name,
                                "name is neither a standard finalizer name nor is it fully qualified"));
                    }
                }
            }
            case "Endpoints" -> {
                for (int i = 0; i < object.path("subsets").size(); i++) {
                    EndpointRules.subset(object.path("subsets").get(i), "subsets[" + i + "]", problems);
                }
            }
            case "EndpointSlice" -> EndpointRules.slice(object, problems);
            case "ValidatingAdmissionPolicy" -> AdmissionRules.policy(spec, problems);
            case "CSIDriver" -> StorageRules.driver(spec, problems);
            case "PersistentVolumeClaim" -> StorageRules.claim(spec, minor, problems);
            case "Node" -> {
                taints();
                JsonNode ranges = spec.path("podCIDRs");
                for (int i = 0; i < ranges.size(); i++) {
                    String range = ranges.get(i).asText();
                    String at = "spec.podCIDRs[" + i + "]";
                    Networks.cidr(range).forEach(why -> problems.add(Problem.invalid(at, range, why)));
                }
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
                String own = Json.text(object, "metadata", "name");
                if (!own.isEmpty() && !own.equals(name)) {
                    problems.add(Problem.invalid(
                            "metadata.name",
                            Json.text(object, "metadata", "name"),
                            "must be `spec.version+\".\"+spec.group`: \"" + name + "\""));
                }
                JsonNode service = spec.path("service");
                for (String field : List.of("namespace", "name")) {
                    if (service.isObject() && service.path(field).asText("").isEmpty()) {
                        problems.add(Problem.required("spec.service." + field, ""));
                    }
                }
                String bundle = spec.path("caBundle").asText("");
                if (!service.isObject() && !bundle.isEmpty()) {
                    problems.add(Problem.invalid(
                            "spec.caBundle",
                            Base64.getDecoder().decode(bundle).length + " bytes",
                            "local APIServices may not have a caBundle"));
                }
                if (spec.path("insecureSkipTLSVerify").asBoolean() && !bundle.isEmpty()) {
                    problems.add(Problem.invalid(
                            "spec.insecureSkipTLSVerify",
                            spec.path("insecureSkipTLSVerify"),
                            "may not be true if caBundle is present"));
                }
                if (Json.text(spec, "group").isEmpty()
                        && !Json.text(spec, "version").equals("v1")) {
                    problems.add(Problem.required(
                            "spec.group", "only v1 may have an empty group and it better be legacy kube"));
                }
            }
            default -> new RbacRules(type, object, minor, problems).check();
        }
    }

    /** What is wrong with taints is told of the metadata. */
    private void taints() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < spec.path("taints").size(); i++) {
            JsonNode taint = spec.path("taints").get(i);
            if (!seen.add(
                    taint.path("key").asText() + " " + taint.path("effect").asText())) {
                problems.add(Problem.duplicate("metadata.taints[" + i + "]", taint));
            }
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
        boolean wrong = !SelectorRules.isValid(selector);
        if (wrong && !daemon) {
            problems.add(Problem.invalid("spec.selector", selector, "invalid label selector"));
        } else if (!wrong && (!selector.isObject() || !Labels.meet(Labels.ofObject(template), selector))) {
            problems.add(Problem.invalidMap(
                    "spec.template.metadata.labels",
                    template.path("metadata").path("labels"),
                    minor,
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
        if (!type.kind().equals("StatefulSet") || minor >= FieldRules.SETS_ARE_CHECKED) {
            missingSpec(template, "spec.template");
        }
    }

    private void missingSpec(JsonNode template, String at) {
        if (!template.path("spec").isObject()) {
            problems.add(Problem.required(at + ".spec.containers", ""));
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
        }
    }

    private void job() {
        String uid = Json.text(object, "metadata", "uid");
        boolean foreign = old == null
                && !spec.path("manualSelector").asBoolean()
                && Labels.of(Json.at(spec, "selector", "matchLabels")).entrySet().stream()
                        .noneMatch(label -> label.getKey().endsWith("controller-uid")
                                && label.getValue().equals(uid));
        if (foreign && !uid.isEmpty()) {
            problems.add(Problem.invalid("spec.selector", spec.path("selector"), "`selector` not auto-generated"));
        }
        JsonNode template = spec.path("template");
        if (old != null && !spec.path("selector").isObject()) {
            problems.add(Problem.required("spec.selector", ""));
            problems.add(Problem.invalidMap(
                    "spec.template.metadata.labels",
                    template.path("metadata").path("labels"),
                    minor,
                    "`selector` does not match template `labels`"));
        }
        runsToEnd(template, "spec.template");
    }

    private void runsToEnd(JsonNode template, String at) {
        JsonNode restart = Json.at(template, "spec", "restartPolicy");
        if (List.of("", "Always").contains(restart.asText("Always"))) {
            problems.add(Problem.required(at + ".spec.restartPolicy", "valid values: \"OnFailure\", \"Never\""));
        }
        missingSpec(template, at);
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
            problems.add(Problem.tooLong(map ? "[]" : "data", LARGEST_DATA, minor));
        }
        if (!map) {
            for (String key : SECRET_KEYS.getOrDefault(object.path("type").asText(), List.of())) {
                if (!object.path("data").has(key)) {
                    problems.add(Problem.required("data[" + key + "]", ""));
                } else if (object.path("data").path(key).asText("").isEmpty() && key.startsWith(".docker")) {
                    problems.add(Problem.invalid(
                            "data[" + key + "]", "<secret contents redacted>", "unexpected end of JSON input"));
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
}
