package io.calicofleet.simulator.kubernetes.resource;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * OpenAPI as far as kubectl reads it: which kinds are there and which query parameters their PATCH takes. The types
 * themselves are not described, so kubectl merges by the types it has built in.
 */
public final class OpenApi {

    private static final List<String> PARAMETERS = List.of("dryRun", "fieldManager", "fieldValidation", "force");

    private final TypeRegistry types;

    public OpenApi(TypeRegistry types) {
        this.types = types;
    }

    /** The index of version 3. */
    public ObjectNode v3Index() {
        ObjectNode index = Json.object();
        ObjectNode paths = index.putObject("paths");
        TreeSet<String> all = new TreeSet<>();
        types.all().forEach(type -> all.add(base(type)));
        all.forEach(path -> paths.putObject(path).put("serverRelativeURL", "/openapi/v3/" + path + "?hash=0"));
        return index;
    }

    private static String base(ResourceType type) {
        return type.group().isEmpty() ? "api/" + type.version() : "apis/" + type.apiVersion();
    }

    /** The document of a group and version, or null. */
    public @Nullable ObjectNode v3(String path) {
        List<ResourceType> served =
                types.all().stream().filter(type -> base(type).equals(path)).toList();
        if (served.isEmpty()) {
            return null;
        }
        ObjectNode document = Json.object().put("openapi", "3.0.0");
        document.putObject("info")
                .put("title", "Kubernetes")
                .put("version", types.version().toString());
        ObjectNode paths = document.putObject("paths");
        served.forEach(type -> path(paths, type));
        document.putObject("components").putObject("schemas");
        return document;
    }

    /** Version 2, as JSON. */
    public ObjectNode v2() {
        ObjectNode document = Json.object().put("swagger", "2.0");
        document.putObject("info")
                .put("title", "Kubernetes")
                .put("version", types.version().toString());
        ObjectNode paths = document.putObject("paths");
        types.all().forEach(type -> path(paths, type));
        document.putObject("definitions");
        return document;
    }

    private static void path(ObjectNode paths, ResourceType type) {
        String path =
                "/" + base(type) + (type.namespaced() ? "/namespaces/{namespace}/" : "/") + type.plural() + "/{name}";
        ObjectNode patch = paths.putObject(path).putObject("patch");
        patch.put("operationId", "patch" + type.kind());
        ArrayNode parameters = patch.putArray("parameters");
        for (String parameter : PARAMETERS) {
            parameters
                    .addObject()
                    .put("name", parameter)
                    .put("in", "query")
                    .putObject("schema")
                    .put("type", "string");
        }
        patch.putObject("x-kubernetes-group-version-kind")
                .put("group", type.group())
                .put("kind", type.kind())
                .put("version", type.version());
        patch.putObject("responses").putObject("200").put("description", "OK");
    }
}
