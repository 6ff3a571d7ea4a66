package io.calicofleet.executor.adapter.helm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.helm.HelmCall;
import io.calicofleet.executor.core.helm.HelmChart;
import io.calicofleet.executor.core.helm.HelmHistory;
import io.calicofleet.executor.core.helm.HelmRelease;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.FenceException;
import io.calicofleet.executor.port.HelmEngine;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.Simulator;
import io.calicofleet.simulator.SimulatorOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The real Helm against the simulator: discovery, its Secrets, which it sends as protobuf, and three-way merges. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Isolated("looks at the folders of all calls of Helm")
class HelmProcessIT {

    @TempDir
    private Path directory;

    private Simulator simulator;
    private SimulatedCluster cluster;
    private HelmEngine helm;

    @BeforeEach
    void start() throws IOException {
        simulator = Simulator.start(SimulatorOptions.quick());
        cluster = simulator.addCluster(ClusterTemplate.named("h"));
        helm = HelmProcess.of(Files.writeString(directory.resolve("kubeconfig"), cluster.kubeconfig()));
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void installs_upgrades_and_keeps_what_others_changed() {
        // Given
        helm.install(call(chart("v1.0.0", "one: \"1\"\n  two: \"2\""), "default"));
        cluster.patch("v1", "ConfigMap", "default", "settings", "{\"data\": {\"theirs\": \"3\"}}");
        // When
        helm.upgrade(call(chart("v1.1.0", "one: {{ .Values.one | quote }}"), "default"));
        // Then
        assertThat(cluster.get("v1", "ConfigMap", "default", "settings")
                        .path("data")
                        .toString())
                .isEqualTo("{\"one\":\"secret-of-mine\",\"theirs\":\"3\"}");
        HelmHistory history = HelmHistory.of(cluster.list("v1", "Secret", "default"), "default", "calico");
        assertThat(history.revisions()).extracting(HelmRelease::status).containsExactly("superseded", "deployed");
        assertThat(history.newest()
                        .orElseThrow()
                        .content()
                        .at("/info/description")
                        .asText())
                .isEqualTo("as a test does");
        assertThat(cluster.audit()).allMatch(entry -> entry.userAgent().startsWith("Helm/3."));
    }

    @Test
    void renders_without_the_cluster() {
        // When
        String manifest = helm.template(call(chart("v1.0.0", "one: {{ .Release.Namespace }}"), "elsewhere"));
        // Then
        assertThat(manifest).contains("one: elsewhere");
        assertThat(cluster.audit()).isEmpty();
    }

    @Test
    void ends_though_the_common_pool_has_no_place() throws InterruptedException {
        // Given
        CountDownLatch over = new CountDownLatch(1);
        int places = ForkJoinPool.getCommonPoolParallelism();
        CountDownLatch taken = new CountDownLatch(places);
        for (int i = 0; i < places; i++) {
            ForkJoinPool.commonPool().execute(() -> {
                taken.countDown();
                try {
                    over.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
        taken.await();
        try {
            // When
            CompletableFuture<String> manifest = CompletableFuture.supplyAsync(
                    () -> helm.template(call(chart("v1.0.0", "one: {{ .Release.Namespace }}"), "elsewhere")),
                    Thread.ofPlatform()::start);
            // Then
            assertThat(manifest)
                    .succeedsWithin(Duration.ofSeconds(60))
                    .asString()
                    .contains("one: elsewhere");
        } finally {
            over.countDown();
        }
    }

    @Test
    void says_what_helm_says_but_no_value() {
        // When
        assertThatThrownBy(() -> helm.install(call(chart("v1.0.0", "{{ fail .Values.one }}"), "default")))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("helm install of default/calico with tigera-operator v1.0.0 failed")
                .hasMessageContaining("(a value)")
                .hasMessageNotContaining("secret-of-mine");
    }

    @Test
    void is_killed_where_the_fence_closes_and_leaves_no_file() throws IOException {
        // Given
        AtomicInteger looks = new AtomicInteger();
        HelmEngine fenced = helm.guarded(() -> {
            if (looks.incrementAndGet() > 1) {
                throw new FenceException(FenceException.Why.LEASE_LOST, "gone");
            }
        });
        // When
        assertThatThrownBy(() -> fenced.install(call(chart("v1.0.0", "one: \"1\""), "default")))
                .isInstanceOf(FenceException.class);
        // Then
        assertThat(cluster.get("v1", "ConfigMap", "default", "settings")).isNull();
        assertThat(calls()).isEmpty();
    }

    @Test
    void leaves_no_file_where_its_process_is_killed() throws IOException {
        // Given
        HelmEngine killed = helm.guarded(() -> HelmChildren.of(directory).forEach(ProcessHandle::destroyForcibly));
        // When
        assertThatThrownBy(() -> killed.install(call(chart("v1.0.0", "one: \"1\""), "default")))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("ended with 137 and no result");
        // Then
        assertThat(calls()).isEmpty();
        assertThat(HelmChildren.of(directory)).isEmpty();
    }

    private static List<Path> calls() throws IOException {
        try (var files = Files.list(HelmFolder.get())) {
            return files.filter(Files::isDirectory).toList();
        }
    }

    @Test
    void tells_that_the_api_server_is_away() {
        // Given
        simulator.close();
        // When
        assertThatThrownBy(() -> helm.upgrade(call(chart("v1.0.0", "one: \"1\""), "default")))
                .isInstanceOfSatisfying(
                        ClusterException.class,
                        e -> assertThat(e.problem()).isEqualTo(ClusterException.Problem.UNAVAILABLE));
    }

    private static HelmCall call(HelmChart chart, String namespace) {
        ObjectNode values = JsonNodeFactory.instance.objectNode().put("one", "secret-of-mine");
        return new HelmCall("calico", namespace, chart, values, "v1.21.14", "as a test does");
    }

    private static HelmChart chart(String version, String data) {
        return new HelmChart(
                "tigera-operator",
                version,
                Map.of(
                        "Chart.yaml",
                        ("apiVersion: v2\nname: tigera-operator\nversion: " + version + "\n").getBytes(UTF_8),
                        "templates/settings.yaml",
                        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata:\n  " + data + "\n")
                                .getBytes(UTF_8)));
    }
}
