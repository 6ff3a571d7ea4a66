package io.calicofleet.simulator.kubernetes.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import java.util.List;

/** The rules of roles and of what binds them. */
final class RbacRules {

    /** From here on what is required is told without more. */
    private static final int DECLARED = 37;

    private static final String GROUP = "rbac.authorization.k8s.io";

    private final ResourceType type;
    private final JsonNode object;
    private final int minor;
    private final List<Problem> problems;

    RbacRules(ResourceType type, JsonNode object, int minor, List<Problem> problems) {
        this.minor = minor;
        this.type = type;
        this.object = object;
        this.problems = problems;
    }

    void check() {
        switch (type.kind()) {
            case "Role", "ClusterRole" -> {
                for (int i = 0; i < object.path("rules").size(); i++) {
                    rule(object.path("rules").get(i), "rules[" + i + "].");
                }
                JsonNode aggregation = object.path("aggregationRule");
                if (aggregation.isObject()
                        && aggregation.path("clusterRoleSelectors").isEmpty()) {
                    problems.add(Problem.required(
                            "aggregationRule.clusterRoleSelectors",
                            "at least one clusterRoleSelector required if aggregationRule is non-nil"));
                }
                for (int i = 0; i < aggregation.path("clusterRoleSelectors").size(); i++) {
                    JsonNode selector = aggregation.path("clusterRoleSelectors").get(i);
                    if (!SelectorRules.isValid(selector)) {
                        problems.add(Problem.invalid(
                                "aggregationRule.clusterRoleSelectors[" + i + "]", selector, "invalid label selector"));
                    }
                }
            }
            case "RoleBinding" -> binding(List.of("Role", "ClusterRole"));
            case "ClusterRoleBinding" -> binding(List.of("ClusterRole"));
            default -> {
                // not of RBAC
            }
        }
    }

    private void rule(JsonNode rule, String path) {
        if (rule.path("verbs").isEmpty()) {
            problems.add(
                    Problem.required(path + "verbs", minor >= DECLARED ? "" : "verbs must contain at least one value"));
        }
        JsonNode urls = rule.path("nonResourceURLs");
        boolean resources = !rule.path("apiGroups").isEmpty()
                || !rule.path("resources").isEmpty()
                || !rule.path("resourceNames").isEmpty();
        if (!urls.isEmpty()) {
            if (type.namespaced()) {
                problems.add(Problem.invalid(
                        path + "nonResourceURLs", urls, "namespaced rules cannot apply to non-resource URLs"));
            }
            if (resources) {
                problems.add(Problem.invalid(
                        path + "nonResourceURLs",
                        urls,
                        "rules cannot apply to both regular resources and non-resource URLs"));
            }
            return;
        }
        if (rule.path("apiGroups").isEmpty()) {
            problems.add(Problem.required(path + "apiGroups", "resource rules must supply at least one api group"));
        }
        if (rule.path("resources").isEmpty()) {
            problems.add(Problem.required(path + "resources", "resource rules must supply at least one resource"));
        }
    }

    private void binding(List<String> kinds) {
        JsonNode role = object.path("roleRef");
        if (!role.path("apiGroup").asText(GROUP).equals(GROUP)) {
            problems.add(Problem.notSupported("roleRef.apiGroup", role.path("apiGroup"), List.of(GROUP)));
        }
        if (!kinds.contains(role.path("kind").asText(""))) {
            problems.add(Problem.notSupported(
                    "roleRef.kind", Json.text(role.path("kind").asText("")), kinds));
        }
        String name = role.path("name").asText("");
        if (name.isEmpty()) {
            problems.add(Problem.required("roleRef.name", ""));
        } else {
            Names.pathSegment(name).forEach(why -> problems.add(Problem.invalid("roleRef.name", name, why)));
        }
        for (int i = 0; i < object.path("subjects").size(); i++) {
            subject(object.path("subjects").get(i), "subjects[" + i + "].");
        }
    }

    private void subject(JsonNode subject, String path) {
        String name = subject.path("name").asText("");
        if (name.isEmpty()) {
            problems.add(Problem.required(path + "name", ""));
        }
        JsonNode group = subject.path("apiGroup");
        switch (subject.path("kind").asText("")) {
            case "ServiceAccount" -> {
                if (!name.isEmpty()) {
                    Names.subdomain(name).forEach(why -> problems.add(Problem.invalid(path + "name", name, why)));
                }
                if (!group.asText("").isEmpty()) {
                    problems.add(Problem.notSupported(path + "apiGroup", group, List.of("")));
                }
                if (!type.namespaced() && subject.path("namespace").asText("").isEmpty()) {
                    problems.add(Problem.required(path + "namespace", ""));
                }
            }
            case "User", "Group" -> {
                if (!group.asText(GROUP).equals(GROUP)) {
                    problems.add(Problem.notSupported(path + "apiGroup", group, List.of(GROUP)));
                }
            }
            default ->
                problems.add(Problem.notSupported(
                        path + "kind", subject.path("kind"), List.of("ServiceAccount", "User", "Group")));
        }
    }
}
