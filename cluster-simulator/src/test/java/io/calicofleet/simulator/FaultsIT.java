package io.calicofleet.simulator;

import static io.calicofleet.simulator.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FaultsIT {

    private static final String NODES = "/api/v1/nodes";

    private final Simulator simulator = Simulator.start(SimulatorOptions.quick().withTls(false));
    private final SimulatedCluster cluster = simulator.addCluster(ClusterTemplate.named("c"));
    private final TestClient client = new TestClient(cluster);

    @AfterEach
    void stop() {
        simulator.close();
    }

    private JsonNode simulator(String method, String path, String body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(simulator.address() + "/simulator/clusters" + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return Json.read(HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofByteArray())
                .body());
    }

    @Test
    void the_api_fails_as_often_as_asked_and_works_again() {
        cluster.faults().apiErrors(1, 429);
        assertThat(client.get(NODES).code()).isEqualTo(429);
        cluster.faults().apiErrors(1, 500);
        assertThat(client.get(NODES).code()).isEqualTo(500);
        cluster.faults().clear();
        assertThat(client.get(NODES).code()).isEqualTo(200);
    }

    @Test
    void an_api_that_is_down_answers_nothing() {
        cluster.faults().apiDown(true);
        assertThatThrownBy(() -> client.get(NODES)).hasRootCauseInstanceOf(IOException.class);
        cluster.faults().apiDown(false);
        assertThat(client.get(NODES).code()).isEqualTo(200);
    }

    @Test
    void a_write_whose_answer_is_lost_is_carried_out_and_audited() {
        cluster.faults().lostAnswers(1);
        String map =
                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"one\"},\"data\":{\"a\":\"b\"}}";
        assertThatThrownBy(() -> client.post("/api/v1/namespaces/default/configmaps", map))
                .hasRootCauseInstanceOf(IOException.class);
        assertThat(client.get("/api/v1/namespaces/default/configmaps/one").code())
                .isEqualTo(200);
        assertThat(cluster.audit()).last().satisfies(entry -> {
            assertThat(entry.code()).isEqualTo(201);
            assertThat(entry.resourceVersion()).isNotEmpty();
            assertThat(entry.values()).containsEntry("a", "b");
        });
    }

    @Test
    void a_server_that_starts_is_not_ready_and_finds_nothing_and_without_rights_everything_is_forbidden() {
        cluster.faults().apiErrors(1, 404);
        assertThat(client.get("/readyz").code()).isEqualTo(500);
        assertThat(client.get(NODES).code()).isEqualTo(404);
        cluster.faults().apiErrors(1, 403);
        assertThat(client.get(NODES).body().path("message").asText())
                .contains("is forbidden: User", "cannot list resource \"nodes\"");
    }

    @Test
    void a_slow_api_takes_its_time() {
        cluster.faults().slowApi(Duration.ofMillis(120));
        long start = System.nanoTime();
        client.get(NODES);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(120));
    }

    @Test
    void watches_are_dropped() {
        CompletableFuture<Integer> seen = CompletableFuture.supplyAsync(
                () -> client.watch(NODES + "?watch=true&resourceVersion=0", 100).size());
        await().until(() -> cluster.faults().dropWatches() > 0);
        assertThat(seen.join()).isLessThanOrEqualTo(3);
    }

    @Test
    void faults_are_set_and_read_over_http() throws IOException, InterruptedException {
        simulator(
                "PUT",
                "/c/faults",
                "{\"errorShare\":1,\"errorCode\":503,\"neverReady\":[{\"node\":\"*\",\"image\":\"x\"}]}");
        assertThat(client.get(NODES).code()).isEqualTo(503);
        assertThat(simulator("GET", "/c", "").at("/faults/neverReady/0/image").asText())
                .isEqualTo("x");
        simulator("DELETE", "/c/faults", "");
        assertThat(client.post("/api/v1/namespaces/default/configmaps", "{metadata: {name: m}}")
                        .code())
                .isEqualTo(201);
        assertThat(simulator("GET", "/c", "").at("/audit/0/verb").asText()).isEqualTo("create");
        assertThat(simulator("GET", "", "").at("/0/id").asText()).isEqualTo("c");
        assertThat(simulator("PUT", "/c/faults", "{\"nonsense\":1}")
                        .at("/message")
                        .asText())
                .contains("nonsense");
    }

    @Test
    void a_token_of_nobody_gets_401_and_none_what_everybody_may_read() throws IOException, InterruptedException {
        assertThat(code(NODES, "Bearer nobody")).isEqualTo(401);
        assertThat(code(NODES, "")).isEqualTo(403);
        assertThat(code("/version", "")).isEqualTo(200);
    }

    private int code(String path, String authorization) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(cluster.address() + path));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return HttpClient.newHttpClient()
                .send(request.build(), BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void kubeconfigs_and_labels_are_written(@TempDir Path directory) throws IOException {
        simulator.addCluster(ClusterTemplate.named("d").withLabel("env", "prod"));
        simulator.writeKubeconfigs(directory);
        assertThat(Files.readString(directory.resolve("d.yaml"))).contains("/clusters/d");
        JsonNode labels = Json.yamlDocuments(Files.readString(directory.resolve("clusters.yaml")))
                .get(0);
        assertThat(labels.at("/d/labels/env").asText()).isEqualTo("prod");
        assertThat(labels.has("c")).isTrue();
    }
}
