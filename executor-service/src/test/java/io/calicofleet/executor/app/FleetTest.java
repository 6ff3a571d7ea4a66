package io.calicofleet.executor.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.calicofleet.event.ClusterId;
import io.calicofleet.executor.adapter.kubeconfig.KubeconfigDirectory;
import io.calicofleet.executor.adapter.kubernetes.KubernetesClients;
import io.calicofleet.executor.engine.Cluster;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FleetTest {

    private static final ClusterId GOOD = ClusterId.of("good");

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final KubernetesClients clients = new KubernetesClients(vertx, Duration.ofSeconds(5));
    private final List<ClusterId> appeared = new ArrayList<>();
    private final List<ClusterId> gone = new ArrayList<>();
    private final List<String> unusable = new ArrayList<>();
    private final Fleet fleet = new Fleet(
            clients,
            Duration.ofSeconds(15),
            InstantSource.system(),
            served -> appeared.add(served.id()),
            gone::add,
            (id, labels, problem) -> unusable.add(id + ": " + problem));
    private final List<String> tokens = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            tokens.add(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] body = "{\"gitVersion\": \"v1.21.14\", \"metadata\": {\"uid\": \"u1\"}}".getBytes(UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        fleet.close();
        clients.close();
        server.stop(0);
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void one_kubeconfig_with_a_broken_certificate_does_not_keep_the_others_out() throws IOException {
        write("broken.yaml", "{client-certificate-data: aHVzaA==, client-key-data: aHVzaA==}");
        write("good.yaml", "{token: t}");

        fleet.update(new KubeconfigDirectory(directory).list(), true);

        assertThat(appeared).containsExactly(GOOD);
        assertThat(fleet.problems()).containsOnlyKeys("broken.yaml");
    }

    @Test
    void a_cluster_whose_kubeconfig_is_broken_is_told_once_until_it_is_mended_or_gone() throws IOException {
        write("broken.yaml", "{client-certificate-data: aHVzaA==, client-key-data: aHVzaA==}");
        write("other.yaml", "{client-certificate-data: aHVzaA==, client-key-data: aHVzaA==}");
        KubeconfigDirectory kubeconfigs = new KubeconfigDirectory(directory);

        fleet.update(kubeconfigs.list(), true);
        fleet.update(kubeconfigs.list(), true);
        assertThat(unusable).hasSize(2).anyMatch(said -> said.startsWith("broken: no client can be made of it"));
        assertThat(unusable).noneMatch(said -> said.contains("aHVzaA"));

        write("broken.yaml", "{token: t}");
        Files.delete(directory.resolve("other.yaml"));
        fleet.update(kubeconfigs.list(), true);
        assertThat(appeared).containsExactly(ClusterId.of("broken"));
        assertThat(gone).containsExactly(ClusterId.of("other"));
    }

    @Test
    void a_user_with_a_password_signs_in_with_it() throws IOException {
        write("good.yaml", "{username: ada, password: pw}");
        fleet.update(new KubeconfigDirectory(directory).list(), true);

        fleet.find(GOOD).orElseThrow().api().version();

        assertThat(tokens).containsExactly("Basic " + Base64.getEncoder().encodeToString("ada:pw".getBytes(UTF_8)));
    }

    @Test
    void a_step_that_runs_goes_on_with_a_kubeconfig_that_is_written_again() throws IOException {
        write("good.yaml", "{token: t}");
        fleet.update(new KubeconfigDirectory(directory).list(), true);
        Cluster inUse = fleet.find(GOOD).orElseThrow();
        assertThat(inUse.api().version()).isEqualTo("v1.21.14");

        write("good.yaml", "{token: another}");
        fleet.update(new KubeconfigDirectory(directory).list(), true);

        assertThat(inUse.api().version()).isEqualTo("v1.21.14");
        assertThat(tokens).containsExactly("Bearer t", "Bearer another");
    }

    @Test
    void a_step_that_runs_goes_on_while_its_kubeconfig_is_gone_and_with_the_one_that_comes_back() throws IOException {
        write("good.yaml", "{token: t}");
        KubeconfigDirectory kubeconfigs = new KubeconfigDirectory(directory);
        fleet.update(kubeconfigs.list(), true);
        Cluster inUse = fleet.find(GOOD).orElseThrow();

        Files.delete(directory.resolve("good.yaml"));
        fleet.update(kubeconfigs.list(), true);
        assertThat(fleet.find(GOOD)).isEmpty();
        assertThat(inUse.api().version()).isEqualTo("v1.21.14");

        write("good.yaml", "{token: another}");
        fleet.update(kubeconfigs.list(), true);
        assertThat(inUse.api().version()).isEqualTo("v1.21.14");
        assertThat(tokens).containsExactly("Bearer t", "Bearer another");
    }

    @Test
    void two_kubeconfigs_of_one_cluster_are_one_cluster_until_one_is_gone() throws IOException {
        write("good.yaml", "{token: t}");
        write("twin.yaml", "{token: other}");
        KubeconfigDirectory kubeconfigs = new KubeconfigDirectory(directory);
        fleet.update(kubeconfigs.list(), true);
        Cluster good = fleet.find(GOOD).orElseThrow();
        Cluster twin = fleet.find(ClusterId.of("twin")).orElseThrow();

        assertThat(good.sameAs(good.api().uid(), true)).isEmpty();
        assertThat(twin.sameAs(twin.api().uid(), true)).contains(GOOD);

        Files.delete(directory.resolve("good.yaml"));
        fleet.update(kubeconfigs.list(), true);
        assertThat(twin.sameAs(twin.api().uid(), true)).isEmpty();
    }

    @Test
    void the_certificate_that_ends_first_is_known_for_as_long_as_its_file_is_there() throws IOException {
        assertThat(fleet.firstCertificateEnd()).isEmpty();
        write("good.yaml", "{token: t}");
        write("later.yaml", "{token: t}", authority("second"));
        write("sooner.yaml", "{token: t}", authority("first"));

        fleet.update(new KubeconfigDirectory(directory).list(), true);
        assertThat(fleet.firstCertificateEnd()).contains(Instant.parse("2029-08-25T19:47:35Z"));

        Files.delete(directory.resolve("sooner.yaml"));
        fleet.update(new KubeconfigDirectory(directory).list(), true);
        assertThat(fleet.firstCertificateEnd()).contains(Instant.parse("2040-08-07T19:46:54Z"));
    }

    private static String authority(String name) throws IOException {
        try (InputStream pem = FleetTest.class.getResourceAsStream("/certificates/" + name + ".pem")) {
            return ", certificate-authority-data: " + Base64.getEncoder().encodeToString(pem.readAllBytes());
        }
    }

    private void write(String name, String user) throws IOException {
        write(name, user, "");
    }

    private void write(String name, String user, String more) throws IOException {
        Files.writeString(directory.resolve(name), """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "http://%s:%d"%s}}]
                contexts: [{name: c, context: {cluster: c, user: u}}]
                current-context: c
                users: [{name: u, user: %s}]
                """.formatted(
                        InetAddress.getLoopbackAddress().getHostAddress(),
                        server.getAddress().getPort(),
                        more,
                        user));
    }
}
