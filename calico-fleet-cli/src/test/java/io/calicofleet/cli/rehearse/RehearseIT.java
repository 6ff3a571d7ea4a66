package io.calicofleet.cli.rehearse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.Run;
import io.calicofleet.cli.local.Installation;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.Simulator;
import io.calicofleet.simulator.SimulatorOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The services as processes, and the simulated cluster in this one. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(400)
class RehearseIT {

    private static final Path RELEASES = Installation.here().demoReleases();

    @TempDir
    private Path folder;

    @BeforeEach
    void packaged() {
        List<Path> missing = Installation.here().missing().stream()
                .filter(path -> path.toString().contains("quarkus-app"))
                .toList();
        assumeTrue(missing.isEmpty(), () -> "not packaged, run ./mvnw verify at the top: " + missing);
    }

    /** With an MTU and a setting of Felix that are people's. */
    private static String changed() throws IOException {
        String manifest = Files.readString(RELEASES.resolve("v3.13.4/calico.yaml"));
        String mine = manifest.replaceFirst("veth_mtu: \"\\d+\"", "veth_mtu: \"1410\"")
                .replaceFirst(
                        "(?m)^( +)- \\{name: FELIX_HEALTHENABLED",
                        "$1- {name: FELIX_XDPENABLED, value: \"false\"}\n$0");
        assertThat(mine).contains("1410", "FELIX_XDPENABLED");
        return mine;
    }

    @Test
    void without_the_file_that_was_installed_what_differs_is_asked_and_nothing_is_written() throws IOException {
        Path manifest = Files.writeString(folder.resolve("mine.yaml"), changed());
        Path target =
                Files.createDirectories(folder.resolve("releases/v3.22.5")).resolve("calico.yaml");
        Files.copy(RELEASES.resolve("v3.22.5/calico.yaml"), target);

        Run run = Run.of(
                "rehearse",
                "--manifest",
                manifest.toString(),
                "--from-kubernetes",
                "v1.21",
                "--target",
                "v3.22.5",
                "--nodes",
                "2",
                "--releases",
                folder.resolve("releases").toString());

        assertThat(run.exitCode()).as(run.err() + run.out()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.out())
                .contains(
                        "mine.yaml on Kubernetes v1.21.0, 2 nodes: v3.13.4 to v3.22.5",
                        "would be held until a person decides",
                        "installed by  manifest-kdd, v3.13.4, datastore kubernetes, in kube-system",
                        "base          none is proven",
                        "there is no v3.13.4/calico.yaml",
                        "to be decided",
                        "ConfigMap kube-system/calico-config  data.veth_mtu",
                        "yours         \"1410\"",
                        "customisations: {withoutBase: keep-mine}",
                        "objects written\n  none",
                        "what a rehearsal cannot tell");
    }

    @Test
    void a_cluster_is_read_and_its_copy_upgraded_with_the_settings_of_a_campaign() throws IOException {
        Path campaign = Files.writeString(folder.resolve("campaign.yaml"), """
                apiVersion: calico-fleet/v1
                kind: Campaign
                name: theirs
                target: v3.22.5
                clusters: {all: true}
                waves: [{name: canary, clusters: {count: 1}}, {name: rest}]
                gates: {pods: {deadline: PT20M}}
                customisations: {onConflict: keep-mine}
                """);
        Path kubeconfigs = folder.resolve("kubeconfigs");
        try (Simulator simulator = Simulator.start(SimulatorOptions.quick())) {
            SimulatedCluster real = simulator.addCluster(ClusterTemplate.named("eu-west-1")
                    .withKubernetes("v1.21.14")
                    .withNodes(2)
                    .withManifest(changed()));
            simulator.writeKubeconfigs(kubeconfigs);

            Run run = Run.of(
                    "rehearse",
                    "--cluster",
                    "eu-west-1",
                    "--kubeconfigs",
                    kubeconfigs.toString(),
                    "--campaign",
                    campaign.toString(),
                    "--releases",
                    RELEASES.toString(),
                    "-o",
                    "json");

            assertThat(run.exitCode()).as(run.err() + run.out()).isEqualTo(ExitCodes.OK);
            assertThat(real.audit()).isEmpty();
            JsonNode report = EventJson.mapper().readTree(run.out());
            assertThat(report.path("outcome").asText()).isEqualTo("succeeded");
            assertThat(report.path("kubernetes").asText()).isEqualTo("v1.21.14");
            assertThat(report.path("nodes").asInt()).isEqualTo(2);
            assertThat(report.at("/found/installMethod").asText()).isEqualTo("manifest-kdd");
            assertThat(report.path("adjusted").toString())
                    .contains("waves is left out", "gates.pods.deadline is PT1M30S in place of PT20M");
            assertThat(report.path("objects"))
                    .anySatisfy(object -> {
                        assertThat(object.path("object").asText()).isEqualTo("DaemonSet kube-system/calico-node");
                        assertThat(object.path("action").asText()).isEqualTo("changed");
                        assertThat(object.path("fields"))
                                .anySatisfy(field -> {
                                    assertThat(field.path("path").asText())
                                            .isEqualTo("spec.template.spec.containers[calico-node].image");
                                    assertThat(field.path("before").asText()).endsWith("node:v3.13.4");
                                    assertThat(field.path("after").asText()).endsWith("node:v3.22.5");
                                })
                                .noneSatisfy(field ->
                                        assertThat(field.path("path").asText()).contains("FELIX_XDPENABLED"));
                    })
                    .noneSatisfy(
                            object -> assertThat(object.path("object").asText()).contains("calico-fleet"));
            assertThat(report.path("restarts")).anySatisfy(restart -> {
                assertThat(restart.path("workload").asText()).isEqualTo("DaemonSet kube-system/calico-node");
                assertThat(restart.path("replaced").asInt()).isEqualTo(2);
            });
            assertThat(report.at("/gates/upgrade~11").toString())
                    .contains("\"passed\"")
                    .doesNotContain("\"failed\"");
        }
    }
}
