package io.calicofleet.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The releases that come with the project run on the simulator, whatever Kubernetes they are made for. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReleasesIT {

    private static final Path RELEASES = Path.of("src/main/releases");

    static Stream<Path> manifests() throws IOException {
        try (Stream<Path> files = Files.walk(RELEASES)) {
            List<Path> found = files.filter(
                            file -> file.getFileName().toString().matches("(calico|canal)[a-z-]*\\.yaml"))
                    .filter(file -> !file.getFileName().toString().startsWith("calicoctl"))
                    .sorted()
                    .toList();
            return found.stream();
        }
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void every_manifest_gets_ready_on_every_node(Path manifest) throws IOException {
        String kubernetes = manifest.toString().contains("v3.28") ? "v1.28.15" : "v1.21.14";
        try (Simulator simulator = Simulator.start(SimulatorOptions.quick())) {
            SimulatedCluster cluster = simulator.addCluster(
                    ClusterTemplate.named("c01").withKubernetes(kubernetes).withManifest(Files.readString(manifest)));

            await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
                assertThat(cluster.list("apps/v1", "DaemonSet", "kube-system"))
                        .hasSize(2) // with kube-proxy
                        .allMatch(
                                (JsonNode set) -> set.at("/status/numberReady").asInt() == 3);
                assertThat(cluster.list("apps/v1", "Deployment", "kube-system"))
                        .allMatch((JsonNode each) ->
                                each.at("/status/availableReplicas").asInt()
                                        == each.at("/spec/replicas").asInt());
                assertThat(cluster.list("batch/v1", "Job", "kube-system"))
                        .allMatch((JsonNode job) -> job.at("/status/succeeded").asInt() == 1);
            });
        }
    }
}
