package io.calicofleet.simulator.kubernetes.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What may not change of objects of built-in kinds. */
final class UpdateRules {

    /** From here on it is said of roleRef as of other fields (rbac/validation/validation.go). */
    private static final int ROLES_ARE_IMMUTABLE = 37;

    /** The n of Kubernetes 1.n from which how many revisions a StatefulSet keeps may change. */
    private static final int HISTORIES_MAY_CHANGE = 33;

    private static final String IMMUTABLE = "field is immutable";

    private final ResourceType type;
    private final JsonNode object;
    private final JsonNode spec;
    private final JsonNode before;
    private final int minor;
    private final List<Problem> problems = new ArrayList<>();

    private UpdateRules(ResourceType type, JsonNode object, JsonNode before, int minor) {
        this.type = type;
        this.object = object;
        this.spec = object.path("spec");
        this.before = before;
        this.minor = minor;
    }

    /** What is wrong with a change. */
    static List<Problem> check(ResourceType type, JsonNode object, JsonNode before, int minor) {
        UpdateRules rules = new UpdateRules(type, object, before, minor);
        rules.check();
        return rules.problems;
    }

    private void check() {
        switch (type.kind()) {
            case "DaemonSet", "Deployment", "ReplicaSet" -> immutable("selector");
            case "StatefulSet" -> statefulSet();
            case "Job" -> {
                immutable("selector");
                immutable("template");
                immutable("completions");
            }
            case "Pod" -> pod();
            case "RoleBinding", "ClusterRoleBinding" -> {
                if (!TypeRules.same(before.path("roleRef"), object.path("roleRef"))) {
                    problems.add(Problem.invalid(
                            "roleRef",
                            Problem.internal(object.path("roleRef"), minor, "APIGroup", "Kind", "Name"),
                            minor >= ROLES_ARE_IMMUTABLE ? IMMUTABLE : "cannot change roleRef"));
                }
            }
            case "Service" -> {
                String address = Json.text(before, "spec", "clusterIP");
                boolean outside = List.of(Json.text(before, "spec", "type"), Json.text(spec, "type"))
                        .contains("ExternalName");
                if (!outside && !address.isEmpty() && !address.equals(Json.text(spec, "clusterIP"))) {
                    problems.add(
                            minor >= 20
                                    ? Problem.invalid(
                                            "spec.clusterIPs[0]", spec.path("clusterIPs"), "may not change once set")
                                    : Problem.invalid("spec.clusterIP", spec.path("clusterIP"), IMMUTABLE));
                }
            }
            case "ConfigMap", "Secret" -> {
                if (before.path("immutable").asBoolean()) {
                    frozen();
                }
                if (type.kind().equals("Secret")) {
                    immutable(before.path("type"), object.path("type"), "type");
                }
            }
            case "StorageClass" -> {
                immutable(before.path("volumeBindingMode"), object.path("volumeBindingMode"), "volumeBindingMode");
                for (String field : List.of("parameters", "provisioner", "reclaimPolicy")) {
                    if (!TypeRules.same(before.path(field), object.path(field))) {
                        problems.add(Problem.forbidden(field, "updates to " + field + " are forbidden."));
                    }
                }
            }
            case "PriorityClass" -> {
                if (!TypeRules.same(before.path("value"), object.path("value"))) {
                    problems.add(Problem.forbidden(minor < 26 ? "Value" : "value", "may not be changed in an update."));
                }
                immutable(before.path("preemptionPolicy"), object.path("preemptionPolicy"), "preemptionPolicy");
            }
            case "ControllerRevision" -> immutable(before.path("data"), object.path("data"), "data");
            case "EndpointSlice" -> immutable(before.path("addressType"), object.path("addressType"), "addressType");
            case "CSIDriver" -> {
                immutable(
                        before.path("spec").path("attachRequired"),
                        spec.path("attachRequired"),
                        "spec.attachedRequired");
                if (minor < 29) {
                    immutable("podInfoOnMount");
                }
                if (minor < 24) {
                    immutable("fsGroupPolicy");
                }
                if (minor < 23
                        && before.path("spec").path("storageCapacity").asBoolean()
                                != spec.path("storageCapacity").asBoolean()) {
                    immutable("storageCapacity");
                }
                immutable("volumeLifecycleModes");
            }
            case "PersistentVolumeClaim" -> claim();
            case "ResourceQuota" -> {
                if (!texts(before.path("spec").path("scopes")).equals(texts(spec.path("scopes")))) {
                    immutable("scopes");
                }
            }
            case "Node" -> {
                JsonNode ranges = before.path("spec").path("podCIDRs");
                if (!ranges.isEmpty() && !ranges.equals(spec.path("podCIDRs"))) {
                    problems.add(Problem.forbidden(
                            "spec.podCIDRs", "node updates may not change podCIDR except from \"\" to valid"));
                }
                String id = Json.text(before, "spec", "providerID");
                if (!id.isEmpty() && !id.equals(Json.text(spec, "providerID"))) {
                    problems.add(Problem.forbidden(
                            "spec.providerID", "node updates may not change providerID except from \"\" to valid"));
                }
                if (!spec.path("externalID").equals(before.path("spec").path("externalID"))) {
                    problems.add(Problem.forbidden("spec.externalID", "may not be updated"));
                }
            }
            case "Namespace" -> {
                boolean ends = object.path("metadata").has("deletionTimestamp");
                JsonNode phase = object.path("status").path("phase");
                if (!ends && !phase.asText("Active").equals("Active")) {
                    problems.add(Problem.invalid(
                            "status.Phase", phase, "may only be 'Active' if `deletionTimestamp` is empty"));
                } else if (ends && !phase.asText("").equals("Terminating")) {
                    problems.add(Problem.invalid(
                            "status.Phase", phase, "may only be 'Terminating' if `deletionTimestamp` is not empty"));
                }
            }
            default -> {
                // everything may change
            }
        }
    }

    private void immutable(String field) {
        immutable(before.path("spec").path(field), spec.path(field), "spec." + field);
    }

    private void immutable(JsonNode before, JsonNode now, String path) {
        if (!TypeRules.same(before, now)) {
            problems.add(Problem.invalid(path, now, IMMUTABLE));
        }
    }

    private void frozen() {
        String why = "field is immutable when `immutable` is set";
        if (!object.path("immutable").asBoolean()) {
            problems.add(Problem.forbidden("immutable", why));
        }
        for (String field : List.of("data", "binaryData")) {
            if (!TypeRules.same(before.path(field), object.path(field))) {
                problems.add(Problem.forbidden(field, why));
            }
        }
    }

    private static Set<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asText).collect(Collectors.toSet());
    }

    /** A claim may grow, if its class lets it, and no more. */
    private void claim() {
        boolean bound = Json.text(before, "status", "phase").equals("Bound");
        List<String> free = bound ? List.of("resources", "volumeAttributesClassName") : List.of("volumeName");
        if (!Json.same(without(before.path("spec"), free), without(spec, free))) {
            problems.add(Problem.forbidden(
                    "spec",
                    "spec is immutable after creation except resources.requests"
                            + (minor >= 31 ? " and volumeAttributesClassName" : "") + " for bound claims"));
        }
        String mode = Json.text(before, "spec", "volumeMode");
        if (!mode.equals(Json.text(spec, "volumeMode"))) {
            problems.add(Problem.invalid("volumeMode", spec.path("volumeMode"), IMMUTABLE));
        }
        JsonNode had = before.path("spec").path("resources").path("requests").path("storage");
        JsonNode has = spec.path("resources").path("requests").path("storage");
        if (has.isMissingNode() && !had.isMissingNode()) {
            problems.add(
                    Problem.forbidden("spec.resources.requests.storage", "field can not be less than status.capacity"));
        }
    }

    private void statefulSet() {
        List<String> free = new ArrayList<>(List.of(
                "replicas",
                "template",
                "updateStrategy",
                "minReadySeconds",
                "ordinals",
                "persistentVolumeClaimRetentionPolicy"));
        if (minor >= HISTORIES_MAY_CHANGE) {
            free.add("revisionHistoryLimit");
        }
        if (!Json.same(without(before.path("spec"), free), without(spec, free))) {
            problems.add(Problem.forbidden(
                    "spec",
                    "updates to statefulset spec for fields other than "
                            + (minor >= HISTORIES_MAY_CHANGE
                                    ? "'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit',"
                                            + " 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds'"
                                    : minor >= 22
                                            ? "'replicas', 'template', 'updateStrategy' and 'minReadySeconds'"
                                            : "'replicas', 'template', and 'updateStrategy'")
                            + " are forbidden"));
        }
    }

    private void pod() {
        for (String list : List.of("containers", "initContainers")) {
            if (before.path("spec").path(list).size() != spec.path(list).size()) {
                problems.add(Problem.forbidden("spec." + list, "pod updates may not add or remove containers"));
                return;
            }
        }
        for (JsonNode there : before.path("spec").path("tolerations")) {
            JsonNode kept = without(there, List.of("tolerationSeconds"));
            if (spec.path("tolerations")
                    .valueStream()
                    .noneMatch(each -> Json.same(without(each, List.of("tolerationSeconds")), kept))) {
                problems.add(Problem.forbidden(
                        "spec.tolerations", "existing toleration can not be modified except its tolerationSeconds"));
                return;
            }
        }
        if (!Json.same(fixed(before.path("spec")), fixed(spec))) {
            problems.add(Problem.forbidden(
                    "spec",
                    minor >= 22
                            ? "pod updates may not change fields other than `spec.containers[*].image`,"
                                    + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations`"
                                    + " (only additions to existing tolerations),`spec.terminationGracePeriodSeconds`"
                                    + " (allow it to be set to 1 if it was previously negative)"
                            : "pod updates may not change fields other than `spec.containers[*].image`,"
                                    + " `spec.initContainers[*].image`, `spec.activeDeadlineSeconds` or"
                                    + " `spec.tolerations` (only additions to existing tolerations)"));
        }
    }

    private static JsonNode fixed(JsonNode spec) {
        JsonNode copy = without(spec, List.of("activeDeadlineSeconds", "tolerations"));
        for (String list : List.of("containers", "initContainers")) {
            copy.path(list).forEach(container -> ((ObjectNode) container).remove("image"));
        }
        return copy;
    }

    private static JsonNode without(JsonNode object, List<String> fields) {
        JsonNode copy = object.deepCopy();
        if (copy instanceof ObjectNode tree) {
            tree.remove(fields);
        }
        return copy;
    }
}
