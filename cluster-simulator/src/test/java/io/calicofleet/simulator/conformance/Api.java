package io.calicofleet.simulator.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Json;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A Kubernetes API server, simulated or real, that is sent plain requests. */
final class Api implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Config config;
    private final KubernetesClient client;
    private final String server;
    private final Map<String, KubernetesClient> byToken = new HashMap<>();

    /**
     * A request.
     *
     * @param method its method
     * @param path the path with its query
     * @param type the media type of the body
     * @param accept the Accept header; empty for JSON
     * @param token whose request it is; empty for that of the kubeconfig
     * @param body the body; empty for none
     */
    record Call(String method, String path, String type, String accept, String token, String body) {}

    /**
     * An answer.
     *
     * @param code the HTTP code
     * @param text the body
     */
    record Answer(int code, String text) {

        /** The body as JSON; a missing node where it is none. */
        JsonNode body() {
            try {
                return Json.read(text.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                return Json.object().path("none");
            }
        }

        /** The lines of a watch. */
        List<JsonNode> lines() {
            List<JsonNode> lines = new ArrayList<>();
            text.lines().filter(line -> !line.isBlank()).forEach(line -> lines.add(Json.parse(line)));
            return lines;
        }
    }

    Api(String kubeconfig) {
        this.config = Config.fromKubeconfig(kubeconfig);
        config.setRequestRetryBackoffLimit(0);
        this.client = new KubernetesClientBuilder().withConfig(config).build();
        String url = config.getMasterUrl();
        this.server = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    /** The n of its Kubernetes 1.n. */
    int minor() {
        String minor = Json.text(
                send(new Call("GET", "/version", "application/json", "", "", ""))
                        .body(),
                "minor");
        return Integer.parseInt(minor.replaceAll("\\D", ""));
    }

    private HttpClient http(String token) {
        KubernetesClient with = token.isEmpty() ? client : byToken.computeIfAbsent(token, this::as);
        return with.getHttpClient();
    }

    /** A client that shows a token instead of what the kubeconfig has. */
    private KubernetesClient as(String token) {
        Config other = new ConfigBuilder()
                .withMasterUrl(config.getMasterUrl())
                .withCaCertData(config.getCaCertData())
                .withCaCertFile(config.getCaCertFile())
                .withTrustCerts(config.isTrustCerts())
                .withAutoConfigure(false)
                .withOauthToken(token)
                .withRequestRetryBackoffLimit(0)
                .build();
        return new KubernetesClientBuilder().withConfig(other).build();
    }

    Answer send(Call call) {
        HttpClient http = http(call.token());
        HttpRequest.Builder request = http.newHttpRequestBuilder()
                .uri(server + call.path().replace(" ", "%20"))
                .header("Accept", call.accept().isEmpty() ? "application/json" : call.accept())
                .header("User-Agent", "conformance/1");
        request.method(call.method(), call.type(), call.body().isEmpty() ? null : call.body());
        try {
            HttpResponse<byte[]> response =
                    http.sendAsync(request.build(), byte[].class).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return new Answer(response.code(), new String(response.body(), StandardCharsets.UTF_8));
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(call.method() + " " + call.path() + " was not answered", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        byToken.values().forEach(KubernetesClient::close);
        client.close();
    }
}
