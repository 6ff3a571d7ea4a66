package io.calicofleet.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.stream.Stream;

/** A plain HTTP client of a simulated cluster without TLS. */
public final class TestClient {

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final SimulatedCluster cluster;
    private final String token;

    public TestClient(SimulatedCluster cluster) {
        this(
                cluster,
                Json.yamlDocuments(cluster.kubeconfig())
                        .get(0)
                        .at("/users/0/user/token")
                        .asText());
    }

    public TestClient(SimulatedCluster cluster, String token) {
        this.cluster = cluster;
        this.token = token;
    }

    /** An answer. */
    public record Result(int code, JsonNode body) {}

    private HttpRequest request(String method, String path, String mediaType, String body) {
        return HttpRequest.newBuilder(URI.create(cluster.address() + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", mediaType)
                .header("User-Agent", "test/1")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    public Result call(String method, String path, String mediaType, String body) {
        try {
            HttpResponse<byte[]> response =
                    http.send(request(method, path, mediaType, body), BodyHandlers.ofByteArray());
            return new Result(response.statusCode(), Json.read(response.body()));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public Result get(String path) {
        return call("GET", path, "application/json", "");
    }

    public Result post(String path, String yaml) {
        return call("POST", path, "application/yaml", yaml);
    }

    public Result put(String path, String yaml) {
        return call("PUT", path, "application/yaml", yaml);
    }

    public Result delete(String path) {
        return call("DELETE", path, "application/json", "");
    }

    public Result merge(String path, String json) {
        return call("PATCH", path, "application/merge-patch+json", json);
    }

    public Result apply(String path, String yaml) {
        return call("PATCH", path, "application/apply-patch+yaml", yaml);
    }

    /** The first events of a watch. */
    public List<JsonNode> watch(String path, int count) {
        try {
            HttpResponse<Stream<String>> response =
                    http.send(request("GET", path, "application/json", ""), BodyHandlers.ofLines());
            try (Stream<String> lines = response.body()) {
                return lines.limit(count).map(Json::parse).toList();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
