package io.calicofleet.simulator.kubernetes.resource;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a cluster says it serves: the legacy documents and the aggregated one. */
public final class Discovery {

    private static final List<String> VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

    /** The n of Kubernetes 1.n from which the names of single objects of built-in kinds are told. */
    private static final int SINGULARS = 27;

    /** The groups by which servers are extended. */
    private static final Set<String> EXTENSIONS =
            Set.of("apiextensions.k8s.io", "apiregistration.k8s.io", "admissionregistration.k8s.io");

    private static final List<String> SUBRESOURCES = List.of("status", "scale", "log", "eviction", "token");

    private final TypeRegistry types;

    public Discovery(TypeRegistry types) {
        this.types = types;
    }

    /** The document of {@code /}. */
    public ObjectNode paths() {
        ObjectNode document = Json.object();
        ArrayNode paths = document.putArray("paths");
        List.of("/api", "/api/v1", "/apis", "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version")
                .forEach(paths::add);
        return document;
    }

    /** The document of {@code /api}, {@code /api/v1}, {@code /apis}, {@code /apis/<group>[/<version>]}, or null. */
    public @Nullable ObjectNode document(List<String> path) {
        if (path.get(0).equals("api")) {
            return path.size() == 1 ? coreVersions() : resources("", path.get(1));
        }
        return switch (path.size()) {
            case 1 -> groups();
            case 2 -> group(path.get(1));
            default -> resources(path.get(1), path.get(2));
        };
    }

    private static ObjectNode coreVersions() {
        ObjectNode document = Json.object().put("kind", "APIVersions");
        document.putArray("versions").add("v1");
        document.putArray("serverAddressByClientCIDRs");
        return document;
    }

    private Map<String, List<String>> versionsByGroup() {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        for (ResourceType type : types.all()) {
            if (!type.group().isEmpty()) {
                List<String> versions = groups.computeIfAbsent(type.group(), g -> new ArrayList<>());
                if (!versions.contains(type.version())) {
                    versions.add(type.version());
                }
            }
        }
        return groups;
    }

    private ObjectNode groups() {
        ObjectNode document = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
        ArrayNode groups = document.putArray("groups");
        versionsByGroup().forEach((name, versions) -> groups.add(group(name, versions)));
        return document;
    }

    private @Nullable ObjectNode group(String name) {
        List<String> versions = versionsByGroup().get(name);
        if (versions == null) {
            return null;
        }
        return group(name, versions).put("kind", "APIGroup").put("apiVersion", "v1");
    }

    private static ObjectNode group(String name, List<String> versions) {
        ObjectNode group = Json.object().put("name", name);
        ArrayNode list = group.putArray("versions");
        for (String version : versions) {
            list.addObject().put("groupVersion", name + "/" + version).put("version", version);
        }
        group.putObject("preferredVersion")
                .put("groupVersion", name + "/" + versions.get(0))
                .put("version", versions.get(0));
        return group;
    }

    private @Nullable ObjectNode resources(String group, String version) {
        List<ResourceType> served = types.all().stream()
                .filter(type -> type.group().equals(group) && type.version().equals(version))
                .toList();
        if (served.isEmpty()) {
            return null;
        }
        ObjectNode document = Json.object()
                .put("kind", "APIResourceList")
                .put("apiVersion", "v1")
                .put("groupVersion", group.isEmpty() ? version : group + "/" + version);
        ArrayNode resources = document.putArray("resources");
        for (ResourceType type : served) {
            ObjectNode resource = resources
                    .addObject()
                    .put("name", type.plural())
                    .put("singularName", type.crd() == null && minor() < SINGULARS ? "" : type.singular())
                    .put("namespaced", type.namespaced())
                    .put("kind", type.kind());
            verbs(resource, type);
            if (!type.shortNames().isEmpty()) {
                type.shortNames().forEach(resource.putArray("shortNames")::add);
            }
            categories(resource, type);
            for (String subresource : SUBRESOURCES) {
                if (type.has(subresource)) {
                    subresource(resources.addObject(), type, subresource);
                }
            }
        }
        return document;
    }

    private static void categories(ObjectNode resource, ResourceType type) {
        if (type.has("all")) {
            resource.putArray("categories").add("all");
        } else if (type.crd() == null && EXTENSIONS.contains(type.group())) {
            resource.putArray("categories").add("api-extensions");
        }
    }

    private int minor() {
        return types.version().minor();
    }

    private static void verbs(ObjectNode resource, ResourceType type) {
        ArrayNode verbs = resource.putArray("verbs");
        if (type.has("review")) {
            verbs.add("create");
        } else {
            VERBS.stream()
                    .filter(verb -> !(verb.equals("deletecollection") && type.has("onlyone")))
                    .forEach(verbs::add);
        }
    }

    private static void subresource(ObjectNode resource, ResourceType type, String subresource) {
        resource.put("name", type.plural() + "/" + subresource)
                .put("singularName", "")
                .put("namespaced", type.namespaced());
        switch (subresource) {
            case "scale" ->
                resource.put("group", "autoscaling").put("version", "v1").put("kind", "Scale");
            case "token" ->
                resource.put("group", "authentication.k8s.io")
                        .put("version", "v1")
                        .put("kind", "TokenRequest");
            case "eviction" ->
                resource.put("group", "policy").put("version", "v1").put("kind", "Eviction");
            default -> resource.put("kind", type.kind());
        }
        ArrayNode verbs = resource.putArray("verbs");
        switch (subresource) {
            case "log" -> verbs.add("get");
            case "eviction", "token" -> verbs.add("create");
            default -> verbs.add("get").add("patch").add("update");
        }
    }

    /** The aggregated document of the core group or of all others. */
    public ObjectNode aggregated(boolean core, String version) {
        ObjectNode document =
                Json.object().put("kind", "APIGroupDiscoveryList").put("apiVersion", "apidiscovery.k8s.io/" + version);
        document.putObject("metadata");
        Map<String, Map<String, List<ResourceType>>> groups = new LinkedHashMap<>();
        for (ResourceType type : types.all()) {
            if (type.group().isEmpty() == core) {
                groups.computeIfAbsent(type.group(), g -> new LinkedHashMap<>())
                        .computeIfAbsent(type.version(), v -> new ArrayList<>())
                        .add(type);
            }
        }
        ArrayNode items = document.putArray("items");
        groups.forEach((name, versions) -> {
            ObjectNode group = items.addObject();
            group.putObject("metadata").put("name", name);
            ArrayNode list = group.putArray("versions");
            versions.forEach((each, served) -> {
                ObjectNode of = list.addObject().put("version", each).put("freshness", "Current");
                ArrayNode resources = of.putArray("resources");
                served.forEach(type -> aggregated(resources.addObject(), type));
            });
        });
        return document;
    }

    private static void aggregated(ObjectNode resource, ResourceType type) {
        resource.put("resource", type.plural()).put("singularResource", type.singular());
        resource.put("scope", type.namespaced() ? "Namespaced" : "Cluster");
        kind(resource, type.group(), type.version(), type.kind());
        verbs(resource, type);
        if (!type.shortNames().isEmpty()) {
            type.shortNames().forEach(resource.putArray("shortNames")::add);
        }
        categories(resource, type);
        for (String subresource : SUBRESOURCES) {
            if (type.has(subresource)) {
                ObjectNode of = Json.list(resource, "subresources").addObject().put("subresource", subresource);
                kind(of, type.group(), type.version(), type.kind());
                of.putArray("verbs").add("get").add("patch").add("update");
            }
        }
    }

    private static void kind(ObjectNode node, String group, String version, String kind) {
        node.putObject("responseKind")
                .put("group", group)
                .put("version", version)
                .put("kind", kind);
    }
}
