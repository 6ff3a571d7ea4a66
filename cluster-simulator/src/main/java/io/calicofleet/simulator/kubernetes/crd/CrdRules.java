package io.calicofleet.simulator.kubernetes.crd;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.kubernetes.api.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a CRD must be to be stored, as the API server's validation has it: above all what preserveUnknownFields, schemas
 * and defaults demand of each other (facts 0.7).
 */
public final class CrdRules {

    private static final String PRESERVE = "spec.preserveUnknownFields";

    private CrdRules() {}

    /**
     * What is wrong with a CRD.
     *
     * @param crd as it would be stored
     * @param old as it is stored; null when it is created
     * @param v1 whether it is written as apiextensions.k8s.io/v1
     */
    public static List<Problem> problems(JsonNode crd, @Nullable JsonNode old, boolean v1) {
        List<Problem> problems = new ArrayList<>();
        JsonNode spec = crd.path("spec");
        JsonNode oldSpec = old == null ? spec.path("none") : old.path("spec");
        boolean preserve = spec.path("preserveUnknownFields").asBoolean();
        boolean preserved = oldSpec.path("preserveUnknownFields").asBoolean();
        String name = crd.path("metadata").path("name").asText();
        String wanted = spec.path("names").path("plural").asText() + "."
                + spec.path("group").asText();
        if (!name.equals(wanted)) {
            problems.add(
                    Problem.invalid("metadata.name", "\"" + name + "\"", "must be spec.names.plural+\".\"+spec.group"));
        }
        if (v1 && preserve && !preserved) {
            problems.add(Problem.invalid(
                    PRESERVE,
                    true,
                    "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema"
                            + " instead"));
        }
        boolean defaults = hasDefaults(spec);
        if (defaults && preserve && (v1 || hasDefaults(oldSpec))) {
            problems.add(Problem.invalid(PRESERVE, true, "must be false in order to use defaults in the schema"));
        }
        if (defaults && !v1 && !hasDefaults(oldSpec)) {
            problems.add(Problem.forbidden(
                    "spec.validation.openAPIV3Schema", "must not be set: default is not allowed in v1beta1"));
        }
        boolean mustHaveSchema = v1 && (old == null || haveSchemas(oldSpec));
        for (int i = 0; i < spec.path("versions").size(); i++) {
            JsonNode version = spec.path("versions").get(i);
            String path = "spec.versions[" + i + "].schema.openAPIV3Schema";
            if (!hasSchema(version)) {
                if (!preserve) {
                    problems.add(Problem.required(path, "because otherwise all fields are pruned"));
                } else if (mustHaveSchema) {
                    problems.add(Problem.required(path, "schemas are required"));
                }
            }
        }
        storage(spec, problems);
        return problems;
    }

    private static void storage(JsonNode spec, List<Problem> problems) {
        int storage = 0;
        for (JsonNode version : spec.path("versions")) {
            storage += version.path("storage").asBoolean() ? 1 : 0;
        }
        if (storage != 1) {
            problems.add(
                    Problem.invalid("spec.versions", "[]", "must have exactly one version marked as storage version"));
        }
        String scope = spec.path("scope").asText();
        if (!scope.equals("Cluster") && !scope.equals("Namespaced")) {
            problems.add(Problem.required("spec.scope", ""));
        }
    }

    private static boolean haveSchemas(JsonNode spec) {
        for (JsonNode version : spec.path("versions")) {
            if (!hasSchema(version)) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasSchema(JsonNode version) {
        return version.path("schema").path("openAPIV3Schema").isObject();
    }

    private static boolean hasDefaults(JsonNode spec) {
        for (JsonNode version : spec.path("versions")) {
            if (schemaHasDefault(version.path("schema").path("openAPIV3Schema"))) {
                return true;
            }
        }
        return false;
    }

    private static boolean schemaHasDefault(JsonNode schema) {
        if (schema.has("default")) {
            return true;
        }
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            if (schemaHasDefault(property.getValue())) {
                return true;
            }
        }
        return (schema.path("items").isObject() && schemaHasDefault(schema.path("items")))
                || (schema.path("additionalProperties").isObject()
                        && schemaHasDefault(schema.path("additionalProperties")));
    }
}
