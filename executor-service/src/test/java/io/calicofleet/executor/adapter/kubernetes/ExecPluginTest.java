package io.calicofleet.executor.adapter.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.HelmEngine;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real program that gives tokens, and an API server that says by whom it was asked. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ExecPluginTest {

    @TempDir
    private Path folder;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile String refused = "";
    private final Vertx vertx = Vertx.vertx();
    private final KubernetesClients clients = new KubernetesClients(
            vertx, Duration.ofSeconds(30), kubeconfig -> HelmEngine.NONE, "test", Set.of("./sign-in"));
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            String by = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            asked.add(by);
            boolean known = !by.equals(refused);
            byte[] body = (known
                            ? "{\"kind\":\"Node\",\"metadata\":{\"name\":\"n\"}}"
                            : "{\"message\":\"Unauthorized\"}")
                    .getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            if (!known) {
                // The client leaves the body of a refusal unread: another request on that connection may come too late.
                exchange.getResponseHeaders().set("Connection", "close");
            }
            exchange.sendResponseHeaders(known ? 200 : 401, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        clients.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        server.stop(0);
    }

    @Test
    void its_token_is_used_until_it_ends_and_then_had_again() throws IOException {
        program(Instant.now().plus(Duration.ofHours(1)).toString());
        try (KubernetesApi api = open("")) {
            api.request("GET", "/api/v1/nodes/n", null);
            api.request("GET", "/api/v1/nodes/n", null);
        }
        assertThat(asked).containsExactly("Bearer token-1", "Bearer token-1");

        program(Instant.now().plus(ExecPlugin.MARGIN).minusSeconds(1).toString());
        try (KubernetesApi api = open("")) {
            api.request("GET", "/api/v1/nodes/n", null);
            api.request("GET", "/api/v1/nodes/n", null);
        }
        assertThat(asked.subList(2, 4)).containsExactly("Bearer token-2", "Bearer token-3");
        assertThat(Files.readAllLines(folder.resolve("runs"))).hasSize(3);
    }

    @Test
    void a_token_that_the_server_takes_no_longer_is_had_again_at_once() throws IOException {
        program("");
        try (KubernetesApi api = open("")) {
            api.request("GET", "/api/v1/nodes/n", null);
            refused = "Bearer token-1";
            api.request("GET", "/api/v1/nodes/n", null);
        }
        assertThat(asked).containsExactly("Bearer token-1", "Bearer token-1", "Bearer token-2");
    }

    @Test
    void it_is_told_its_arguments_its_environment_and_of_which_cluster_it_is() throws IOException {
        program("");
        try (KubernetesApi api =
                open(", args: [\"a b\", \"$(id)\"], env: [{name: REGION, value: eu}], provideClusterInfo: true")) {
            api.request("GET", "/api/v1/nodes/n", null);
        }
        String told = Files.readString(folder.resolve("told"));
        assertThat(told)
                .contains("a b\n$(id)\neu\n")
                .contains(
                        "\"interactive\":false",
                        "\"server\":\"http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Test
    void it_is_told_the_certificates_of_the_authority_where_the_kubeconfig_names_their_file() throws IOException {
        program("");
        String plugin = ", provideClusterInfo: true";
        assertThatThrownBy(() -> open(", certificate-authority: ca.pem", plugin))
                .hasStackTraceContaining("whose certificate-authority " + folder.resolve("ca.pem") + " cannot be read");
        byte[] certificate = "-----BEGIN CERTIFICATE-----".getBytes(UTF_8);
        Files.write(folder.resolve("ca.pem"), certificate);
        try (KubernetesApi api = open(", certificate-authority: ca.pem", plugin)) {
            api.request("GET", "/api/v1/nodes/n", null);
        }
        assertThat(Files.readString(folder.resolve("told")))
                .contains("\"certificate-authority-data\":\""
                        + Base64.getEncoder().encodeToString(certificate) + "\"")
                .doesNotContain("ca.pem");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "echo hush-hush >&2; echo hush-hush; exit 3 | ended with code 3",
                "echo hush-hush                             | printed no JSON",
                "echo '{\"token\":\"hush-hush\"}'            | printed no ExecCredential of client.authentication.k8s.io/v1",
                "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"clientCertificateData\":\"hush-hush\"}}' | gave a client certificate",
                "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"token\":\"t\",\"expirationTimestamp\":\"hush-hush\"}}' | gave an expirationTimestamp that is no time",
            })
    void what_goes_wrong_is_told_without_what_it_printed(String script, String why) throws IOException {
        write(script);
        try (KubernetesApi api = open("")) {
            assertThatThrownBy(() -> api.request("GET", "/api/v1/nodes/n", null))
                    .isInstanceOfSatisfying(ClusterException.class, e -> {
                        assertThat(e.problem()).isEqualTo(ClusterException.Problem.UNAVAILABLE);
                        assertThat(e).hasMessageContaining("the exec plugin ./sign-in " + why);
                        assertThat(e).hasStackTraceContaining("ExecPlugin").hasMessageNotContaining("hush");
                        assertThat(e.getCause() == null ? "" : e.getCause().toString())
                                .doesNotContain("hush");
                    });
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void a_child_that_it_leaves_behind_holds_nobody_up() throws IOException {
        write("sleep 60 & echo $! > \"${0%/*}/child\"\n"
                + "echo '{\"apiVersion\": \"client.authentication.k8s.io/v1\", \"kind\": \"ExecCredential\","
                + " \"status\": {\"token\": \"t\"}}'\n");
        try (KubernetesApi api = open("")) {
            api.request("GET", "/api/v1/nodes/n", null);
        } finally {
            ProcessHandle.of(Long.parseLong(
                            Files.readString(folder.resolve("child")).strip()))
                    .ifPresent(ProcessHandle::destroyForcibly);
        }
        assertThat(asked).containsExactly("Bearer t");
    }

    @Test
    void a_token_that_still_holds_is_used_on_where_there_is_no_other_yet() throws IOException {
        program(Instant.now().plus(ExecPlugin.MARGIN).minusSeconds(1).toString());
        try (KubernetesApi api = open("")) {
            api.request("GET", "/api/v1/nodes/n", null);
            write("exit 1");
            api.request("GET", "/api/v1/nodes/n", null);
        }
        assertThat(asked).containsExactly("Bearer token-1", "Bearer token-1");
    }

    @Test
    void a_variable_that_cannot_be_set_is_refused_without_its_value() throws IOException {
        program("");
        assertThatThrownBy(() -> open(", env: [{name: \"A=hush\", value: hush-hush}]"))
                .hasStackTraceContaining("has no name that a variable can have")
                .hasMessageNotContaining("hush");
    }

    /** Prints another token each time. */
    private void program(String expires) throws IOException {
        write("""
                echo "$1
                $2
                $REGION
                $KUBERNETES_EXEC_INFO" > "${0%%/*}/told"
                echo x >> "${0%%/*}/runs"
                echo '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",'
                echo ' "status": {"expirationTimestamp": "%s", "token": "token-'$(wc -l < "${0%%/*}/runs" | tr -d ' ')'"}}'
                """.formatted(expires));
    }

    private void write(String script) throws IOException {
        Path program = Files.writeString(folder.resolve("sign-in"), "#!/bin/sh\n" + script);
        assertThat(program.toFile().setExecutable(true)).isTrue();
    }

    private KubernetesApi open(String more) throws IOException {
        return open("", more);
    }

    private KubernetesApi open(String cluster, String more) throws IOException {
        return clients.open(Files.writeString(
                folder.resolve("c.yaml"), """
                apiVersion: v1
                kind: Config
                current-context: c
                clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"%s}}]
                contexts: [{name: c, context: {cluster: c, user: u}}]
                users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: ./sign-in,
                    interactiveMode: Never%s}}}]
                """.formatted(server.getAddress().getPort(), cluster, more)));
    }
}
