package io.calicofleet.executor.adapter.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.ResourceRef;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class KubernetesApiTest {

    private static final Map<String, String> DISCOVERY = Map.of(
            "/version",
            "{'gitVersion': 'v1.21.14'}",
            "/apis",
            "{'groups': [{'versions': [{'groupVersion': 'apps/v1'}]}, {'versions': [{'groupVersion': 'metrics.k8s.io/v1beta1'}]}]}",
            "/api/v1",
            "{'resources': [{'name': 'pods', 'kind': 'Pod', 'namespaced': true}]}",
            "/apis/apps/v1",
            "{'resources': [{'name': 'daemonsets', 'kind': 'DaemonSet', 'namespaced': true}]}");

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final KubernetesClients clients = new KubernetesClients(vertx, Duration.ofSeconds(5));
    private HttpServer server;
    private volatile boolean away;
    private volatile boolean starts;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String answer = DISCOVERY.get(exchange.getRequestURI().getPath());
            boolean known = answer != null && !away;
            String path = exchange.getRequestURI().getPath();
            int code = known ? 200 : 503;
            String text = known ? answer.replace('\'', '"') : "service unavailable";
            if (path.equals("/readyz")) {
                code = starts ? 500 : 200;
            } else if (path.startsWith("/apis/apps/v1/daemonsets")) {
                code = 404;
                text = starts ? "404 page not found" : "{}";
            } else if (path.startsWith("/api/v1/pods/")) {
                code = 404;
                text = "{\"kind\": \"Status\", \"details\": {\"name\": \"p\", \"kind\": \"pods\"}}";
            }
            byte[] body = text.getBytes(UTF_8);
            exchange.sendResponseHeaders(code, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        clients.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void discovery_goes_on_without_an_aggregated_api_whose_server_is_away() throws IOException {
        try (KubernetesApi api = open(server.getAddress().getPort())) {
            assertThat(api.servedKinds()).containsExactly("apps/v1 DaemonSet", "v1 Pod");
        }
    }

    @Test
    void discovery_is_unavailable_where_the_api_server_itself_is() throws IOException {
        away = true;
        try (KubernetesApi api = open(server.getAddress().getPort())) {
            assertThatThrownBy(api::servedKinds)
                    .isInstanceOfSatisfying(
                            ClusterException.class, e -> assertThat(e.problem()).isEqualTo(Problem.UNAVAILABLE));
        }
    }

    @Test
    void what_a_server_does_not_serve_while_it_starts_is_neither_absent_nor_deleted_nor_an_empty_list()
            throws IOException {
        starts = true;
        ResourceRef set = new ResourceRef("apps/v1", "DaemonSet", "", "d");
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", "apps/v1")
                .put("kind", "DaemonSet")
                .putObject("metadata")
                .put("name", "d");
        try (KubernetesApi api = open(server.getAddress().getPort())) {
            for (Runnable ask : List.<Runnable>of(
                    () -> api.find(set),
                    () -> api.list("apps/v1", "DaemonSet"),
                    () -> api.delete(object),
                    api::servedKinds)) {
                assertThatThrownBy(ask::run)
                        .isInstanceOfSatisfying(
                                ClusterException.class,
                                e -> assertThat(e.problem()).isEqualTo(Problem.UNAVAILABLE));
            }
            assertThat(api.find(new ResourceRef("v1", "Pod", "", "p")))
                    .as("an object is asked of its store")
                    .isEmpty();
            starts = false;
            assertThat(api.find(set)).isEmpty();
            assertThat(api.list("apps/v1", "DaemonSet")).isEmpty();
        }
    }

    @Test
    void a_connection_that_ends_under_a_request_is_worth_another_try() throws IOException {
        try (ServerSocket cuts = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> cutEvery(cuts));
            try (KubernetesApi api = open(cuts.getLocalPort())) {
                assertThatThrownBy(api::version)
                        .isInstanceOfSatisfying(
                                ClusterException.class,
                                e -> assertThat(e.problem()).isEqualTo(Problem.UNAVAILABLE));
            }
        }
    }

    private static void cutEvery(ServerSocket server) {
        while (!server.isClosed()) {
            try (var connection = server.accept()) {
                // The request has begun to come in; the end of the connection is all the answer there is.
                connection.getInputStream().read();
            } catch (IOException expected) {
                // The test is over.
            }
        }
    }

    private KubernetesApi open(int port) throws IOException {
        return clients.open(Files.writeString(directory.resolve("c.yaml"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "http://%s:%d"}}]
                contexts: [{name: c, context: {cluster: c, user: u}}]
                current-context: c
                users: [{name: u, user: {token: t}}]
                """.formatted(
                        InetAddress.getLoopbackAddress().getHostAddress(), port)));
    }
}
