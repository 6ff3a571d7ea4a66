package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.ContainerImages;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.event.WorkloadObservation;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.SimulatorOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Releases that move and rename what others have, made from those of the simulator. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class DerivedReleasesIT {

    private static final CalicoVersion OLD = CalicoVersion.parse("v3.22.5");
    private static final CalicoVersion OWN = CalicoVersion.parse("v3.28.5");
    private static final CalicoVersion NEW = CalicoVersion.parse("v3.31.7");
    private static final String REGISTRY = "reg.example:5000/mirror/";

    @TempDir
    private Path directory;

    private Path releases;
    private SimulatedFleet fleet;

    @BeforeEach
    void start() throws IOException {
        releases = Files.createDirectories(directory.resolve("releases"));
        for (String file : List.of("canal.yaml", "calico.yaml")) {
            write(OLD, file, own(OLD, file));
            write(
                    NEW,
                    file,
                    own(OWN, file)
                            .replace(OWN.toString(), NEW.toString())
                            .replace("docker.io/calico/", "quay.io/calico/")
                            .replace("mount-bpffs", "ebpf-bootstrap"));
        }
        fleet = new SimulatedFleet(directory, releases, SimulatorOptions.quick());
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void a_private_registry_serves_renamed_containers_and_moved_paths_and_what_people_changed_goes_along() {
        // Given
        SimulatedCluster cluster = fleet.cluster(ClusterTemplate.named("private")
                .withManifest(read(OLD, "canal.yaml")
                        .replace("image: docker.io/", "image: " + REGISTRY)
                        .replace("image: quay.io/", "image: " + REGISTRY)
                        .replace(
                                "- name: mount-bpffs\n",
                                "- name: mount-bpffs\n          resources: {limits: {memory: 64Mi}}\n")));
        // When
        ClusterFacts facts = requireNonNull(succeeded(cluster, InstallMethod.MANIFEST_CANAL, StepKind.INSPECT)
                .facts());
        // Then
        assertThat(facts.installMethod()).isEqualTo(InstallMethod.MANIFEST_CANAL);
        assertThat(facts.calicoVersion()).isEqualTo(OLD);
        assertThat(facts.conflicts()).isEmpty();
        assertThat(facts.notes())
                .anyMatch(note -> note.contains("container mount-bpffs is ebpf-bootstrap in the target"));
        // When
        succeeded(cluster, InstallMethod.MANIFEST_CANAL, StepKind.BACKUP);
        StepSucceeded upgraded = succeeded(cluster, InstallMethod.MANIFEST_CANAL, StepKind.UPGRADE);
        // Then
        assertThat(upgraded.changes()).contains("DaemonSet kube-system/canal");
        JsonNode pod =
                cluster.get("apps/v1", "DaemonSet", "kube-system", "canal").at("/spec/template/spec");
        assertThat(pod.path("initContainers").findValuesAsText("name")).contains("ebpf-bootstrap");
        assertThat(pod.path("initContainers").findValuesAsText("name")).doesNotContain("mount-bpffs");
        pod.path("initContainers").forEach(container -> {
            if (container.path("name").asText().equals("ebpf-bootstrap")) {
                assertThat(container.at("/resources/limits/memory").asText()).isEqualTo("64Mi");
                assertThat(container.path("image").asText()).isEqualTo(REGISTRY + "calico/node:" + NEW);
            }
        });
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            List<WorkloadObservation> seen = fleet.executor("run1", cluster)
                    .observe(request(cluster, InstallMethod.MANIFEST_CANAL, StepKind.UPGRADE))
                    .workloads();
            assertThat(seen).isNotEmpty().allMatch(workload -> workload.podsOfOtherRevision() == 0);
            assertThat(seen)
                    .flatExtracting(WorkloadObservation::podImages)
                    .extracting(ContainerImages::image)
                    .isNotEmpty()
                    .allMatch(image -> image.startsWith(REGISTRY))
                    .contains(REGISTRY + "flannel/flannel:v0.24.3");
        });
    }

    @Test
    void an_install_of_calico_vxlan_is_upgraded_with_that_file_and_nothing_of_it_counts_as_a_change()
            throws IOException {
        // Given
        for (CalicoVersion version : List.of(OLD, NEW)) {
            write(version, "calico-vxlan.yaml", vxlan(read(version, "calico.yaml")));
        }
        SimulatedCluster vxlan =
                fleet.cluster(ClusterTemplate.named("vxlan").withManifest(read(OLD, "calico-vxlan.yaml")));
        SimulatedCluster usual = fleet.cluster(ClusterTemplate.named("usual").withManifest(read(OLD, "calico.yaml")));
        // When
        ClusterFacts facts = requireNonNull(
                succeeded(vxlan, InstallMethod.MANIFEST_KDD, StepKind.INSPECT).facts());
        ClusterFacts others = requireNonNull(
                succeeded(usual, InstallMethod.MANIFEST_KDD, StepKind.INSPECT).facts());
        // Then
        assertThat(requireNonNull(facts.releases()).base()).isEqualTo(OLD + "/calico-vxlan.yaml");
        assertThat(requireNonNull(others.releases()).base()).isEqualTo(OLD + "/calico.yaml");
        assertThat(facts.customisations()).isEmpty();
        assertThat(facts.conflicts()).isEmpty();
        // When
        succeeded(vxlan, InstallMethod.MANIFEST_KDD, StepKind.BACKUP);
        succeeded(vxlan, InstallMethod.MANIFEST_KDD, StepKind.UPGRADE);
        // Then
        assertThat(vxlan.get("v1", "ConfigMap", "kube-system", "calico-config")
                        .at("/data/calico_backend")
                        .asText())
                .isEqualTo("vxlan");
        assertThat(vxlan.get("apps/v1", "DaemonSet", "kube-system", "calico-node")
                        .toString())
                .contains("quay.io/calico/node:" + NEW)
                .doesNotContain("bird-ready");
    }

    private static String vxlan(String calico) {
        String vxlan = calico.replaceFirst("calico_backend: \"?bird\"?", "calico_backend: vxlan")
                .replace("{name: CALICO_IPV4POOL_IPIP, value: Always}", "{name: CALICO_IPV4POOL_IPIP, value: Never}")
                .replace(
                        "{name: CALICO_IPV4POOL_VXLAN, value: Never}",
                        "{name: CALICO_IPV4POOL_VXLAN, value: CrossSubnet}")
                .replaceAll(", \"?-bird-(live|ready)\"?", "");
        assertThat(vxlan).isNotEqualTo(calico);
        return vxlan;
    }

    private StepSucceeded succeeded(SimulatedCluster cluster, InstallMethod method, StepKind kind) {
        StepProgress outcome = fleet.executor("run1", cluster).run(request(cluster, method, kind));
        assertThat(outcome).as(kind.toString()).isInstanceOf(StepSucceeded.class);
        return (StepSucceeded) outcome;
    }

    private static StepRequested request(SimulatedCluster cluster, InstallMethod method, StepKind kind) {
        return SimulatedFleet.request(cluster, method, kind, OLD, NEW, OnConflict.HOLD, List.of());
    }

    private String read(CalicoVersion version, String file) {
        return SimulatedFleet.manifest(releases, version, file);
    }

    private static String own(CalicoVersion version, String file) {
        return SimulatedFleet.manifest(SimulatedFleet.OWN_RELEASES, version, file);
    }

    private void write(CalicoVersion version, String file, String text) throws IOException {
        Path folder = Files.createDirectories(releases.resolve(version.toString()));
        Files.writeString(folder.resolve(file), text);
    }
}
