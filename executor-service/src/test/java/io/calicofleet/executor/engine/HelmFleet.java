package io.calicofleet.executor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.core.helm.HelmCall;
import io.calicofleet.executor.core.helm.HelmChart;
import io.calicofleet.executor.core.helm.HelmHistory;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.SimulatorOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Clusters whose Calico the real Helm has installed, and the steps run on them. */
abstract class HelmFleet {

    static final Path RELEASES = SimulatedFleet.OWN_RELEASES;
    static final CalicoVersion V3_20 = CalicoVersion.parse("v3.20.6");
    static final CalicoVersion V3_22 = CalicoVersion.parse("v3.22.5");
    static final CalicoVersion V3_24 = CalicoVersion.parse("v3.24.5");
    static final CalicoVersion V3_26 = CalicoVersion.parse("v3.26.5");
    static final CalicoVersion V3_28 = CalicoVersion.parse("v3.28.5");
    static final String VALUES = """
            {"installation": {"registry": "registry.example.com/", "calicoNetwork": {"mtu": 1410,
              "ipPools": [{"cidr": "10.20.0.0/16", "encapsulation": "VXLAN"}]}},
             "resources": {"requests": {"memory": "128Mi"}}}
            """;

    @TempDir
    Path directory;

    SimulatedFleet fleet;

    /** Those of the executors, with room for charts that a test makes. */
    Path releases;

    @BeforeEach
    void start() throws IOException {
        releases = directory.resolve("releases");
        copy(RELEASES, releases);
        fleet = new SimulatedFleet(directory, releases, SimulatorOptions.quick());
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    /** A cluster with Calico v3.20.6, installed by the real Helm as its users did it then. */
    SimulatedCluster installed(String id, String values) {
        SimulatedCluster cluster = fleet.cluster(ClusterTemplate.named(id));
        HelmChart chart = chart(V3_20);
        cluster.apply(new String(chart.files().get("crds/crds.yaml"), StandardCharsets.UTF_8));
        fleet.api(cluster)
                .helm()
                .install(new HelmCall("calico", "default", chart, json(values), "v1.21.14", "installed"));
        awaitCalico(cluster, V3_20);
        return cluster;
    }

    static HelmChart chart(CalicoVersion version) {
        return chart(RELEASES.resolve(version.toString()), version);
    }

    static HelmChart chart(Path folder, CalicoVersion version) {
        Path root = folder.resolve("tigera-operator");
        Map<String, byte[]> files = new HashMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                files.put(root.relativize(path).toString(), Files.readAllBytes(path));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new HelmChart("tigera-operator", version.toString(), files);
    }

    /** The chart of a release that has a way back still: that of v3.28.5 with its versions changed. */
    String chartOf(CalicoVersion version, String operator) {
        String folder = "charts-" + version;
        Path chart = releases.resolve(folder).resolve("tigera-operator");
        try {
            copy(RELEASES.resolve("v3.28.5/tigera-operator"), chart);
            for (String file : List.of("Chart.yaml", "values.yaml")) {
                String text = Files.readString(chart.resolve(file));
                Files.writeString(
                        chart.resolve(file),
                        text.replace("v3.28.5", version.toString()).replace("v1.34.13", operator));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return folder;
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(path));
                Files.createDirectories(target.getParent());
                Files.copy(path, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    StepProgress upgrade(
            SimulatedCluster cluster, String campaign, CalicoVersion from, CalicoVersion to, OnConflict rule) {
        return upgrade(cluster, campaign, 1, from, to, rule, null);
    }

    StepProgress upgrade(
            SimulatedCluster cluster,
            String campaign,
            int ordinal,
            CalicoVersion from,
            CalicoVersion to,
            OnConflict rule,
            String chart) {
        SimulatedFleet.Running executor = fleet.executor(cluster.id() + campaign + ordinal, cluster);
        return request(cluster, executor, campaign, ordinal, from, to, rule, chart);
    }

    static StepProgress request(
            SimulatedCluster cluster,
            SimulatedFleet.Running executor,
            String campaign,
            int ordinal,
            CalicoVersion from,
            CalicoVersion to,
            OnConflict rule,
            String chart) {
        StepId step = new StepId(
                CampaignName.of(campaign),
                executor.id(StepKind.UPGRADE_HELM_RELEASE, 1).cluster(),
                StepKind.UPGRADE_HELM_RELEASE,
                ordinal);
        StepParameters parameters =
                StepParameters.ofUpgrade(InstallMethod.HELM, from, to, rule).withChart(chart);
        return executor.run(new StepRequested(step, List.of(), parameters, "please " + cluster.id()));
    }

    StepProgress backup(SimulatedCluster cluster, CalicoVersion target, String... noWayBack) {
        return backup(cluster, V3_20, target, noWayBack);
    }

    StepProgress backup(SimulatedCluster cluster, CalicoVersion from, CalicoVersion target, String... noWayBack) {
        SimulatedFleet.Running executor = fleet.executor(cluster.id() + "backup", cluster);
        StepParameters parameters = StepParameters.ofUpgrade(InstallMethod.HELM, from, target, OnConflict.HOLD)
                .withNoWayBack(List.of(noWayBack));
        return executor.run(new StepRequested(executor.id(StepKind.BACKUP, 1), List.of(), parameters, "please"));
    }

    StepProgress restore(SimulatedCluster cluster) {
        SimulatedFleet.Running executor = fleet.executor(cluster.id() + "restore", cluster);
        return executor.run(
                new StepRequested(executor.id(StepKind.RESTORE, 1), List.of(), StepParameters.NONE, "please"));
    }

    /** What a Helm leaves that is killed after its first write: its new revision, pending. */
    void pending(SimulatedCluster cluster, int revision, String chartVersion) {
        HelmReleases.pending(cluster, history(cluster, "default").newest().orElseThrow(), revision, chartVersion);
    }

    static HelmHistory history(SimulatedCluster cluster, String namespace) {
        return HelmHistory.of(cluster.list("v1", "Secret", namespace), namespace, "calico");
    }

    static void awaitCalico(SimulatedCluster cluster, CalicoVersion version) {
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            JsonNode set = cluster.get("apps/v1", "DaemonSet", "calico-system", "calico-node");
            assertThat(set).isNotNull();
            assertThat(set.at("/spec/template/spec/containers/0/image").asText())
                    .endsWith(":" + version);
            assertThat(set.at("/status/updatedNumberScheduled").asInt()).isEqualTo(3);
            assertThat(set.at("/status/numberReady").asInt()).isEqualTo(3);
        });
    }

    static JsonNode operator(SimulatedCluster cluster) {
        return cluster.get("apps/v1", "Deployment", "tigera-operator", "tigera-operator");
    }

    static String owner(JsonNode object) {
        return object.path("metadata")
                .path("annotations")
                .path("meta.helm.sh/release-namespace")
                .asText();
    }

    static ObjectNode json(String text) {
        return HelmReleases.json(text);
    }

    static StepSucceeded succeeded(StepProgress outcome) {
        assertThat(outcome).isInstanceOf(StepSucceeded.class);
        return (StepSucceeded) outcome;
    }
}
