package io.calicofleet.simulator.kubernetes.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.calico.ImageVersion;
import io.calicofleet.simulator.calico.V3Form;
import io.calicofleet.simulator.json.Json;
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
 * Calico's own API server: {@code projectcalico.org/v3} as another view on what {@code crd.projectcalico.org/v1} stores. It
 * is there while an APIService names a Service for it, and answers while that is available (facts 1.4).
 */
final class AggregatedApi {

    static final String GROUP = "projectcalico.org";
    static final String VERSION = "v3";

    private static final String STORED = "crd.projectcalico.org";
    private static final GroupResource SERVICES = new GroupResource("apiregistration.k8s.io", "apiservices");
    private static final ObjectKey SERVICE = new ObjectKey("", VERSION + "." + GROUP);
    private static final Set<String> NOT_SERVED =
            Set.of("ipamblocks", "ipamhandles", "ipamconfigs", "blockaffinities", "tiers");

    private final Cluster cluster;
    private final ObjectApi objects;
    private final Lists lists;

    AggregatedApi(Cluster cluster, ObjectApi objects, Lists lists) {
        this.cluster = cluster;
        this.objects = objects;
        this.lists = lists;
    }

    /** Whether this group is an aggregated one here, available or not. */
    boolean isThere() {
        ObjectNode service = cluster.store().get(SERVICES, SERVICE);
        return service != null && service.path("spec").path("service").isObject();
    }

    private boolean isAvailable() {
        ObjectNode service = cluster.store().get(SERVICES, SERVICE);
        return service != null && Kube.isTrue(service, "Available");
    }

    /** Makes discovery list what is served now. */
    void refresh() {
        boolean served = isThere() && isAvailable();
        for (ResourceType stored : cluster.types().all()) {
            if (!stored.group().equals(STORED) || NOT_SERVED.contains(stored.plural())) {
                continue;
            }
            String name = stored.plural() + "." + GROUP;
            ResourceType known = cluster.types().byPath(GROUP, VERSION, stored.plural());
            if (served && known == null) {
                cluster.types().establish(name, List.of(shown(stored)));
            } else if (!served && known != null && known.has("aggregated")) {
                cluster.types().remove(name);
            }
        }
    }

    private static ResourceType shown(ResourceType stored) {
        return new ResourceType(
                GROUP,
                VERSION,
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
        ResourceType stored = cluster.types().byPath(STORED, "v1", type.plural());
        if (stored == null) {
            throw ApiException.noSuchResource();
        }
        V3Form form = new V3Form(version());
        return name.isEmpty()
                ? collection(request, type, stored, namespace, form)
                : one(request, stored, namespace, name, form);
    }

    private Answer collection(Request request, ResourceType type, ResourceType stored, String namespace, V3Form form) {
        return switch (request.method()) {
            case "GET" ->
                request.flag("watch")
                        ? lists.watch(request, type, stored.groupResource(), namespace, form::shown)
                        : lists.list(request, type, stored.groupResource(), namespace, form::shown);
            case "POST" -> {
                ObjectNode body = ResourceHandler.object(request);
                String name = Json.text(body, "metadata", "name");
                if (find(stored, namespace, name, form) != null) {
                    throw new ApiException(
                            409, "AlreadyExists", type.qualifiedName() + " \"" + name + "\" already exists");
                }
                WriteOptions options = request.writeOptions();
                ObjectNode created = objects.create(stored, namespace, form.stored(body, null), options);
                yield Answer.json(201, form.shown(created));
            }
            default -> throw ApiException.methodNotAllowed();
        };
    }

    private Answer one(Request request, ResourceType stored, String namespace, String name, V3Form form) {
        ObjectNode present = find(stored, namespace, name, form);
        if (present == null) {
            throw new ApiException(404, "NotFound", stored.plural() + "." + GROUP + " \"" + name + "\" not found");
        }
        return switch (request.method()) {
            case "GET" -> Answer.json(200, form.shown(present));
            case "PUT" ->
                Answer.json(200, write(request, stored, namespace, ResourceHandler.object(request), present, form));
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
                                request.writeOptions().dryRun()));
            }
            default -> throw ApiException.methodNotAllowed();
        };
    }

    private ObjectNode write(
            Request request, ResourceType stored, String namespace, ObjectNode shown, ObjectNode present, V3Form form) {
        String name = Json.text(present, "metadata", "name");
        return form.shown(
                objects.update(stored, namespace, name, "", form.stored(shown, present), request.writeOptions()));
    }

    /** By the name people see. */
    private @Nullable ObjectNode find(ResourceType stored, String namespace, String name, V3Form form) {
        return cluster.store().list(stored.groupResource(), namespace).objects().stream()
                .filter(object -> form.name(object).equals(name))
                .findFirst()
                .orElse(null);
    }

    /** Of its Deployment's image; the first release that had one where there is none. */
    private ImageVersion version() {
        return cluster.store().list(Kube.DEPLOYMENTS, "").objects().stream()
                .filter(deployment -> Json.text(deployment, "metadata", "name").equals("calico-apiserver"))
                .map(deployment -> ImageVersion.of(
                        deployment.at("/spec/template/spec/containers/0/image").asText()))
                .findFirst()
                .orElse(ImageVersion.of("calico/apiserver:v3.20.0"));
    }
}
