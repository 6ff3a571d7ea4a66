package io.calicofleet.simulator.kubernetes.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.resource.TypeInfo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** CRDs: stored as v1, with v1beta1 converted both ways; and the types an established one serves. */
public final class Crds {

    /** Where CRDs are stored. */
    public static final GroupResource RESOURCE = new GroupResource("apiextensions.k8s.io", "customresourcedefinitions");

    private static final String V1BETA1 = "apiextensions.k8s.io/v1beta1";

    private Crds() {}

    /** Whether a type is that of CRDs. */
    public static boolean is(ResourceType type) {
        return type.groupResource().equals(RESOURCE);
    }

    /** The stored form of what a client sent, with the defaults of its version. */
    public static void toStorage(ObjectNode crd, String apiVersion) {
        ObjectNode spec = Json.child(crd, "spec");
        boolean beta = apiVersion.equals(V1BETA1);
        if (beta) {
            fromBeta(spec);
        } else if (!spec.has("preserveUnknownFields")) {
            spec.put("preserveUnknownFields", false);
        }
        crd.put("apiVersion", "apiextensions.k8s.io/v1");
        ObjectNode names = Json.child(spec, "names");
        String kind = names.path("kind").asText("");
        if (names.path("singular").asText("").isEmpty()) {
            names.put("singular", kind.toLowerCase(Locale.ROOT));
        }
        if (names.path("listKind").asText("").isEmpty() && !kind.isEmpty()) {
            names.put("listKind", kind + "List");
        }
        if (!spec.has("conversion")) {
            spec.putObject("conversion").put("strategy", "None");
        }
    }

    private static void fromBeta(ObjectNode spec) {
        if (!spec.has("preserveUnknownFields")) {
            spec.put("preserveUnknownFields", true);
        }
        if (spec.path("scope").asText("").isEmpty()) {
            spec.put("scope", "Namespaced");
        }
        if (spec.path("versions").isEmpty() && !spec.path("version").asText("").isEmpty()) {
            Json.list(spec, "versions")
                    .addObject()
                    .put("name", Json.text(spec, "version"))
                    .put("served", true)
                    .put("storage", true);
        }
        for (JsonNode each : spec.path("versions")) {
            ObjectNode version = (ObjectNode) each;
            moveDown(spec, version, "validation", "schema");
            moveDown(spec, version, "subresources", "subresources");
            moveDown(spec, version, "additionalPrinterColumns", "additionalPrinterColumns");
            for (JsonNode column : version.path("additionalPrinterColumns")) {
                JsonNode path = ((ObjectNode) column).remove("JSONPath");
                if (path != null) {
                    ((ObjectNode) column).set("jsonPath", path);
                }
            }
        }
        spec.remove(List.of("version", "validation", "subresources", "additionalPrinterColumns"));
    }

    private static void moveDown(ObjectNode spec, ObjectNode version, String from, String to) {
        JsonNode value = spec.get(from);
        if (value != null && !version.has(to)) {
            version.set(to, value.deepCopy());
        }
    }

    /** The stored CRD as a version of the API shows it. */
    public static ObjectNode toVersion(ObjectNode stored, String apiVersion) {
        ObjectNode crd = Json.shallow(stored);
        ObjectNode spec = stored.get("spec") instanceof ObjectNode s ? Json.shallow(s) : Json.object();
        if (!apiVersion.equals(V1BETA1)) {
            if (!spec.path("preserveUnknownFields").asBoolean()) {
                spec.remove("preserveUnknownFields");
            }
            crd.set("spec", spec);
            return crd;
        }
        crd.put("apiVersion", V1BETA1);
        JsonNode versions = spec.path("versions").deepCopy();
        spec.put("version", versions.path(0).path("name").asText());
        if (versions.size() == 1) {
            ObjectNode only = (ObjectNode) versions.get(0);
            moveUp(only, spec, "schema", "validation");
            moveUp(only, spec, "subresources", "subresources");
            moveUp(only, spec, "additionalPrinterColumns", "additionalPrinterColumns");
        }
        for (JsonNode column : spec.path("additionalPrinterColumns")) {
            JsonNode path = ((ObjectNode) column).remove("jsonPath");
            if (path != null) {
                ((ObjectNode) column).set("JSONPath", path);
            }
        }
        spec.set("versions", versions);
        crd.set("spec", spec);
        return crd;
    }

    private static void moveUp(ObjectNode version, ObjectNode spec, String from, String to) {
        JsonNode value = version.remove(from);
        if (value != null) {
            spec.set(to, value);
        }
    }

    /** The status of a CRD that no controller has looked at. */
    public static ObjectNode newStatus(JsonNode crd) {
        ObjectNode status = Json.object();
        status.putObject("acceptedNames").put("kind", "").put("plural", "");
        status.putNull("conditions");
        for (JsonNode version : crd.path("spec").path("versions")) {
            if (version.path("storage").asBoolean()) {
                Json.list(status, "storedVersions").add(version.path("name"));
            }
        }
        return status;
    }

    /** The status of a CRD whose names are free, as its controllers write it. */
    public static ObjectNode establishedStatus(JsonNode crd, String now) {
        ObjectNode status = Json.object();
        condition(status, "NamesAccepted", "NoConflicts", "no conflicts found", now);
        condition(status, "Established", "InitialNamesAccepted", "the initial names have been accepted", now);
        status.set("acceptedNames", crd.path("spec").path("names").deepCopy());
        Set<String> stored = new HashSet<>();
        crd.path("status").path("storedVersions").forEach(each -> stored.add(each.asText()));
        for (JsonNode version : crd.path("spec").path("versions")) {
            if (version.path("storage").asBoolean()) {
                stored.add(version.path("name").asText());
            }
        }
        stored.stream().sorted().forEach(Json.list(status, "storedVersions")::add);
        return status;
    }

    private static void condition(ObjectNode status, String type, String reason, String message, String now) {
        Json.list(status, "conditions")
                .addObject()
                .put("lastTransitionTime", now)
                .put("message", message)
                .put("reason", reason)
                .put("status", "True")
                .put("type", type);
    }

    /** The types a CRD serves on Kubernetes 1.{@code minor}. */
    public static List<ResourceType> types(JsonNode crd, int minor) {
        JsonNode spec = crd.path("spec");
        JsonNode names = spec.path("names");
        List<String> shortNames = new ArrayList<>();
        names.path("shortNames").forEach(name -> shortNames.add(name.asText()));
        List<ResourceType> types = new ArrayList<>();
        for (JsonNode version : spec.path("versions")) {
            if (!version.path("served").asBoolean()) {
                continue;
            }
            Set<String> features = new HashSet<>(Set.of("gen"));
            JsonNode subresources = version.path("subresources");
            if (subresources.has("status")) {
                features.add("status");
            }
            if (subresources.has("scale")) {
                features.add("scale");
            }
            for (JsonNode category : names.path("categories")) {
                if (category.asText().equals("all")) {
                    features.add("all");
                }
            }
            JsonNode schema = version.path("schema").path("openAPIV3Schema");
            types.add(new ResourceType(
                    spec.path("group").asText(),
                    version.path("name").asText(),
                    names.path("kind").asText(),
                    names.path("plural").asText(),
                    names.path("singular").asText(),
                    spec.path("scope").asText().equals("Namespaced"),
                    features,
                    shortNames,
                    new CrdVersion(
                            schema,
                            spec.path("preserveUnknownFields").asBoolean(),
                            version.path("additionalPrinterColumns"),
                            schema.isObject() ? CrdSchema.typeInfo(schema, minor) : schemaless())));
        }
        return types;
    }

    private static TypeInfo schemaless() {
        return CrdSchema.typeInfo(Json.object(), 0);
    }
}
