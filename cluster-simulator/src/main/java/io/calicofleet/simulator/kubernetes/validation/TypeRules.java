package io.calicofleet.simulator.kubernetes.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rules that fields of one object have for each other, wherever the object is. */
final class TypeRules {

    /** From here on the value of a toleration is shown where it has to be empty, not the toleration. */
    private static final int SHOWS_TOLERATED_VALUE = 32;
    /** From here on a limit is told that a request is above. */
    private static final int SHOWS_LIMITS = 28;

    private static final Set<String> STANDARD = Set.of("cpu", "memory", "ephemeral-storage", "storage");
    private static final Set<String> OF_POD = Set.of(
            "metadata.name",
            "metadata.namespace",
            "metadata.uid",
            "spec.nodeName",
            "spec.serviceAccountName",
            "status.hostIP",
            "status.hostIPs",
            "status.podIP",
            "status.podIPs");

    private TypeRules() {}

    static void check(String type, JsonNode object, String path, int minor, List<Problem> problems) {
        switch (type) {
            case "PodSpec" -> new PodRules(path, minor, problems).check(object);
            case "HostPathVolumeSource" -> VolumeRules.onHost(object.path("path"), path + ".path", problems);
            case "KeyToPath" -> VolumeRules.inside(object.path("path"), path + ".path", problems);
            case "VolumeMount" -> VolumeRules.inside(object.path("subPath"), ofList(path) + ".subPath", problems);
            case "NodeSelectorRequirement" -> requirement(object, path, problems);
            case "ObjectFieldSelector" -> fieldSelector(object, path, problems);
            case "IPBlock" -> {
                String cidr = object.path("cidr").asText("");
                if (!cidr.isEmpty() && !cidr.matches("[0-9a-fA-F.:]+/[0-9]{1,3}")) {
                    problems.add(Problem.invalid(path + ".cidr", cidr, "must be a valid CIDR value"));
                }
            }
            case "WebhookClientConfig" -> AdmissionRules.client(object, path, problems);
            case "NetworkPolicySpec" -> {
                if (object.path("policyTypes").size() > 2) {
                    problems.add(Problem.invalid(
                            path + ".policyTypes",
                            object.path("policyTypes"),
                            "may not specify more than two policyTypes"));
                }
            }
            case "PodDNSConfig" -> {
                for (int i = 0; i < object.path("options").size(); i++) {
                    if (object.path("options").get(i).path("name").asText("").isEmpty()) {
                        problems.add(Problem.required(path + ".options[" + i + "]", "must not be empty"));
                    }
                }
            }
            case "EnvFromSource" -> {
                if (object.has("configMapRef") == object.has("secretRef")) {
                    problems.add(Problem.invalid(
                            ofList(path),
                            "",
                            object.has("secretRef")
                                    ? "may not have more than one field specified at a time"
                                    : "must specify one of: `configMapRef` or `secretRef`"));
                }
            }
            case "NetworkPolicyPeer" -> {
                boolean selects = object.has("podSelector") || object.has("namespaceSelector");
                if (!selects && !object.has("ipBlock")) {
                    problems.add(Problem.required(path, "must specify a peer"));
                } else if (selects && object.has("ipBlock")) {
                    problems.add(Problem.forbidden(path, "may not specify both ipBlock and another peer"));
                }
            }
            case "ValidatingWebhook", "MutatingWebhook" -> {
                JsonNode versions = object.path("admissionReviewVersions");
                if (!object.has("clientConfig")) {
                    problems.add(Problem.required(path + ".clientConfig", "exactly one of url or service is required"));
                }
                Set<String> seen = new HashSet<>();
                for (int i = 0; i < versions.size(); i++) {
                    if (!seen.add(versions.get(i).asText())) {
                        problems.add(Problem.invalid(
                                path + ".admissionReviewVersions[" + i + "]", versions.get(i), "duplicate version"));
                    }
                }
                if (!versions.isEmpty()
                        && versions.valueStream()
                                .noneMatch(each -> List.of("v1", "v1beta1").contains(each.asText()))) {
                    problems.add(Problem.invalid(
                            path + ".admissionReviewVersions", versions, "must include at least one of v1, v1beta1"));
                }
            }
            case "DeploymentSpec" -> {
                JsonNode progress = object.path("progressDeadlineSeconds");
                if (progress.isNumber()
                        && progress.asLong() <= object.path("minReadySeconds").asLong()) {
                    problems.add(Problem.invalid(
                            path + ".progressDeadlineSeconds", progress, "must be greater than minReadySeconds"));
                }
            }
            case "Toleration" -> toleration(object, path, minor, problems);
            case "ResourceRequirements" -> resources(object, path, minor, problems);
            case "LabelSelectorRequirement" -> requirement(object, path, problems);
            case "EnvVar" -> {
                if (!object.path("value").asText("").isEmpty() && object.has("valueFrom")) {
                    problems.add(
                            Problem.invalid(path + ".valueFrom", "", "may not be specified when `value` is not empty"));
                }
            }
            case "SecurityContext" -> {
                boolean forbidden = object.has("allowPrivilegeEscalation")
                        && !object.path("allowPrivilegeEscalation").asBoolean();
                boolean administers = object.path("capabilities")
                        .path("add")
                        .valueStream()
                        .anyMatch(each -> List.of("CAP_SYS_ADMIN", "SYS_ADMIN").contains(each.asText()));
                if (forbidden && administers) {
                    problems.add(Problem.invalid(
                            path,
                            object,
                            "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"));
                }
                if (forbidden && object.path("privileged").asBoolean()) {
                    problems.add(Problem.invalid(
                            path, object, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"));
                }
            }
            case "DaemonSetUpdateStrategy" -> daemonSetStrategy(object, path, minor, problems);
            case "StatefulSetUpdateStrategy" -> {
                if (!List.of("RollingUpdate", "OnDelete")
                        .contains(object.path("type").asText(""))) {
                    problems.add(Problem.invalid(path, object, "must be 'RollingUpdate' or 'OnDelete'"));
                }
            }
            case "DeploymentStrategy" -> deploymentStrategy(object, path, problems);
            default -> {
                // its fields do not depend on each other
            }
        }
    }

    /** What a variable or a file may have of its pod. */
    private static void fieldSelector(JsonNode selector, String path, List<Problem> problems) {
        String field = selector.path("fieldPath").asText("");
        String keyed = field.replaceFirst("\\['[^']*'\\]$", "");
        boolean known = OF_POD.contains(field)
                || List.of("metadata.labels", "metadata.annotations").contains(keyed);
        if (!field.isEmpty() && !known) {
            problems.add(Problem.invalid(
                    path + ".fieldPath", field, "error converting fieldPath: field label not supported: " + field));
        }
    }

    private static void toleration(JsonNode toleration, String path, int minor, List<Problem> problems) {
        String key = toleration.path("key").asText("");
        String value = toleration.path("value").asText("");
        JsonNode operator = toleration.path("operator");
        JsonNode effect = toleration.path("effect");
        if (!key.isEmpty()) {
            Names.qualified(key, minor).forEach(why -> problems.add(Problem.invalid(path + ".key", key, why)));
        } else if (!operator.asText("").equals("Exists")) {
            problems.add(Problem.invalid(
                    path + ".operator",
                    operator.asText(""),
                    "operator must be Exists when `key` is empty, which means \"match all values and all keys\""));
        }
        if (toleration.has("tolerationSeconds") && !effect.asText("").equals("NoExecute")) {
            problems.add(Problem.invalid(
                    path + ".effect", effect.asText(""), "effect must be 'NoExecute' when `tolerationSeconds` is set"));
        }
        switch (operator.asText("")) {
            case "", "Equal" ->
                Names.labelValue(value, minor)
                        .forEach(why -> problems.add(Problem.invalid(path + ".operator", value, why)));
            case "Exists" -> {
                if (!value.isEmpty()) {
                    problems.add(Problem.invalid(
                            path + ".operator",
                            minor >= SHOWS_TOLERATED_VALUE ? toleration.path("value") : toleration,
                            "value must be empty when `operator` is 'Exists'"));
                }
            }
            default -> problems.add(Problem.notSupported(path + ".operator", operator, List.of("Equal", "Exists")));
        }
        List<String> effects = List.of("NoExecute", "NoSchedule", "PreferNoSchedule");
        if (!FieldRules.isEmpty(effect) && !effects.contains(effect.asText())) {
            problems.add(Problem.notSupported(path + ".effect", effect, effects));
        }
    }

    private static void resources(JsonNode resources, String path, int minor, List<Problem> problems) {
        for (String list : List.of("limits", "requests")) {
            for (Map.Entry<String, JsonNode> e : resources.path(list).properties()) {
                String name = e.getKey();
                if (name.indexOf('/') < 0 && !STANDARD.contains(name) && !name.startsWith("hugepages-")) {
                    problems.add(Problem.invalid(
                            path + "." + list + "[" + name + "]",
                            name,
                            "must be a standard resource type or fully qualified"));
                }
                if (Quantities.number(e.getValue().asText()).signum() < 0) {
                    problems.add(Problem.invalid(
                            path + "." + list + "." + e.getKey(), e.getValue(), "must be greater than or equal to 0"));
                }
            }
        }
        for (Map.Entry<String, JsonNode> e : resources.path("requests").properties()) {
            JsonNode limit = resources.path("limits").path(e.getKey());
            if (limit.isTextual()
                    && Quantities.number(e.getValue().asText()).compareTo(Quantities.number(limit.asText())) > 0) {
                problems.add(Problem.invalid(
                        path + ".requests",
                        e.getValue(),
                        "must be less than or equal to " + e.getKey() + " limit"
                                + (minor >= SHOWS_LIMITS ? " of " + limit.asText() : "")));
            }
        }
    }

    private static void requirement(JsonNode requirement, String path, List<Problem> problems) {
        boolean values = !requirement.path("values").isEmpty();
        switch (requirement.path("operator").asText("")) {
            case "In", "NotIn" -> {
                if (!values) {
                    problems.add(
                            Problem.required(path + ".values", "must be specified when `operator` is 'In' or 'NotIn'"));
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (values) {
                    problems.add(Problem.forbidden(
                            path + ".values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
                }
            }
            case "Gt", "Lt" -> {
                if (requirement.path("values").size() != 1) {
                    problems.add(Problem.required(
                            path + ".values", "must be specified single value when `operator` is 'Lt' or 'Gt'"));
                }
            }
            default ->
                problems.add(Problem.invalid(
                        path + ".operator", requirement.path("operator").asText(""), "not a valid selector operator"));
        }
    }

    private static void daemonSetStrategy(JsonNode strategy, String path, int minor, List<Problem> problems) {
        JsonNode rolling = strategy.path("rollingUpdate");
        switch (strategy.path("type").asText("")) {
            case "OnDelete" -> {
                // nothing rolls
            }
            case "RollingUpdate" -> {
                JsonNode unavailable = rolling.path("maxUnavailable");
                JsonNode surge = rolling.path("maxSurge");
                String at = path + ".rollingUpdate.";
                if (amount(unavailable) == 0 && minor < 22) {
                    problems.add(Problem.invalid(at + "maxUnavailable", unavailable, "cannot be 0"));
                } else if (amount(unavailable) == 0 && amount(surge) == 0) {
                    problems.add(Problem.required(at + "maxUnavailable", "cannot be 0 when maxSurge is 0"));
                } else if (amount(unavailable) != 0 && amount(surge) != 0) {
                    problems.add(
                            Problem.invalid(at + "maxSurge", surge, "may not be set when maxUnavailable is non-zero"));
                }
            }
            default -> problems.add(Problem.notSupported(path, strategy, List.of("RollingUpdate", "OnDelete")));
        }
    }

    private static void deploymentStrategy(JsonNode strategy, String path, List<Problem> problems) {
        JsonNode rolling = strategy.path("rollingUpdate");
        switch (strategy.path("type").asText("")) {
            case "Recreate" -> {
                if (rolling.isObject()) {
                    problems.add(Problem.forbidden(
                            path + ".rollingUpdate", "may not be specified when strategy `type` is 'Recreate'"));
                }
            }
            case "RollingUpdate" -> {
                if (amount(rolling.path("maxUnavailable")) == 0 && amount(rolling.path("maxSurge")) == 0) {
                    problems.add(Problem.invalid(
                            path + ".rollingUpdate.maxUnavailable",
                            rolling.path("maxUnavailable"),
                            "may not be 0 when `maxSurge` is 0"));
                }
            }
            default -> problems.add(Problem.notSupported(path, strategy, List.of("Recreate", "RollingUpdate")));
        }
    }

    /** Of some items Kubernetes tells the list alone, and not which one it is. */
    private static String ofList(String item) {
        return item.replaceFirst("\\[[0-9]+]$", "");
    }

    /** A number, or that of a percentage; 0 for anything else. */
    static long amount(JsonNode value) {
        if (value.isIntegralNumber()) {
            return value.asLong();
        }
        String text = value.asText("");
        String digits = value.isTextual() && text.endsWith("%") ? text.substring(0, text.length() - 1) : text;
        return digits.matches("[0-9]{1,9}") ? Long.parseLong(digits) : 0;
    }

    static boolean same(JsonNode left, JsonNode right) {
        return left.isMissingNode() ? right.isMissingNode() : !right.isMissingNode() && Json.same(left, right);
    }
}
