package io.calicofleet.executor.adapter.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.calicofleet.fuzz.Seeds;
import io.calicofleet.fuzz.YamlMutator;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kubeconfig is one or is told to be none, whatever it holds, and what it holds is told to nobody. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WrongKubeconfigsTest {

    private static final int BURST = 300;
    private static final String SECRET = "s3cr3t-t0ken";
    private static final String KUBECONFIG = """
            apiVersion: v1
            kind: Config
            current-context: main
            contexts: [{name: main, context: {cluster: c, user: u, namespace: default}}]
            clusters: [{name: c, cluster: {server: "https://127.0.0.1:6443", insecure-skip-tls-verify: true}}]
            users: [{name: u, user: {token: s3cr3t-t0ken, username: s3cr3t-t0ken, password: s3cr3t-t0ken}}]
            """;

    @TempDir
    private Path folder;

    @Test
    void a_kubeconfig_is_one_or_an_error_that_keeps_its_secrets() throws IOException {
        JsonNode right = new YAMLMapper().readTree(KUBECONFIG);
        Path file = folder.resolve("c.yaml");
        Vertx vertx = Vertx.vertx();
        try (KubernetesClients clients = new KubernetesClients(vertx, Duration.ofSeconds(1))) {
            Seeds.burst(BURST).forEach(seed -> {
                try {
                    Files.write(file, new YamlMutator(new Random(seed)).mutated(right));
                    clients.open(file).close();
                } catch (IOException told) {
                    for (Throwable each = told; each != null; each = each.getCause()) {
                        assertThat(each.toString()).as("seed %d", seed).doesNotContain(SECRET);
                    }
                } catch (RuntimeException | StackOverflowError e) {
                    throw new AssertionError("seed " + seed, e);
                }
            });
        } finally {
            vertx.close();
        }
    }
}
