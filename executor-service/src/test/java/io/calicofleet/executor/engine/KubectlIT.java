package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.simulator.SimulatedCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person finds who goes on with kubectl after the upgrade. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class KubectlIT {

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;

    @BeforeEach
    void start() {
        assumeTrue(onPath("kubectl"), "skipped: there is no kubectl on this machine");
        fleet = new SimulatedFleet(directory);
    }

    @AfterEach
    void stop() {
        if (fleet != null) {
            fleet.close();
        }
    }

    @Test
    void the_merged_manifest_kept_in_the_cluster_shows_no_difference_and_applies_clean() throws Exception {
        // Given
        SimulatedCluster cluster = fleet.calico("c01");
        SimulatedFleet.Running executor = fleet.executor("run1", cluster);
        assertThat(executor.run(StepKind.BACKUP, 1)).isInstanceOf(StepSucceeded.class);
        // When
        assertThat(executor.run(StepKind.UPGRADE, 1)).isInstanceOf(StepSucceeded.class);
        // Then
        Path manifest = directory.resolve("merged.yaml");
        Files.write(
                manifest,
                Base64.getDecoder()
                        .decode(cluster.get("v1", "Secret", "kube-system", "calico-fleet-manifest-c1")
                                .at("/data/manifest.yaml")
                                .asText()));
        Path kubeconfig = Files.writeString(directory.resolve("kubeconfig"), cluster.kubeconfig());
        Result diff = kubectl(kubeconfig, "diff", "-f", manifest.toString());
        assertThat(diff.output()).isEmpty();
        assertThat(diff.code()).isZero();
        String before = version(cluster);
        Result apply = kubectl(kubeconfig, "apply", "-f", manifest.toString());
        // The manifest says readOnly: false, which API servers leave out: kubectl sends it anew each time.
        assertThat(apply.output().replace("daemonset.apps/calico-node configured", ""))
                .doesNotContain("configured", "created", "Warning", "error");
        assertThat(apply.code()).isZero();
        assertThat(version(cluster)).as("nothing is written").isEqualTo(before);
    }

    private static String version(SimulatedCluster cluster) {
        return cluster.get("apps/v1", "DaemonSet", "kube-system", "calico-node")
                .at("/metadata/resourceVersion")
                .asText();
    }

    private record Result(int code, String output) {}

    private static Result kubectl(Path kubeconfig, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kubectl", "--kubeconfig", kubeconfig.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        // The release has its budget in a version that the API server of 1.21 warns of.
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .replaceAll("Warning: policy/v1beta1 PodDisruptionBudget is deprecated .*\\R", "");
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), output);
    }

    private static boolean onPath(String program) {
        for (String folder : String.valueOf(System.getenv("PATH")).split(":", -1)) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }
}
