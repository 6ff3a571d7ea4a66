package io.calicofleet.cli.rehearse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.simulator.GivenObjects;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The objects of a real cluster that say how Calico is installed there, read once and with nothing but GET. Of Secrets only the metadata
 * is asked for, so that their values do not leave the cluster; but for those in which Helm keeps its releases, which are the install.
 */
final class LiveCluster implements AutoCloseable {

    private static final String PAGE = "limit=500";
    private static final long PATIENCE_SECONDS = 30;
    private static final String METADATA_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

    /** Groups all of whose objects matter, as far as they are served. */
    private static final List<String> GROUPS = List.of(
            "crd.projectcalico.org",
            "operator.tigera.io",
            "migration.projectcalico.org",
            "helm.cattle.io",
            "policy.networking.k8s.io");

    /** What is kept for each address or block of addresses: many, and of no use without the pods. */
    private static final Set<String> LEFT_OUT =
            Set.of("ipamblocks", "ipamhandles", "blockaffinities", "caliconodestatuses");

    private static final List<String> CLUSTER_WIDE = List.of(
            "/api/v1/namespaces",
            "/api/v1/nodes",
            "/apis/apps/v1/daemonsets",
            "/apis/apps/v1/deployments",
            "/api/v1/serviceaccounts",
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
            "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
            "/apis/apiregistration.k8s.io/v1/apiservices");

    /** In the namespaces that Calico is in. */
    private static final List<String> NAMESPACED = List.of(
            "/api/v1/namespaces/%s/configmaps",
            "/api/v1/namespaces/%s/services",
            "/apis/rbac.authorization.k8s.io/v1/namespaces/%s/roles",
            "/apis/rbac.authorization.k8s.io/v1/namespaces/%s/rolebindings",
            "/apis/policy/v1/namespaces/%s/poddisruptionbudgets",
            "/apis/policy/v1beta1/namespaces/%s/poddisruptionbudgets",
            "/apis/batch/v1/namespaces/%s/jobs",
            "/apis/networking.k8s.io/v1/namespaces/%s/networkpolicies");

    private final String id;
    private final KubernetesClient client;
    private final Map<String, ObjectNode> objects = new LinkedHashMap<>();
    private final List<String> unread = new ArrayList<>();

    private LiveCluster(String id, KubernetesClient client) {
        this.id = id;
        this.client = client;
    }

    /**
     * The cluster of a kubeconfig.
     *
     * @param folder a kubeconfig file per cluster, named by its id
     * @throws CliException where there is none of that id, or it cannot be used
     */
    static LiveCluster of(Path folder, String id) {
        Path file = find(folder, id);
        try {
            Config config = Config.fromKubeconfig(file.toFile());
            config.setUserAgent("calico-fleet-rehearse");
            config.setRequestRetryBackoffLimit(2);
            return new LiveCluster(
                    id, new KubernetesClientBuilder().withConfig(config).build());
        } catch (KubernetesClientException | IllegalArgumentException e) {
            throw CliException.usage(file + " is no kubeconfig that can be used: " + e.getMessage());
        }
    }

    private static Path find(Path folder, String id) {
        try (Stream<Path> files = Files.list(folder)) {
            Map<String, Path> byId = files.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("clusters."))
                    .collect(Collectors.toMap(
                            LiveCluster::stem, file -> file, (one, other) -> one, java.util.TreeMap::new));
            Path found = byId.get(id);
            if (found == null) {
                throw CliException.usage("there is no kubeconfig of cluster " + id + " in " + folder
                        + (byId.isEmpty()
                                ? ": the folder has none"
                                : "; there are " + String.join(", ", byId.keySet())));
            }
            return found;
        } catch (IOException e) {
            throw CliException.usage("--kubeconfigs is " + folder + ": a folder with a kubeconfig file per cluster");
        }
    }

    private static String stem(Path file) {
        return file.getFileName().toString().replaceFirst("\\.(ya?ml|json|conf|kubeconfig)$", "");
    }

    /** Its version of Kubernetes, such as {@code v1.27.3}. */
    String version() {
        return get("/version", "application/json").path("gitVersion").asText();
    }

    /** Reads its objects. What may not be read is told by {@link #unread()}. */
    GivenObjects read() {
        CLUSTER_WIDE.forEach(path -> list(path, object -> !path.endsWith("/apiservices") || isOfCalico(object)));
        GROUPS.forEach(this::group);
        if (objects.keySet().stream().noneMatch(key -> key.contains(" crd.projectcalico.org/"))) {
            group("projectcalico.org"); // on native definitions
        }
        for (String namespace : namespaces()) {
            NAMESPACED.forEach(path -> list(String.format(Locale.ROOT, path, namespace), object -> true));
            list("/api/v1/namespaces/" + namespace + "/secrets", METADATA_ONLY, "", object -> true);
        }
        list("/api/v1/secrets", "application/json", "&labelSelector=owner%3Dhelm", object -> true);
        roles();
        return GivenObjects.of(List.copyOf(objects.values()));
    }

    /** What could not be read, a sentence each. */
    List<String> unread() {
        return List.copyOf(unread);
    }

    private static boolean isOfCalico(JsonNode service) {
        return service.at("/spec/group").asText().endsWith("projectcalico.org")
                && service.at("/spec/service").isObject();
    }

    /** Those in which a workload of Calico's or its operator runs. */
    private Set<String> namespaces() {
        Set<String> namespaces = new TreeSet<>(Set.of("kube-system"));
        objects.values().stream()
                .filter(Installed::isOfCalico)
                .map(object -> object.at("/metadata/namespace").asText())
                .filter(namespace -> !namespace.isEmpty())
                .forEach(namespaces::add);
        return namespaces;
    }

    /** The roles that accounts of those namespaces are bound to. */
    private void roles() {
        Set<String> namespaces = namespaces();
        Set<String> names = new TreeSet<>();
        for (ObjectNode object : objects.values()) {
            if (object.path("kind").asText().equals("ClusterRoleBinding")) {
                for (JsonNode subject : object.path("subjects")) {
                    if (namespaces.contains(subject.path("namespace").asText())) {
                        names.add(object.at("/roleRef/name").asText());
                    }
                }
            }
        }
        for (String name : names) {
            JsonNode role = get("/apis/rbac.authorization.k8s.io/v1/clusterroles/" + encoded(name), "application/json");
            if (role instanceof ObjectNode found) {
                add(found);
            }
        }
    }

    private void group(String group) {
        JsonNode found = get("/apis/" + group, "application/json");
        String version = found.at("/preferredVersion/groupVersion").asText();
        if (version.isEmpty()) {
            return;
        }
        for (JsonNode resource : get("/apis/" + version, "application/json").path("resources")) {
            String name = resource.path("name").asText();
            boolean lists = false;
            for (JsonNode verb : resource.path("verbs")) {
                lists |= verb.asText().equals("list");
            }
            if (lists && !name.contains("/") && !LEFT_OUT.contains(name)) {
                list("/apis/" + version + "/" + name, object -> true);
            }
        }
    }

    private void list(String path, Predicate<JsonNode> wanted) {
        list(path, "application/json", "", wanted);
    }

    private void list(String path, String accept, String query, Predicate<JsonNode> wanted) {
        String more = "";
        do {
            JsonNode page = get(path + "?" + PAGE + query + more, accept);
            boolean secrets = path.endsWith("/secrets");
            String kind = secrets ? "Secret" : page.path("kind").asText().replaceFirst("List$", "");
            for (JsonNode item : page.path("items")) {
                if (item instanceof ObjectNode object && wanted.test(object)) {
                    object.put("kind", kind)
                            .put(
                                    "apiVersion",
                                    secrets ? "v1" : page.path("apiVersion").asText());
                    add(object);
                }
            }
            String next = page.at("/metadata/continue").asText("");
            more = next.isEmpty() ? "" : "&continue=" + encoded(next);
        } while (!more.isEmpty());
    }

    private void add(ObjectNode object) {
        objects.put(
                object.path("kind").asText() + " " + object.path("apiVersion").asText() + " "
                        + object.at("/metadata/namespace").asText() + "/"
                        + object.at("/metadata/name").asText(),
                object);
    }

    private static String encoded(String text) {
        return java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8);
    }

    /** What a path answers; an empty object where there is nothing, or it may not be read. */
    private JsonNode get(String path, String accept) {
        String url = client.getMasterUrl().toString().replaceFirst("/$", "") + path;
        try {
            HttpResponse<byte[]> response = client.getHttpClient()
                    .sendAsync(
                            client.getHttpClient()
                                    .newHttpRequestBuilder()
                                    .uri(url)
                                    .header("Accept", accept)
                                    .build(),
                            byte[].class)
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (response.code() == 401) {
                throw CliException.unreachable("cluster " + id + " does not accept the kubeconfig: 401 of " + url);
            }
            if (response.code() == 403) {
                unread.add("Not looked at, as the kubeconfig may not: " + path.replaceFirst("\\?.*", "") + " of " + id
                        + ".");
            } else if (response.code() >= 500) {
                throw CliException.unreachable("cluster " + id + " answers " + response.code() + " to " + url);
            }
            return response.code() == 200
                    ? EventJson.mapper().readTree(response.body())
                    : EventJson.mapper().createObjectNode();
        } catch (ExecutionException | TimeoutException | IOException e) {
            Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
            throw CliException.unreachable("cluster " + id + " does not answer at " + client.getMasterUrl()
                    + (cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CliException.unreachable("interrupted");
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
