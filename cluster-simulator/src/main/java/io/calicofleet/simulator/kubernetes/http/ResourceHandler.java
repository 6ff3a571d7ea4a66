package io.calicofleet.simulator.kubernetes.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.api.ApiException;
import io.calicofleet.simulator.kubernetes.api.Cluster;
import io.calicofleet.simulator.kubernetes.api.Deletion;
import io.calicofleet.simulator.kubernetes.api.ObjectApi;
import io.calicofleet.simulator.kubernetes.api.PatchApi;
import io.calicofleet.simulator.kubernetes.api.Warnings;
import io.calicofleet.simulator.kubernetes.api.WriteOptions;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The verbs on resources. */
final class ResourceHandler {

    private final Cluster cluster;
    private final Reviews reviews;
    private final ObjectApi objects;
    private final PatchApi patches;
    private final Lists lists;
    private final Subresources subresources;

    ResourceHandler(Cluster cluster, ObjectApi objects, Reviews reviews, LongSupplier watchSeconds) {
        this.cluster = cluster;
        this.reviews = reviews;
        this.objects = objects;
        this.patches = new PatchApi(cluster, objects);
        this.lists = new Lists(cluster, watchSeconds);
        this.subresources = new Subresources(cluster, objects, patches, reviews);
    }

    /** Answers a request, and warns of a type that is deprecated, also where it refuses. */
    Answer answer(Request request, ResourceType type, String namespace, String name, String subresource) {
        Optional<String> warning = Warnings.deprecated(type, minor())
                .or(() -> request.method().equals("DELETE") && subresource.isEmpty()
                        ? Warnings.deleted(type, deleteOptions(request), minor())
                        : Optional.empty());
        if (warning.isEmpty()) {
            return plain(request, type, namespace, name, subresource);
        }
        Answer answer;
        try {
            answer = plain(request, type, namespace, name, subresource);
        } catch (ApiException e) {
            answer = Answer.json(e.code(), e.status());
        }
        return answer.withWarning(warning.get());
    }

    private Answer plain(Request request, ResourceType type, String namespace, String name, String subresource) {
        Representation.of(request, minor());
        if (type.has("review")) {
            return Answer.json(201, reviews.answer(type, request.json(), null, namespace, request.manager(), minor()));
        }
        if (!name.isEmpty() && type.namespaced() && namespace.isEmpty()) {
            throw ApiException.noSuchResource();
        }
        if (!type.namespaced() && !namespace.isEmpty()) {
            throw ApiException.noSuchResource();
        }
        if (name.isEmpty()) {
            boolean all = type.namespaced() && namespace.isEmpty();
            if (all && type.crd() != null && !request.method().equals("GET")) {
                throw ApiException.noSuchResource();
            }
            return collection(request, type, namespace);
        }
        if (!subresource.isEmpty()) {
            return subresources.answer(request, type, namespace, name, subresource);
        }
        return switch (request.method()) {
            case "GET" -> get(request, type, namespace, name);
            case "PUT" -> {
                WriteOptions options = options(request, type);
                PatchApi.Patched put = objects.put(type, namespace, name, request.object(type), options);
                yield Answer.json(put.created() ? 201 : 200, put.object(), options.warnings());
            }
            case "PATCH" -> patch(request, type, namespace, name, "");
            case "DELETE" ->
                Answer.json(200, objects.delete(type, namespace, name, deleteOptions(request), dryRun(request)));
            default -> throw ApiException.methodNotAllowed();
        };
    }

    private Answer get(Request request, ResourceType type, String namespace, String name) {
        Representation.fits(request, type, false);
        ObjectNode object = objects.get(type, namespace, name);
        return Answer.json(200, Representation.of(request, minor()).of(type, object));
    }

    private Answer patch(Request request, ResourceType type, String namespace, String name, String subresource) {
        WriteOptions options = options(request, type);
        var patched = patches.patch(
                type, namespace, name, subresource, request.contentType(), request.patch(minor()), options);
        return Answer.json(patched.created() ? 201 : 200, patched.object(), options.warnings());
    }

    private Answer collection(Request request, ResourceType type, String namespace) {
        return switch (request.method()) {
            case "GET" -> {
                if (request.flag("watch")) {
                    yield lists.watch(request, type, namespace);
                }
                Representation.fits(request, type, true);
                yield lists.list(request, type, namespace);
            }
            case "POST" -> {
                if (type.namespaced() && namespace.isEmpty()) {
                    throw ApiException.methodNotAllowed();
                }
                WriteOptions options = options(request, type);
                yield Answer.json(
                        201, objects.create(type, namespace, request.object(type), options), options.warnings());
            }
            case "DELETE" -> deleteCollection(request, type, namespace);
            default ->
                throw type.crd() != null && List.of("PUT", "PATCH").contains(request.method())
                        ? ApiException.badRequest("name must be provided")
                        : ApiException.methodNotAllowed();
        };
    }

    private Answer deleteCollection(Request request, ResourceType type, String namespace) {
        if (type.has("onlyone") || (type.namespaced() && namespace.isEmpty())) {
            throw ApiException.methodNotAllowed();
        }
        JsonNode options = deleteOptions(request);
        Deletion.check(options);
        List<ObjectNode> deleted = new ArrayList<>();
        var filter = ListOptions.filter(request, type, minor());
        for (ObjectNode each :
                cluster.store().list(type.groupResource(), namespace).objects()) {
            if (filter.test(each)) {
                ObjectKey key = ObjectKey.of(each);
                objects.delete(type, key.namespace(), key.name(), options, dryRun(request));
                deleted.add(each);
            }
        }
        ObjectNode metadata = Json.object()
                .put("resourceVersion", Long.toString(cluster.store().version()));
        return Answer.json(200, Representation.FULL.of(type, deleted, metadata));
    }

    private int minor() {
        return cluster.types().version().minor();
    }

    private WriteOptions options(Request request, ResourceType type) {
        WriteOptions options = request.writeOptions(type, minor());
        if (!options.fieldValidation().equals("Ignore")) {
            options.duplicate(request.duplicates());
        }
        return options;
    }

    private boolean dryRun(Request request) {
        JsonNode options = deleteOptions(request);
        return options.path("dryRun").path(0).asText().equals("All");
    }

    /** Of a body, or where there is none of the query. */
    private JsonNode deleteOptions(Request request) {
        if (request.body().length > 0) {
            return DeleteRequests.read(request, minor());
        }
        ObjectNode options = Json.object();
        for (String field : new String[] {"propagationPolicy", "orphanDependents"}) {
            if (!request.parameter(field).isEmpty()) {
                options.put(field, request.parameter(field));
            }
        }
        if (!request.parameter("gracePeriodSeconds").isEmpty()) {
            options.put("gracePeriodSeconds", request.number("gracePeriodSeconds", 0));
        }
        if (request.query().containsKey("dryRun")) {
            options.putArray("dryRun").add(request.parameter("dryRun"));
        }
        return options;
    }
}
