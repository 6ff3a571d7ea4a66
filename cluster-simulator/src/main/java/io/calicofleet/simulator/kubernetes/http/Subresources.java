package io.calicofleet.simulator.kubernetes.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Labels;
import io.calicofleet.simulator.kubernetes.api.ApiException;
import io.calicofleet.simulator.kubernetes.api.Cluster;
import io.calicofleet.simulator.kubernetes.api.ObjectApi;
import io.calicofleet.simulator.kubernetes.api.PatchApi;
import io.calicofleet.simulator.kubernetes.api.WriteChecks;
import io.calicofleet.simulator.kubernetes.api.WriteOptions;
import io.calicofleet.simulator.kubernetes.patch.MergePatch;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import java.util.List;

/** status, scale, log, eviction and binding. */
final class Subresources {

    private final Cluster cluster;
    private final Reviews reviews;
    private final ObjectApi objects;
    private final PatchApi patches;

    Subresources(Cluster cluster, ObjectApi objects, PatchApi patches, Reviews reviews) {
        this.reviews = reviews;
        this.cluster = cluster;
        this.objects = objects;
        this.patches = patches;
    }

    Answer answer(Request request, ResourceType type, String namespace, String name, String subresource) {
        if (!type.has(subresource)
                && !(subresource.equals("finalize") && type.kind().equals("Namespace"))) {
            throw type.crd() != null ? ApiException.notFound(type, name) : ApiException.noSuchResource();
        }
        return switch (subresource) {
            case "status" -> status(request, type, namespace, name);
            case "scale" -> scale(request, type, namespace, name);
            case "log" -> PodLogs.answer(request, objects.get(type, namespace, name), cluster::log);
            case "eviction" -> evict(request, type, namespace, name);
            case "token" -> {
                objects.get(type, namespace, name);
                if (request.json().path("spec").path("boundObjectRef").isObject()) {
                    bound(request.json().path("spec").path("boundObjectRef"), namespace);
                }
                yield Answer.json(
                        201,
                        reviews.issue(
                                request.json(),
                                namespace,
                                name,
                                cluster.types().version().minor()));
            }
            case "finalize" -> finalize(request, type, name);
            default -> Answer.json(200, objects.get(type, namespace, name));
        };
    }

    /** What a token is bound to is there: a pod or a secret. */
    private void bound(JsonNode reference, String namespace) {
        String plural = Json.text(reference, "kind").equals("Secret") ? "secrets" : "pods";
        ResourceType type = cluster.types().any(new GroupResource("", plural));
        if (type != null) {
            objects.get(type, namespace, Json.text(reference, "name"));
        }
    }

    private Answer evict(Request request, ResourceType type, String namespace, String name) {
        if (!request.method().equals("POST")) {
            throw ApiException.methodNotAllowed();
        }
        String kind = Json.text(request.json(), "kind");
        if (!kind.isEmpty() && !kind.equals("Eviction")) {
            throw ApiException.badRequest(kind + " in version \"v1\" cannot be handled as a Eviction: no kind \"" + kind
                    + "\" is registered for version \"" + Json.text(request.json(), "apiVersion") + "\"" + scheme());
        }
        String version = Json.text(request.json(), "apiVersion");
        int minor = cluster.types().version().minor();
        boolean known =
                version.isEmpty() || (version.equals("policy/v1") && minor >= 22) || version.equals("policy/v1beta1");
        if (!known) {
            throw ApiException.badRequest("no kind \"Eviction\" is registered for version \"" + version
                    + "\" in scheme \"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\"");
        }
        JsonNode metadata = request.json().path("metadata");
        String in = Json.text(metadata, "namespace");
        if (!in.isEmpty() && !in.equals(namespace)) {
            throw ApiException.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
        if (!metadata.path("name").asText(name).equals(name)) {
            throw ApiException.badRequest("name in URL does not match name in Eviction object");
        }
        objects.delete(
                type,
                namespace,
                name,
                request.json().path("deleteOptions"),
                options(request, type).dryRun());
        ObjectNode done = Json.object().put("kind", "Status").put("apiVersion", "v1");
        done.putObject("metadata");
        return Answer.json(201, done.put("status", "Success").put("code", 201));
    }

    /** Who writes it says what still holds a namespace that is being deleted. */
    private Answer finalize(Request request, ResourceType type, String name) {
        if (!request.method().equals("PUT")) {
            throw ApiException.methodNotAllowed();
        }
        ObjectNode body = request.object(type);
        return Answer.json(200, objects.update(type, "", name, "finalize", body, options(request, type)));
    }

    private int minor() {
        return cluster.types().version().minor();
    }

    private String scheme() {
        return WriteChecks.scheme(minor());
    }

    private WriteOptions options(Request request, ResourceType type) {
        return request.writeOptions(type, minor());
    }

    private Answer status(Request request, ResourceType type, String namespace, String name) {
        WriteOptions options = options(request, type);
        return switch (request.method()) {
            case "GET" -> Answer.json(200, objects.get(type, namespace, name));
            case "PUT" ->
                Answer.json(200, objects.update(type, namespace, name, "status", request.object(type), options));
            case "PATCH" ->
                Answer.json(
                        200,
                        patches.patch(
                                        type,
                                        namespace,
                                        name,
                                        "status",
                                        request.contentType(),
                                        request.patch(minor()),
                                        options)
                                .object());
            default -> throw ApiException.methodNotAllowed();
        };
    }

    private Answer scale(Request request, ResourceType type, String namespace, String name) {
        if (!List.of("GET", "PUT", "PATCH").contains(request.method())) {
            throw ApiException.methodNotAllowed();
        }
        ObjectNode object = objects.get(type, namespace, name);
        if (request.method().equals("GET")) {
            return Answer.json(200, scaleOf(object));
        }
        String form = Json.text(request.json(), "apiVersion");
        if (request.method().equals("PUT") && !List.of("", "autoscaling/v1").contains(form)) {
            throw ApiException.badRequest("Scale in version \"v1\" cannot be handled as a Scale: no kind \"Scale\" is"
                    + " registered for version \"" + form + "\"" + scheme());
        }
        String named = Json.text(request.json(), "metadata", "name");
        if (!named.isEmpty() && !named.equals(name)) {
            throw ApiException.badRequest(
                    "the name of the object (" + named + ") does not match the name on the URL (" + name + ")");
        }
        JsonNode wanted = request.method().equals("PUT")
                ? request.json()
                : MergePatch.apply(scaleOf(object), request.patch(minor()));
        ObjectNode patch = Json.object();
        patch.putObject("spec")
                .put("replicas", wanted.path("spec").path("replicas").asInt());
        JsonNode version = wanted.path("metadata").path("resourceVersion");
        if (version.isTextual()) {
            patch.putObject("metadata").set("resourceVersion", version);
        }
        var patched =
                patches.patch(type, namespace, name, "", "application/merge-patch+json", patch, options(request, type));
        return Answer.json(200, scaleOf(patched.object()));
    }

    private static ObjectNode scaleOf(ObjectNode object) {
        ObjectNode scale = Json.object().put("kind", "Scale").put("apiVersion", "autoscaling/v1");
        ObjectNode metadata = scale.putObject("metadata");
        for (String field : new String[] {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"}) {
            metadata.set(field, object.path("metadata").path(field));
        }
        int wanted = object.path("spec").path("replicas").asInt();
        ObjectNode spec = scale.putObject("spec");
        if (wanted != 0) {
            spec.put("replicas", wanted);
        }
        scale.putObject("status")
                .put("replicas", object.path("status").path("replicas").asInt())
                .put("selector", Labels.selector(object.path("spec").path("selector")));
        return scale;
    }
}
