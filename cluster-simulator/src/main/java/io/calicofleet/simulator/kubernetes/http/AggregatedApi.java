package io.calicofleet.simulator.kubernetes.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.api.AggregatedGroup;
import io.calicofleet.simulator.kubernetes.api.ApiException;
import io.calicofleet.simulator.kubernetes.api.Cluster;
import io.calicofleet.simulator.kubernetes.api.ObjectApi;
import io.calicofleet.simulator.kubernetes.api.WriteOptions;
import io.calicofleet.simulator.kubernetes.controller.Kube;
import io.calicofleet.simulator.kubernetes.patch.MergePatch;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The group of another API server: another view on what definitions store. It is there while an APIService names a Service
 * for it, and answers while that is available.
 */
final class AggregatedApi {

    private static final GroupResource SERVICES = new GroupResource("apiregistration.k8s.io", "apiservices");

    private final AggregatedGroup served;
    private final ObjectKey service;
    private final Cluster cluster;
    private final ObjectApi objects;
    private final Lists lists;

    AggregatedApi(AggregatedGroup served, Cluster cluster, ObjectApi objects, Lists lists) {
        this.served = served;
        this.service = new ObjectKey("", served.version() + "." + served.group());
        this.cluster = cluster;
        this.objects = objects;
        this.lists = lists;
    }

    /** Whether it is this group that another server answers for, available or not. */
    boolean isThere(String group) {
        ObjectNode there = cluster.store().get(SERVICES, service);
        return group.equals(served.group())
                && there != null
                && there.path("spec").path("service").isObject();
    }

    private boolean isAvailable() {
        ObjectNode there = cluster.store().get(SERVICES, service);
        return there != null && Kube.isTrue(there, "Available");
    }

    /** Makes discovery list what is served now. */
    void refresh() {
        boolean now = isThere(served.group()) && isAvailable();
        for (ResourceType stored : cluster.types().all()) {
            if (!stored.group().equals(served.stored()) || !served.serves(stored.plural())) {
                continue;
            }
            String name = stored.plural() + "." + served.group();
            ResourceType known = cluster.types().byPath(served.group(), served.version(), stored.plural());
            if (now && known == null) {
                cluster.types().establish(name, List.of(shown(stored)));
            } else if (!now && known != null && known.has("aggregated")) {
                cluster.types().remove(name);
            }
        }
    }

    private ResourceType shown(ResourceType stored) {
        return new ResourceType(
                served.group(),
                served.version(),
                stored.kind(),
                stored.plural(),
                stored.singular(),
                stored.namespaced(),
                Set.of("aggregated"),
                List.of(),
                null);
    }

    Answer answer(Request request, ResourceType type, String namespace, String name) {
        if (!isAvailable()) {
            throw new ApiException(503, "ServiceUnavailable", "service unavailable");
        }
        ResourceType stored = cluster.types().byPath(served.stored(), "v1", type.plural());
        if (stored == null) {
            throw ApiException.noSuchResource();
        }
        AggregatedGroup.Form form = served.form();
        return name.isEmpty()
                ? collection(request, type, stored, namespace, form)
                : one(request, stored, namespace, name, form);
    }

    private Answer collection(
            Request request, ResourceType type, ResourceType stored, String namespace, AggregatedGroup.Form form) {
        return switch (request.method()) {
            case "GET" ->
                request.flag("watch")
                        ? lists.watch(request, type, stored.groupResource(), namespace, form::shown)
                        : lists.list(request, type, stored.groupResource(), namespace, form::shown);
            case "POST" -> {
                ObjectNode body = request.object(type);
                String name = Json.text(body, "metadata", "name");
                if (find(stored, namespace, name, form) != null) {
                    throw new ApiException(
                            409, "AlreadyExists", type.qualifiedName() + " \"" + name + "\" already exists");
                }
                WriteOptions options = options(request, stored);
                ObjectNode created = objects.create(stored, namespace, form.stored(body, null), options);
                yield Answer.json(201, form.shown(created));
            }
            default -> throw ApiException.methodNotAllowed();
        };
    }

    private Answer one(Request request, ResourceType stored, String namespace, String name, AggregatedGroup.Form form) {
        ObjectNode present = find(stored, namespace, name, form);
        if (present == null) {
            throw new ApiException(
                    404, "NotFound", stored.plural() + "." + served.group() + " \"" + name + "\" not found");
        }
        return switch (request.method()) {
            case "GET" -> Answer.json(200, form.shown(present));
            case "PUT" -> Answer.json(200, write(request, stored, namespace, request.object(stored), present, form));
            case "PATCH" -> {
                if (!request.contentType().startsWith("application/merge-patch+json")) {
                    throw new ApiException(
                            415, "UnsupportedMediaType", "only application/merge-patch+json is served here");
                }
                JsonNode patched = MergePatch.apply(form.shown(present), request.json());
                yield Answer.json(200, write(request, stored, namespace, (ObjectNode) patched, present, form));
            }
            case "DELETE" -> {
                JsonNode options = request.json() instanceof ObjectNode given ? given : Json.object();
                yield Answer.json(
                        200,
                        objects.delete(
                                stored,
                                namespace,
                                Json.text(present, "metadata", "name"),
                                options,
                                options(request, stored).dryRun()));
            }
            default -> throw ApiException.methodNotAllowed();
        };
    }

    private WriteOptions options(Request request, ResourceType type) {
        return request.writeOptions(type, cluster.types().version().minor());
    }

    private ObjectNode write(
            Request request,
            ResourceType stored,
            String namespace,
            ObjectNode shown,
            ObjectNode present,
            AggregatedGroup.Form form) {
        String name = Json.text(present, "metadata", "name");
        return form.shown(
                objects.update(stored, namespace, name, "", form.stored(shown, present), options(request, stored)));
    }

    /** By the name people see. */
    private @Nullable ObjectNode find(ResourceType stored, String namespace, String name, AggregatedGroup.Form form) {
        return cluster.store().list(stored.groupResource(), namespace).objects().stream()
                .filter(object -> form.name(object).equals(name))
                .findFirst()
                .orElse(null);
    }
}
