package io.calicofleet.simulator.kubernetes.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.api.AggregatedGroup;
import io.calicofleet.simulator.kubernetes.api.ApiException;
import io.calicofleet.simulator.kubernetes.api.Cluster;
import io.calicofleet.simulator.kubernetes.api.ObjectApi;
import io.calicofleet.simulator.kubernetes.rbac.Access;
import io.calicofleet.simulator.kubernetes.rbac.Account;
import io.calicofleet.simulator.kubernetes.resource.Discovery;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.resource.OpenApi;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/** One cluster's API by paths: discovery, OpenAPI, health, and the resources. */
final class ApiRouter {

    private static final Set<String> CHECKS = Set.of("ping", "log", "etcd", "poststarthook");
    private static final int LARGEST_BODY = 3 * 1024 * 1024;

    private static final Answer NO_SUCH_PATH =
            Answer.text("404 page not found\n").withCode(404);

    private final Cluster cluster;
    private final Reviews reviews;
    private final ResourceHandler resources;
    private final Discovery discovery;
    private final OpenApi openApi;
    private final AggregatedApi aggregated;

    ApiRouter(Cluster cluster, ObjectApi objects, Reviews reviews, AggregatedGroup group, LongSupplier watchSeconds) {
        this.cluster = cluster;
        this.reviews = reviews;
        this.resources = new ResourceHandler(cluster, objects, reviews, watchSeconds);
        this.discovery = new Discovery(cluster.types());
        this.openApi = new OpenApi(cluster.types());
        this.aggregated = new AggregatedApi(group, cluster, objects, new Lists(cluster, watchSeconds));
    }

    Answer answer(Request request) {
        if (request.body().length > LARGEST_BODY) {
            throw new ApiException(413, "RequestEntityTooLarge", "Request entity too large: limit is " + LARGEST_BODY);
        }
        List<String> path = request.path();
        if (path.isEmpty()) {
            return Answer.json(200, discovery.paths());
        }
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        boolean discovers =
                path.get(0).equals("api") ? path.size() <= 2 : path.get(0).equals("apis") && path.size() <= 3;
        if (!reads && (discovers || path.get(0).equals("version"))) {
            throw ApiException.methodNotAllowed();
        }
        return switch (path.get(0)) {
            case "version" -> Answer.json(200, version());
            case "healthz", "livez", "readyz" ->
                path.size() == 1 || CHECKS.contains(path.get(1)) ? Answer.text("ok") : NO_SUCH_PATH;
            case "openapi" -> openApi(request, path);
            case "api" ->
                path.size() <= 2 ? discovery(request, path) : resource(request, "", path.subList(1, path.size()));
            case "apis" -> {
                aggregated.refresh();
                yield path.size() <= 3
                        ? discovery(request, path)
                        : resource(request, path.get(1), path.subList(2, path.size()));
            }
            default -> NO_SUCH_PATH;
        };
    }

    /** Whether a PUT makes the object that it names where it is not there. */
    boolean makesByPut(Access access) {
        ResourceType type = cluster.types().any(new GroupResource(access.group(), access.resource()));
        return type != null && type.has("putmakes");
    }

    /** Answers a review of an account's own rights. */
    Answer review(Request request, Account caller) {
        List<String> path = request.path();
        ResourceType type = path.size() == 4 ? cluster.types().byPath(path.get(1), path.get(2), path.get(3)) : null;
        if (type == null) {
            throw ApiException.noSuchResource();
        }
        return Answer.json(
                201,
                reviews.answer(
                        type,
                        request.json(),
                        caller,
                        "",
                        request.manager(),
                        cluster.types().version().minor()));
    }

    private ObjectNode version() {
        var version = cluster.types().version();
        return Json.object()
                .put("major", "1")
                .put("minor", Integer.toString(version.minor()))
                .put("gitVersion", version.toString())
                .put("gitCommit", "0000000000000000000000000000000000000000")
                .put("gitTreeState", "clean")
                .put("buildDate", "2026-11-23T00:00:00Z")
                .put("goVersion", "go1.16.15")
                .put("compiler", "gc")
                .put("platform", "linux/amd64");
    }

    private Answer openApi(Request request, List<String> path) {
        if (path.size() == 2 && path.get(1).equals("v2")) {
            if (request.accept().contains("protobuf") && !request.accept().contains("application/json")) {
                throw new ApiException(406, "NotAcceptable", "only application/json is served here");
            }
            return Answer.json(200, openApi.v2());
        }
        if (path.size() >= 2 && path.get(1).equals("v3")) {
            ObjectNode document =
                    path.size() == 2 ? openApi.v3Index() : openApi.v3(String.join("/", path.subList(2, path.size())));
            return document == null ? NO_SUCH_PATH : Answer.json(200, document);
        }
        throw ApiException.noSuchResource();
    }

    private Answer discovery(Request request, List<String> path) {
        int minor = cluster.types().version().minor();
        String version = minor >= 30 && request.accept().matches(".*v=v2[;,].*")
                ? "v2"
                : minor < 35 && request.accept().contains("v=v2beta1") ? "v2beta1" : "";
        if (path.size() == 1
                && minor >= 27
                && !version.isEmpty()
                && request.accept().contains("as=APIGroupDiscoveryList")) {
            return Answer.typed(
                    "application/json;g=apidiscovery.k8s.io;v=" + version + ";as=APIGroupDiscoveryList",
                    Json.bytes(discovery.aggregated(path.get(0).equals("api"), version)));
        }
        ObjectNode document = discovery.document(path);
        if (document == null) {
            boolean away = path.size() == 3 && aggregated.isThere(path.get(1));
            if (away) {
                throw new ApiException(503, "ServiceUnavailable", "service unavailable");
            }
            return nothing(path.get(0).equals("api") ? "" : path.get(1));
        }
        return Answer.json(200, document);
    }

    private Answer resource(Request request, String group, List<String> rest) {
        String version = rest.get(0);
        String namespace = "";
        int at = 1;
        if (rest.size() > 3 && rest.get(1).equals("namespaces") && !isOfNamespace(rest)) {
            namespace = rest.get(2);
            at = 3;
        }
        String plural = rest.get(at);
        ResourceType type = cluster.types().byPath(group, version, plural);
        if (type == null && aggregated.isThere(group)) {
            throw new ApiException(503, "ServiceUnavailable", "service unavailable");
        }
        if (type == null) {
            return nothing(group);
        }
        if (rest.size() > at + 3) {
            throw ApiException.noSuchResource();
        }
        String name = rest.size() > at + 1 ? rest.get(at + 1) : "";
        String subresource = rest.size() > at + 2 ? rest.get(at + 2) : "";
        return type.has("aggregated")
                ? aggregated.answer(request, type, namespace, name)
                : resources.answer(request, type, namespace, name, subresource);
    }

    /** Of a group that Kubernetes brings every path is known to be none, whatever its version. */
    private Answer nothing(String group) {
        if (cluster.types().isBuiltIn(group)) {
            throw ApiException.noSuchResource();
        }
        return NO_SUCH_PATH;
    }

    private static boolean isOfNamespace(List<String> rest) {
        return rest.size() == 4 && List.of("status", "finalize").contains(rest.get(3));
    }
}
