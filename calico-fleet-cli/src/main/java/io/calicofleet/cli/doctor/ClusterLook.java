package io.calicofleet.cli.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.calicofleet.kafka.EventJson;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One cluster, as its kubeconfig reaches it from here: whether its API server answers, its certificates and clock, and which of the rights
 * of its route the account of the kubeconfig has. Nothing but GET, and reviews of its own rights, which store nothing.
 */
final class ClusterLook {

    private static final int ANSWER_MILLIS = 10_000;
    private static final String SYSTEM = "kube-system";
    private static final String OPERATOR = "tigera-operator";

    /** A namespace in which nobody has rights that he does not have everywhere. */
    private static final String ELSEWHERE = "default";

    private static final String BASE = "executor-permissions.yaml";

    private final String id;
    private final Path file;
    private final Path rightsFolder;
    private final InstantSource clock;

    /**
     * A look.
     *
     * @param file its kubeconfig
     * @param rightsFolder the files of {@code deploy/kubernetes}
     */
    ClusterLook(String id, Path file, Path rightsFolder, InstantSource clock) {
        this.id = id;
        this.file = file;
        this.rightsFolder = rightsFolder;
        this.clock = clock;
    }

    String id() {
        return id;
    }

    Seen look() throws InterruptedException {
        List<Finding> findings = new ArrayList<>();
        List<ClockReading> clocks = new ArrayList<>();
        List<Certificate> certificates = new ArrayList<>();
        try {
            Kubeconfig kubeconfig = Kubeconfig.read(file);
            certificates.addAll(kubeconfig.ending(id));
            Optional<String> unanswered = served(kubeconfig, certificates);
            if (unanswered.isPresent()) {
                findings.add(Finding.bad(
                        "api servers",
                        id + ": " + unanswered.get(),
                        "See whether they run, and whether anything on the way keeps this machine from them"));
            } else if (kubeconfig.plugin().isPresent()) {
                findings.add(Finding.look(
                        "rights",
                        id + ": signs in with " + kubeconfig.plugin().get() + ", which is not run here",
                        "See what a campaign's plan says: plan -f FILE has the executor ask for each right"));
            } else {
                asked(findings, clocks);
            }
        } catch (IOException e) {
            findings.add(Finding.bad(
                    "kubeconfigs",
                    id + ": " + file.getFileName() + ": "
                            + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()),
                    "Write it again, docs/operations/permissions.md says how"));
        }
        return new Seen(findings, clocks, certificates);
    }

    /** Why the server shows no certificate; empty where it does, or a proxy is in between. */
    private Optional<String> served(Kubeconfig kubeconfig, List<Certificate> certificates) throws IOException {
        URI server = kubeconfig.server();
        if (!"https".equals(server.getScheme()) || server.getHost() == null || kubeconfig.hasProxy()) {
            return Optional.empty();
        }
        int port = server.getPort() < 0 ? 443 : server.getPort();
        try {
            Certificate.first(
                            "that of the API server of " + id,
                            Certificate.served(server.getHost().replaceAll("[\\[\\]]", ""), port),
                            "Renew the certificates of its control plane, such as by kubeadm certs renew all")
                    .ifPresent(certificates::add);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(
                    "does not answer: " + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
        }
    }

    private void asked(List<Finding> findings, List<ClockReading> clocks) throws InterruptedException {
        try (KubernetesClient client = client()) {
            Instant asked = clock.instant();
            HttpResponse<byte[]> version = send(client, "/version", Optional.empty());
            ClockReading.of(
                            ClockReading.Kind.CLUSTER,
                            "the API server of " + id,
                            Optional.ofNullable(version.header("Date")),
                            asked,
                            clock.instant())
                    .ifPresent(clocks::add);
            if (version.code() == 401) {
                findings.add(Finding.bad(
                        "kubeconfigs",
                        id + ": its API server does not know who this is (401)",
                        "Its token or certificate has ended or was taken back: write the kubeconfig again,"
                                + " docs/operations/permissions.md says how"));
            } else {
                findings.add(rights(client));
            }
        } catch (IOException e) {
            findings.add(Finding.bad(
                    "api servers",
                    id + ": does not answer: " + e.getMessage(),
                    "See whether they run, and whether the kubeconfig trusts their authority"));
        }
    }

    private KubernetesClient client() throws IOException {
        try {
            Config config = Config.fromKubeconfig(file.toFile());
            config.setUserAgent("calico-fleet-doctor");
            config.setRequestRetryBackoffLimit(0);
            config.setConnectionTimeout(ANSWER_MILLIS / 2);
            config.setRequestTimeout(ANSWER_MILLIS);
            return new KubernetesClientBuilder().withConfig(config).build();
        } catch (KubernetesClientException | IllegalArgumentException e) {
            // Its message may have something of the file.
            throw new IOException("no client can be made of it: " + e.getClass().getSimpleName(), null);
        }
    }

    private Finding rights(KubernetesClient client) throws IOException, InterruptedException {
        Set<String> files = new LinkedHashSet<>(List.of(BASE));
        if (!get(client, "/apis/operator.tigera.io/v1/installations")
                .path("items")
                .isEmpty()) {
            files.add("executor-permissions-operator.yaml");
            JsonNode operator = get(client, "/apis/apps/v1/namespaces/" + OPERATOR + "/deployments/" + OPERATOR);
            if (operator.at("/metadata/annotations").has("meta.helm.sh/release-name")) {
                files.add("executor-permissions-helm.yaml");
            }
        }
        Set<Right> wanted = wanted(files, files.size() > 1 ? SYSTEM : namespace(client));
        Map<String, JsonNode> known = new LinkedHashMap<>();
        List<String> missing = new ArrayList<>();
        for (Right right : wanted) {
            String where = right.namespace().isEmpty() ? ELSEWHERE : right.namespace();
            JsonNode review = known.get(where);
            if (review == null) {
                review = review(client, where);
                known.put(where, review);
            }
            boolean has = right.isIn(review.path("resourceRules"))
                    || (review.path("incomplete").asBoolean(true) && isAllowed(client, right));
            if (!has) {
                missing.add(right.toString());
            }
        }
        return missing.isEmpty()
                ? Finding.ok("rights", id + ": has all of " + String.join(", ", files))
                : Finding.bad(
                        "rights",
                        id + ": may not " + Finding.some(missing),
                        "kubectl --context CLUSTER apply -f deploy/kubernetes/"
                                + String.join(" -f deploy/kubernetes/", files));
    }

    /** Where calico-node is; a manifest may have put it elsewhere than into kube-system, where the same Role is needed then. */
    private String namespace(KubernetesClient client) throws IOException, InterruptedException {
        for (JsonNode set : get(client, "/apis/apps/v1/daemonsets").path("items")) {
            String namespace = set.at("/metadata/namespace").asText();
            if (set.at("/metadata/name").asText().equals("calico-node")) {
                return namespace;
            }
        }
        return SYSTEM;
    }

    private Set<Right> wanted(Set<String> files, String namespace) throws IOException {
        Set<Right> wanted = new LinkedHashSet<>();
        YAMLMapper yaml = new YAMLMapper();
        for (String name : files) {
            Path path = rightsFolder.resolve(name);
            if (!Files.isRegularFile(path)) {
                throw new IOException("the project's file " + path + " is not there");
            }
            try (var documents = yaml.readerFor(JsonNode.class).<JsonNode>readValues(path.toFile())) {
                while (documents.hasNextValue()) {
                    for (Right right : Right.of(documents.nextValue())) {
                        wanted.add(right);
                        if (right.namespace().equals(SYSTEM)) {
                            wanted.add(right.in(namespace));
                        }
                    }
                }
            }
        }
        return wanted;
    }

    private JsonNode review(KubernetesClient client, String namespace) throws IOException, InterruptedException {
        ObjectNode review = EventJson.mapper().createObjectNode();
        review.put("apiVersion", "authorization.k8s.io/v1").put("kind", "SelfSubjectRulesReview");
        review.putObject("spec").put("namespace", namespace);
        return body(send(client, "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", Optional.of(review)))
                .path("status");
    }

    /** What the list does not have may be allowed all the same, where somebody else than RBAC decides. */
    private boolean isAllowed(KubernetesClient client, Right right) throws IOException, InterruptedException {
        ObjectNode review = EventJson.mapper().createObjectNode();
        review.put("apiVersion", "authorization.k8s.io/v1").put("kind", "SelfSubjectAccessReview");
        ObjectNode attributes = review.putObject("spec").putObject("resourceAttributes");
        attributes
                .put("verb", right.verb())
                .put("group", right.group())
                .put("resource", right.resource())
                .put("name", right.name())
                .put("namespace", right.namespace());
        return body(send(client, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", Optional.of(review)))
                .at("/status/allowed")
                .asBoolean();
    }

    private JsonNode get(KubernetesClient client, String path) throws IOException, InterruptedException {
        return body(send(client, path, Optional.empty()));
    }

    private static JsonNode body(HttpResponse<byte[]> response) throws IOException {
        return response.code() / 100 == 2
                ? EventJson.mapper().readTree(new String(response.body(), UTF_8))
                : EventJson.mapper().createObjectNode();
    }

    private static HttpResponse<byte[]> send(KubernetesClient client, String path, Optional<JsonNode> posted)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(client.getMasterUrl().toString().replaceFirst("/$", "") + path)
                .header("Accept", "application/json");
        posted.ifPresent(body -> request.post("application/json", body.toString()));
        try {
            return client.getHttpClient()
                    .sendAsync(request.build(), byte[].class)
                    .get(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(
                    cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage(), cause);
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + ANSWER_MILLIS / 1000 + " s", e);
        }
    }
}
