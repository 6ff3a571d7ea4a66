package io.calicofleet.cli.rehearse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.local.Installation;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.Simulator;
import io.calicofleet.simulator.SimulatorOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
class RolloutIT {

    private static final Duration SHORT = Duration.ofMillis(500);

    private final Simulator simulator = Simulator.start(SimulatorOptions.quick());
    private final SimulatedCluster cluster =
            simulator.addCluster(ClusterTemplate.named("one").withNodes(2));

    @AfterEach
    void close() {
        simulator.close();
    }

    private static String release(String file) throws IOException {
        return Files.readString(Installation.here().demoReleases().resolve(file));
    }

    @Test
    void waits_until_all_pods_are_ready() throws Exception {
        cluster.apply(release("v3.13.4/calico.yaml"));

        assertThat(new Rollout(cluster).await()).isEmpty();
        assertThat(cluster.nodeVersions()).hasSize(2);
    }

    @Test
    void what_does_not_get_ready_beside_Calico_is_told() throws Exception {
        cluster.apply(release("v3.13.4/calico.yaml"));
        assertThat(new Rollout(cluster).await()).isEmpty();
        cluster.patch(
                "apps/v1",
                "Deployment",
                "kube-system",
                "calico-kube-controllers",
                "{\"spec\":{\"template\":{\"spec\":{\"nodeSelector\":{\"no\":\"node\"}}}}}");

        assertThat(new Rollout(cluster, SHORT).await())
                .containsExactly(
                        "Before the upgrade Deployment kube-system/calico-kube-controllers had 0 of 1 pods ready on the simulated"
                                + " cluster.");
    }

    @Test
    void an_operator_without_an_Installation_installs_nothing_which_is_told() throws IOException {
        cluster.apply(release("v3.20.6/tigera-operator.yaml"));

        assertThatThrownBy(() -> new Rollout(cluster, SHORT).await())
                .hasMessageContaining("Calico does not come up on the simulated cluster")
                .hasMessageContaining("give its Installation as well")
                .satisfies(e -> assertThat(((CliException) e).exitCode()).isEqualTo(ExitCodes.USAGE));
    }

    @Test
    void what_an_operator_says_of_it_is_told() throws Exception {
        cluster.apply(release("v3.20.6/tigera-operator.yaml"));
        cluster.apply("""
                apiVersion: operator.tigera.io/v1
                kind: ImageSet
                metadata: {name: calico-v3.20.6}
                spec: {images: []}
                """);
        cluster.apply(release("v3.20.6/custom-resources.yaml"));

        assertThatThrownBy(() -> new Rollout(cluster, Duration.ofSeconds(5)).await())
                .hasMessageContaining("Its operator says: ");
    }
}
