package io.calicofleet.executor.adapter.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FieldWriter;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.HelmEngine;
import io.calicofleet.executor.port.Permission;
import io.calicofleet.executor.port.PodLog;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.WatchedObjects;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An API server, spoken to through fabric8's HTTP client: its authentication (tokens, client certificates, exec plugins)
 * and connections, with JSON trees as bodies, so that nothing an object holds is lost on the way.
 */
public final class KubernetesApi implements ClusterApi, AutoCloseable {

    private static final Permission EVERYTHING = new Permission("*", "*", "*", "");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String APPLICATION_JSON = "application/json";
    private static final String APPLY = "application/apply-patch+yaml";
    /** Every write is told apart from other people's by its field manager. */
    private static final String AS_US = "?fieldManager=" + FieldWriter.OURS;

    private static final ResourceRef KUBE_SYSTEM = new ResourceRef("v1", "Namespace", "", "kube-system");
    private static final int PAGE = 500;
    private static final int TRIES = 6;

    /**
     * How it is reached at present.
     *
     * @param uid of the namespace kube-system, which tells clusters apart; null until it is asked for
     */
    private record Connection(
            KubernetesClient client, String server, HelmEngine helm, AtomicReference<@Nullable String> uid) {}

    private final Duration timeout;
    private volatile Connection connection;
    private final Map<String, KindPaths.Place> discovered = new ConcurrentHashMap<>();

    /**
     * An API server.
     *
     * @param client its retries off: who asks decides whether to ask again
     * @param timeout of one request
     * @param helm Helm on the same cluster
     */
    public KubernetesApi(KubernetesClient client, Duration timeout, HelmEngine helm) {
        this.timeout = requireNonNull(timeout, "timeout");
        String url = client.getMasterUrl().toString();
        this.connection = new Connection(
                requireNonNull(client, "client"),
                url.endsWith("/") ? url.substring(0, url.length() - 1) : url,
                requireNonNull(helm, "helm"),
                new AtomicReference<>());
    }

    /**
     * Goes on over the connections of another, such as one made of a kubeconfig that was written again: a step that runs
     * has the new credentials from its next request on. {@code other} must not be used or closed by itself afterwards.
     *
     * @return ends the connections there were; what still runs over them fails then
     */
    public Runnable moveTo(KubernetesApi other) {
        KubernetesClient before = connection.client();
        connection = other.connection;
        return before::close;
    }

    @Override
    public String uid() {
        Connection current = connection;
        String known = current.uid().get();
        if (known == null) {
            known = find(KUBE_SYSTEM)
                    .map(namespace -> namespace.at("/metadata/uid").asText())
                    .orElse("");
            current.uid().set(known.isEmpty() ? null : known);
        }
        return known;
    }

    /** When the certificate of its kubeconfig ends that ends first; empty where that has none. */
    public Optional<Instant> certificateEnd() {
        return Certificates.firstEnd(connection.client().getConfiguration());
    }

    @Override
    public HelmEngine helm() {
        return connection.helm();
    }

    @Override
    public String version() {
        return required("GET", "/version", null).path("gitVersion").asText();
    }

    /** A server that is not ready says 500; one before v1.16 has no /readyz, and some let nobody ask: those count as ready. */
    @Override
    public boolean ready() {
        try {
            Connection over = connection;
            HttpRequest request = builder(over, "/readyz").build();
            HttpResponse<byte[]> answer = send(over, "GET /readyz", request);
            for (int attempt = 1; answer.code() > 500 && attempt < TRIES; attempt++) {
                answer = send(over, "GET /readyz", request);
            }
            return answer.code() < 500;
        } catch (ClusterException e) {
            if (e.problem() != Problem.UNAVAILABLE) {
                throw e;
            }
            return false;
        }
    }

    @Override
    public Set<String> servedKinds() {
        List<String> groupVersions = new ArrayList<>();
        groupVersions.add("v1");
        ObjectNode groups =
                steadily("GET", "/apis", null).orElseThrow(() -> KubernetesErrors.of("GET /apis", 404, new byte[0]));
        for (JsonNode group : groups.path("groups")) {
            for (JsonNode version : group.path("versions")) {
                groupVersions.add(version.path("groupVersion").asText());
            }
        }
        Set<String> kinds = new TreeSet<>();
        for (String groupVersion : groupVersions) {
            try {
                kinds.addAll(discover(groupVersion));
            } catch (ClusterException e) {
                if (e.problem() != Problem.UNAVAILABLE && e.problem() != Problem.FORBIDDEN) {
                    throw e;
                }
                // An aggregated API (metrics.k8s.io, say) whose server is away; as kubectl, go on without it. Where it
                // is
                // the API server itself that is away, this throws.
                steadily("GET", "/version", null);
            }
        }
        if (!ready()) {
            throw KubernetesErrors.starting("GET /apis", new byte[0]);
        }
        return kinds;
    }

    @Override
    public Optional<ObjectNode> find(ResourceRef ref) {
        Optional<String> path = path(ref.apiVersion(), ref.kind(), ref.namespace());
        return path.flatMap(collection -> request("GET", collection + "/" + encode(ref.name()), null));
    }

    @Override
    public List<ObjectNode> list(String apiVersion, String kind, String namespace, String labelSelector) {
        Optional<String> path = path(apiVersion, kind, namespace);
        List<ObjectNode> all = new ArrayList<>();
        String next = "";
        while (path.isPresent()) {
            String query = "?limit=" + PAGE
                    + (labelSelector.isEmpty() ? "" : "&labelSelector=" + encode(labelSelector))
                    + (next.isEmpty() ? "" : "&continue=" + encode(next));
            Optional<ObjectNode> page = request("GET", path.get() + query, null);
            if (page.isEmpty() && next.isEmpty()) {
                return all;
            }
            String before = next;
            next = page.map(list -> list.path("metadata").path("continue").asText(""))
                    .orElse(before);
            if (!before.isEmpty() && next.equals(before)) {
                throw new ClusterException(
                        Problem.UNAVAILABLE,
                        "the list of all " + kind + " broke off: its next part is not there",
                        null);
            }
            page.ifPresent(list -> all.addAll(items(list, apiVersion, kind)));
            if (next.isEmpty()) {
                return all;
            }
        }
        return all;
    }

    @Override
    public ObjectNode create(ObjectNode object) {
        return create(object, "");
    }

    private ObjectNode create(ObjectNode object, String query) {
        ResourceRef ref = ResourceRef.of(object);
        if (named(ref)) {
            try {
                String path = served(ref) + "/" + encode(ref.name()) + AS_US + query;
                return request("PATCH", path, APPLY, object)
                        .orElseThrow(() -> KubernetesErrors.of("PATCH " + path, 404, new byte[0]));
            } catch (ClusterException e) {
                if (e.problem() != Problem.INVALID || !e.message().contains(": 415 ")) {
                    throw e;
                }
            }
        }
        return required("POST", served(ref) + AS_US + query, object);
    }

    /**
     * Roles are created under their name, by server-side apply: a request to create one says no name, so that the right
     * to escalate could not be limited to Calico's roles (kubernetes/pkg/registry/rbac/escalation_check.go). It does not
     * take fields of others. An API server that does not know it (before v1.16) answers 415, and is asked as usual.
     */
    private static boolean named(ResourceRef ref) {
        return ref.apiVersion().startsWith("rbac.authorization.k8s.io/")
                && (ref.kind().equals("ClusterRole") || ref.kind().equals("Role"));
    }

    @Override
    public ObjectNode rehearse(ObjectNode object) {
        if (object.path("metadata").path("resourceVersion").asText("").isEmpty()) {
            return create(object, "&dryRun=All");
        }
        ResourceRef ref = ResourceRef.of(object);
        return required("PUT", served(ref) + "/" + encode(ref.name()) + AS_US + "&dryRun=All", object);
    }

    @Override
    public ObjectNode replace(ObjectNode object) {
        ResourceRef ref = ResourceRef.of(object);
        if (object.path("metadata").path("resourceVersion").asText("").isEmpty()) {
            throw new IllegalStateException("to replace " + ref + " without a resourceVersion would overwrite others; "
                    + "this is a fault of the step");
        }
        return required("PUT", served(ref) + "/" + encode(ref.name()) + AS_US, object);
    }

    @Override
    public void delete(ObjectNode object) {
        ResourceRef ref = ResourceRef.of(object);
        ObjectNode options = JSON.createObjectNode();
        options.put("apiVersion", "v1");
        options.put("kind", "DeleteOptions");
        options.put("propagationPolicy", "Background");
        String uid = object.path("metadata").path("uid").asText("");
        if (!uid.isEmpty()) {
            options.putObject("preconditions").put("uid", uid);
        }
        request("DELETE", served(ref) + "/" + encode(ref.name()), options);
    }

    @Override
    public List<Permission> denied(List<Permission> wanted) {
        // Whoever may do everything need not be asked about each thing; "*" means all of verbs, groups and resources.
        if (wanted.size() > 1 && !isDenied(EVERYTHING)) {
            return List.of();
        }
        return wanted.stream().filter(this::isDenied).toList();
    }

    /** Whether an access review says so; what the API server does not answer is not known to be. */
    private boolean isDenied(Permission permission) {
        ObjectNode review = JSON.createObjectNode();
        review.put("apiVersion", "authorization.k8s.io/v1");
        review.put("kind", "SelfSubjectAccessReview");
        ObjectNode attributes = review.putObject("spec").putObject("resourceAttributes");
        attributes.put("verb", permission.verb());
        attributes.put("group", permission.group());
        String[] resource = permission.resource().split("/", 2);
        attributes.put("resource", resource[0]);
        if (resource.length == 2) {
            attributes.put("subresource", resource[1]);
        }
        if (!permission.namespace().isEmpty()) {
            attributes.put("namespace", permission.namespace());
        }
        if (!permission.name().isEmpty()) {
            attributes.put("name", permission.name());
        }
        Optional<ObjectNode> answer =
                steadily("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review);
        return answer.isPresent()
                && !answer.get().path("status").path("allowed").asBoolean();
    }

    @Override
    public WatchedObjects watch(
            String apiVersion, String kind, String namespace, String labelSelector, Runnable changed) {
        return new Watch(this, apiVersion, kind, namespace, labelSelector, changed).start();
    }

    @Override
    public List<PodLog> logs(String namespace, String labelSelector, int lines) {
        return new PodLogs(this).of(namespace, labelSelector, lines);
    }

    /** A text as it is; empty for what is not there, or cannot be had now. */
    Optional<String> text(String path) {
        Connection over = connection;
        HttpResponse<byte[]> answer =
                send(over, "GET " + path, builder(over, path).build());
        if (answer.code() == 401 || answer.code() == 403) {
            throw KubernetesErrors.of("GET " + path, answer.code(), answer.body());
        }
        return answer.isSuccessful() ? Optional.of(new String(answer.body(), UTF_8)) : Optional.empty();
    }

    /** Ends its connections. */
    @Override
    public void close() {
        connection.client().close();
    }

    KubernetesClient client() {
        return connection.client();
    }

    String server() {
        return connection.server();
    }

    /** The collection's path; empty where the kind is not served. */
    Optional<String> path(String apiVersion, String kind, String namespace) {
        return place(apiVersion, kind)
                .map(place -> root(apiVersion)
                        + (place.namespaced() && !namespace.isEmpty() ? "/namespaces/" + encode(namespace) : "")
                        + "/" + place.plural());
    }

    /** The items of a list, each with the apiVersion and kind that items lack. */
    static List<ObjectNode> items(JsonNode list, String apiVersion, String kind) {
        List<ObjectNode> items = new ArrayList<>();
        for (JsonNode item : list.path("items")) {
            if (item instanceof ObjectNode object) {
                object.put("apiVersion", apiVersion);
                object.put("kind", kind);
                items.add(object);
            }
        }
        return items;
    }

    static String encode(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    /**
     * Empty for 404: of an object, or of a kind that is not served; of the latter only where the server is ready, since one
     * that starts serves its own kinds before the defined ones.
     */
    Optional<ObjectNode> request(String method, String path, @Nullable ObjectNode body) {
        return request(method, path, APPLICATION_JSON, body);
    }

    private Optional<ObjectNode> request(String method, String path, String type, @Nullable ObjectNode body) {
        String what = method + " " + path;
        Connection over = connection; // the same from the address to the answer, whenever it moves
        HttpRequest.Builder builder = builder(over, path);
        HttpRequest request = body == null && method.equals("GET")
                ? builder.build()
                : builder.method(method, type, body == null ? "{}" : body.toString())
                        .build();
        HttpResponse<byte[]> response =
                TracedWrites.around(over.server(), method, path, () -> send(over, what, request));
        if (response.code() == 404 && !method.equals("POST") && !method.equals("PUT")) {
            boolean noSuchObject = KubernetesErrors.namesObject(response.body());
            if (!noSuchObject && !ready()) {
                throw KubernetesErrors.starting(what, response.body());
            }
            return Optional.empty();
        }
        if (!response.isSuccessful()) {
            throw KubernetesErrors.of(what, response.code(), response.body());
        }
        try {
            if (JSON.readTree(response.body()) instanceof ObjectNode object) {
                return Optional.of(object);
            }
            throw new ClusterException(Problem.UNEXPECTED, what + ": the answer is no JSON object", null);
        } catch (IOException e) {
            throw new ClusterException(Problem.UNEXPECTED, what + ": the answer is no JSON", e);
        }
    }

    private HttpRequest.Builder builder(Connection over, String path) {
        return over.client()
                .getHttpClient()
                .newHttpRequestBuilder()
                .uri(over.server() + path)
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .header("Accept", APPLICATION_JSON);
    }

    private HttpResponse<byte[]> send(Connection over, String what, HttpRequest request) {
        try {
            return over.client()
                    .getHttpClient()
                    .sendAsync(request, byte[].class)
                    .orTimeout(timeout.toMillis() + 1000, TimeUnit.MILLISECONDS)
                    .join();
        } catch (CompletionException | ClusterException e) {
            throw KubernetesErrors.of(what, e);
        }
    }

    /** For answers put together from many requests that change nothing: one that fails must not cost all of them. */
    private Optional<ObjectNode> steadily(String method, String path, @Nullable ObjectNode body) {
        for (int attempt = 1; ; attempt++) {
            try {
                return request(method, path, body);
            } catch (ClusterException e) {
                if (e.problem() != Problem.UNAVAILABLE || attempt >= TRIES) {
                    throw e;
                }
            }
        }
    }

    private ObjectNode required(String method, String path, @Nullable ObjectNode body) {
        return request(method, path, body)
                .orElseThrow(() -> KubernetesErrors.of(method + " " + path, 404, new byte[0]));
    }

    private String served(ResourceRef ref) {
        return path(ref.apiVersion(), ref.kind(), ref.namespace())
                .orElseThrow(() -> new ClusterException(
                        Problem.NOT_FOUND, "this API server serves no " + ref.apiVersion() + " " + ref.kind(), null));
    }

    private Optional<KindPaths.Place> place(String apiVersion, String kind) {
        Optional<KindPaths.Place> wellKnown = KindPaths.find(apiVersion, kind);
        if (wellKnown.isPresent()) {
            return wellKnown;
        }
        if (!discovered.containsKey(apiVersion + " " + kind)) {
            discover(apiVersion);
        }
        return Optional.ofNullable(discovered.get(apiVersion + " " + kind));
    }

    private Set<String> discover(String groupVersion) {
        Set<String> kinds = new TreeSet<>();
        Optional<ObjectNode> resources = steadily("GET", root(groupVersion), null);
        for (JsonNode resource : resources.map(found -> found.path("resources")).orElse(JSON.createArrayNode())) {
            String plural = resource.path("name").asText();
            if (!plural.contains("/")) {
                String kind = groupVersion + " " + resource.path("kind").asText();
                kinds.add(kind);
                discovered.put(
                        kind,
                        new KindPaths.Place(plural, resource.path("namespaced").asBoolean()));
            }
        }
        return kinds;
    }

    private static String root(String apiVersion) {
        return apiVersion.contains("/") ? "/apis/" + apiVersion : "/api/" + apiVersion;
    }
}
