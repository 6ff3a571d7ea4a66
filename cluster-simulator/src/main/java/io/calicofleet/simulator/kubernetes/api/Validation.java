package io.calicofleet.simulator.kubernetes.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Labels;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The checks of built-in types that clients meet: names, labels, selectors, containers, what is immutable. */
final class Validation {

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]*[a-z0-9])?");
    private static final Pattern PATH_NAME = Pattern.compile("[^/%]+");
    private static final Pattern LABEL_VALUE = Pattern.compile("([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?");
    private static final Pattern LABEL_KEY =
            Pattern.compile("([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
    private static final int ANNOTATIONS_LIMIT = 262_144;

    private Validation() {}

    /** What is wrong with an object of any type: its metadata. */
    static List<Problem> metadata(ResourceType type, JsonNode object) {
        List<Problem> problems = new ArrayList<>();
        JsonNode metadata = object.path("metadata");
        String name = metadata.path("name").asText("");
        boolean free = type.group().equals("rbac.authorization.k8s.io");
        if (name.isEmpty()) {
            problems.add(Problem.required("metadata.name", "name or generateName is required"));
        } else if (name.length() > 253
                || !(free ? PATH_NAME : NAME).matcher(name).matches()) {
            problems.add(Problem.invalid(
                    "metadata.name",
                    "\"" + name + "\"",
                    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and"
                            + " must start and end with an alphanumeric character"));
        }
        Labels.of(metadata.path("labels")).forEach((key, value) -> {
            if (!LABEL_KEY.matcher(key).matches()) {
                problems.add(Problem.invalid(
                        "metadata.labels",
                        "\"" + key + "\"",
                        "name part must consist of" + " alphanumeric characters, '-', '_' or '.'"));
            }
            if (value.length() > 63 || !LABEL_VALUE.matcher(value).matches()) {
                problems.add(Problem.invalid(
                        "metadata.labels",
                        "\"" + value + "\"",
                        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.',"
                                + " and must start and end with an alphanumeric character"));
            }
        });
        int size = 0;
        for (Map.Entry<String, String> e :
                Labels.of(metadata.path("annotations")).entrySet()) {
            size += e.getKey().length() + e.getValue().length();
        }
        if (size > ANNOTATIONS_LIMIT) {
            problems.add(new Problem(
                    "FieldValueTooLong", "metadata.annotations", "Too long: must have at most 262144 bytes"));
        }
        return problems;
    }

    /** What is wrong with an object of a built-in type; old is null when it is created. */
    static List<Problem> object(ResourceType type, JsonNode object, @Nullable JsonNode old) {
        List<Problem> problems = new ArrayList<>();
        JsonNode spec = object.path("spec");
        switch (type.kind()) {
            case "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet" -> {
                workload(spec, problems);
                immutable("spec.selector", object, old, problems, "spec", "selector");
            }
            case "Job" -> {
                String uid = Json.text(object, "metadata", "uid");
                boolean foreign = old == null
                        && !spec.path("manualSelector").asBoolean()
                        && !Json.text(spec, "selector", "matchLabels", "controller-uid")
                                .equals(uid);
                if (foreign && !uid.isEmpty()) {
                    problems.add(
                            Problem.invalid("spec.selector", spec.path("selector"), "`selector` not auto-generated"));
                }
                podSpec("spec.template.spec.", Json.at(spec, "template", "spec"), problems);
                immutable("spec.selector", object, old, problems, "spec", "selector");
                immutable("spec.template", object, old, problems, "spec", "template");
                immutable("spec.completions", object, old, problems, "spec", "completions");
            }
            case "Pod" -> pod(object, old, problems);
            case "RoleBinding", "ClusterRoleBinding" -> {
                if (old != null && !Json.same(old.path("roleRef"), object.path("roleRef"))) {
                    problems.add(Problem.invalid("roleRef", object.path("roleRef"), "cannot change roleRef"));
                }
            }
            case "Service" -> {
                immutable("spec.clusterIP", object, old, problems, "spec", "clusterIP");
            }
            case "ConfigMap", "Secret" -> {
                if (old != null
                        && old.path("immutable").asBoolean()
                        && !Json.same(old.path("data"), object.path("data"))) {
                    problems.add(Problem.forbidden("data", "field is immutable when `immutable` is set"));
                }
                if (type.kind().equals("Secret")) {
                    immutable("type", object, old, problems, "type");
                }
            }
            default -> {
                // no rule that a client of ours would meet
            }
        }
        return problems;
    }

    private static void immutable(
            String field, JsonNode object, @Nullable JsonNode old, List<Problem> problems, String... path) {
        if (old != null && !Json.same(Json.at(old, path), Json.at(object, path))) {
            problems.add(Problem.invalid(field, Json.at(object, path), "field is immutable"));
        }
    }

    private static void workload(JsonNode spec, List<Problem> problems) {
        JsonNode selector = spec.path("selector");
        if (!selector.isObject()) {
            problems.add(Problem.required("spec.selector", ""));
        } else if (!Labels.meet(Labels.ofObject(spec.path("template")), selector)) {
            problems.add(Problem.invalid(
                    "spec.template.metadata.labels",
                    Json.at(spec, "template", "metadata", "labels"),
                    "`selector` does not match template `labels`"));
        }
        podSpec("spec.template.spec.", Json.at(spec, "template", "spec"), problems);
    }

    private static void pod(JsonNode object, @Nullable JsonNode old, List<Problem> problems) {
        JsonNode spec = object.path("spec");
        podSpec("spec.", spec, problems);
        if (old != null && !Json.same(frozen(old.path("spec")), frozen(spec))) {
            problems.add(Problem.forbidden(
                    "spec",
                    "pod updates may not change fields other than `spec.containers[*].image`,"
                            + " `spec.initContainers[*].image`, `spec.activeDeadlineSeconds` or `spec.tolerations`"
                            + " (only additions to existing tolerations)"));
        }
    }

    private static JsonNode frozen(JsonNode spec) {
        JsonNode copy = spec.deepCopy();
        for (String list : List.of("containers", "initContainers")) {
            copy.path(list).forEach(c -> ((com.fasterxml.jackson.databind.node.ObjectNode) c).remove("image"));
        }
        if (copy instanceof com.fasterxml.jackson.databind.node.ObjectNode pod) {
            pod.remove(List.of("activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "nodeName"));
        }
        return copy;
    }

    private static void podSpec(String path, JsonNode spec, List<Problem> problems) {
        if (!spec.path("containers").isArray() || spec.path("containers").isEmpty()) {
            problems.add(Problem.required(path + "containers", ""));
        }
        Set<String> volumes = new HashSet<>();
        spec.path("volumes").forEach(v -> volumes.add(v.path("name").asText()));
        for (String list : List.of("initContainers", "containers")) {
            Set<String> names = new HashSet<>();
            for (int i = 0; i < spec.path(list).size(); i++) {
                JsonNode container = spec.path(list).get(i);
                String at = path + list + "[" + i + "].";
                String name = container.path("name").asText("");
                if (name.isEmpty()) {
                    problems.add(Problem.required(at + "name", ""));
                } else if (!names.add(name)) {
                    problems.add(new Problem("FieldValueDuplicate", at + "name", "Duplicate value: \"" + name + "\""));
                }
                if (container.path("image").asText("").isEmpty()) {
                    problems.add(Problem.required(at + "image", ""));
                }
                for (int j = 0; j < container.path("volumeMounts").size(); j++) {
                    String volume =
                            container.path("volumeMounts").get(j).path("name").asText();
                    if (!volumes.contains(volume)) {
                        problems.add(new Problem(
                                "FieldValueNotFound",
                                at + "volumeMounts[" + j + "].name",
                                "Not found: \"" + volume + "\""));
                    }
                }
                environment(at, container.path("env"), problems);
            }
        }
    }

    private static void environment(String at, JsonNode env, List<Problem> problems) {
        for (int i = 0; i < env.size(); i++) {
            JsonNode variable = env.get(i);
            if (!variable.path("value").asText("").isEmpty()
                    && variable.path("valueFrom").isObject()) {
                problems.add(Problem.invalid(
                        at + "env[" + i + "].valueFrom", "\"\"", "may not be specified when `value` is not empty"));
            }
        }
    }
}
