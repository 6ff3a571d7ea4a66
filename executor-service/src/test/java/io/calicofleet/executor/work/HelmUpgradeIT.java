package io.calicofleet.executor.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.HelmReleaseFact;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.core.helm.HelmCall;
import io.calicofleet.executor.core.helm.HelmChart;
import io.calicofleet.executor.core.helm.HelmHistory;
import io.calicofleet.executor.core.helm.HelmRelease;
import io.calicofleet.executor.step.Yaml;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.SimulatorOptions;
import io.calicofleet.simulator.demo.HelmInstall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real Helm, from release to release, on simulated clusters whose operator does what its version does. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HelmUpgradeIT {

    private static final Path RELEASES = Path.of("../cluster-simulator/src/main/releases");
    private static final CalicoVersion V3_20 = CalicoVersion.parse("v3.20.6");
    private static final CalicoVersion V3_22 = CalicoVersion.parse("v3.22.5");
    private static final CalicoVersion V3_26 = CalicoVersion.parse("v3.26.5");
    private static final CalicoVersion V3_28 = CalicoVersion.parse("v3.28.5");
    private static final String VALUES = """
            {"installation": {"registry": "registry.example.com/", "calicoNetwork": {"mtu": 1410,
              "ipPools": [{"cidr": "10.20.0.0/16", "encapsulation": "VXLAN"}]}},
             "resources": {"requests": {"memory": "128Mi"}}}
            """;

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;

    @BeforeEach
    void start() {
        fleet = new SimulatedFleet(directory, RELEASES, SimulatorOptions.quick());
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void upgrades_twice_and_moves_the_release_with_its_chart_while_the_values_survive() {
        // Given
        SimulatedCluster cluster = installed("twice", VALUES);
        // When
        StepSucceeded first = succeeded(upgrade(cluster, "c1", V3_20, V3_22, OnConflict.HOLD));
        // Then
        System.out.println(first);
        awaitCalico(cluster, V3_22);
        HelmRelease second = history(cluster, "default").newest().orElseThrow();
        assertThat(second.revision()).isEqualTo(2);
        assertThat(second.status()).isEqualTo("deployed");
        assertThat(second.values()).isEqualTo(json(VALUES));
        // When
        StepSucceeded moved = succeeded(upgrade(cluster, "c2", V3_22, V3_28, OnConflict.HOLD));
        // Then
        System.out.println(moved);
        awaitCalico(cluster, V3_28);
        assertThat(history(cluster, "default").revisions()).isEmpty();
        HelmRelease third = history(cluster, "tigera-operator").newest().orElseThrow();
        assertThat(third.chartVersion()).isEqualTo("v3.28.5");
        assertThat(third.values()).isEqualTo(json(VALUES));
        assertThat(cluster.get("v1", "Namespace", "", "tigera-operator")).isNotNull();
        JsonNode installation = cluster.get("operator.tigera.io/v1", "Installation", "", "default");
        assertThat(installation.at("/spec/calicoNetwork/mtu").asInt()).isEqualTo(1410);
        assertThat(owner(installation)).isEqualTo("tigera-operator");
        assertThat(operator(cluster)
                        .at("/spec/template/spec/containers/0/resources/requests/memory")
                        .asText())
                .isEqualTo("128Mi");
        assertThat(moved.notes()).anyMatch(note -> note.contains("-n tigera-operator"));
    }

    @Test
    void does_nothing_where_it_is_done() {
        // Given
        SimulatedCluster cluster = installed("again", "{}");
        succeeded(upgrade(cluster, "c1", V3_20, V3_28, OnConflict.HOLD));
        // When
        StepSucceeded again = succeeded(upgrade(cluster, "c2", V3_20, V3_28, OnConflict.HOLD));
        // Then
        assertThat(again.changes()).isEmpty();
        assertThat(history(cluster, "tigera-operator").revisions()).hasSize(1);
    }

    @Test
    void asks_about_values_that_would_hold_the_old_operator() {
        // Given
        SimulatedCluster cluster =
                installed("pinned", "{\"tigeraOperator\": {\"version\": \"v1.20.9\", \"registry\": \"quay.io\"}}");
        // When
        StepProgress held = upgrade(cluster, "c1", V3_20, V3_22, OnConflict.HOLD);
        // Then
        assertThat(held).isInstanceOf(StepHeld.class);
        assertThat(((StepHeld) held).conflicts())
                .extracting(FieldConflict::path)
                .containsExactly("tigeraOperator.version");
        assertThat(history(cluster, "default").revisions()).hasSize(1);
        // When
        StepSucceeded taken = succeeded(upgrade(cluster, "c1", 2, V3_20, V3_22, OnConflict.TAKE_NEW, null));
        // Then
        assertThat(taken.notes()).anyMatch(note -> note.contains("tigeraOperator.version"));
        awaitCalico(cluster, V3_22);
        assertThat(history(cluster, "default").newest().orElseThrow().values())
                .isEqualTo(json("{\"tigeraOperator\": {\"registry\": \"quay.io\"}}"));
    }

    @Test
    void refuses_a_chart_of_another_version_before_anything_is_written() throws IOException {
        // Given
        SimulatedCluster cluster = installed("wrong", "{}");
        Path wrong = directory.resolve("v3.22.5/tigera-operator");
        copy(RELEASES.resolve("v3.28.5/tigera-operator"), wrong);
        int writes = cluster.audit().size();
        // When
        StepProgress outcome = upgrade(
                cluster,
                "c1",
                1,
                V3_20,
                V3_22,
                OnConflict.HOLD,
                wrong.getParent().toString());
        // Then
        assertThat(outcome).isInstanceOf(StepFailed.class);
        assertThat(((StepFailed) outcome).reason()).isEqualTo(FailureReason.CHART_UNAVAILABLE);
        assertThat(((StepFailed) outcome).message()).contains("tigera-operator v3.28.5");
        assertThat(cluster.audit().stream().skip(writes))
                .as("nothing but our own lease and journal")
                .allMatch(entry -> entry.name().equals("calico-fleet"));
    }

    @Test
    void leaves_a_pending_revision_of_somebody_else_alone() {
        // Given
        SimulatedCluster cluster = installed("theirs", "{}");
        pending(cluster, 2, "v3.22.5");
        // When
        StepProgress outcome = upgrade(cluster, "c1", V3_20, V3_22, OnConflict.HOLD);
        // Then
        assertThat(outcome).isInstanceOf(StepFailed.class);
        assertThat(((StepFailed) outcome).message())
                .contains("default/calico revision 2 is pending-upgrade")
                .contains("helm rollback calico -n default");
    }

    @Test
    void goes_on_where_a_helm_of_ours_was_killed_in_the_middle() {
        // Given
        SimulatedCluster cluster = installed("killed", VALUES);
        // When
        StepProgress killed = request(
                cluster,
                fleet.executor("killed-1", cluster, api -> new KilledHelm(api, () -> pending(cluster, 2, "v3.22.5"))),
                "c1",
                1,
                V3_20,
                V3_22,
                OnConflict.HOLD,
                null);
        // Then
        assertThat(killed).isInstanceOf(StepFailed.class);
        assertThat(history(cluster, "default").newest().orElseThrow().pending()).isTrue();
        // When
        succeeded(upgrade(cluster, "c1", 2, V3_20, V3_22, OnConflict.HOLD, null));
        // Then
        awaitCalico(cluster, V3_22);
        assertThat(history(cluster, "default").newest().orElseThrow().values()).isEqualTo(json(VALUES));
        assertThat(history(cluster, "default").revisions())
                .extracting(HelmRelease::status)
                .containsExactly("superseded", "deployed");
    }

    @Test
    void goes_on_where_it_was_stopped_in_the_middle_of_the_move() {
        // Given
        SimulatedCluster cluster = installed("moving", VALUES);
        StepProgress stopped = request(
                cluster,
                fleet.executor("moving-1", cluster, api -> new KilledHelm(api, () -> {})),
                "c1",
                1,
                V3_20,
                V3_28,
                OnConflict.HOLD,
                null);
        assertThat(stopped).isInstanceOf(StepFailed.class);
        assertThat(owner(cluster.get("operator.tigera.io/v1", "Installation", "", "default")))
                .as("handed over already")
                .isEqualTo("tigera-operator");
        // When
        succeeded(upgrade(cluster, "c1", 2, V3_20, V3_28, OnConflict.HOLD, null));
        // Then
        awaitCalico(cluster, V3_28);
        assertThat(history(cluster, "default").revisions()).isEmpty();
        assertThat(history(cluster, "tigera-operator").newest().orElseThrow().values())
                .isEqualTo(json(VALUES));
    }

    @Test
    void the_way_back_deploys_the_earlier_chart_and_values_again() {
        // Given
        SimulatedCluster cluster = installed("back", VALUES);
        succeeded(backup(cluster, V3_22));
        succeeded(upgrade(cluster, "c1", V3_20, V3_22, OnConflict.HOLD));
        awaitCalico(cluster, V3_22);
        // When
        StepSucceeded restored = succeeded(restore(cluster));
        // Then
        System.out.println(restored);
        awaitCalico(cluster, V3_20);
        HelmRelease newest = history(cluster, "default").newest().orElseThrow();
        assertThat(newest.revision()).isEqualTo(3);
        assertThat(newest.chartVersion()).isEqualTo("v3.20.6");
        assertThat(newest.values()).isEqualTo(json(VALUES));
        assertThat(operator(cluster)
                        .at("/spec/template/spec/containers/0/image")
                        .asText())
                .isEqualTo("quay.io/tigera/operator:v1.20.9");
    }

    @Test
    void the_way_back_is_refused_where_it_cannot_be_promised_and_the_release_is_left_alone() {
        // Given
        SimulatedCluster cluster = installed("noway", "{}");
        succeeded(backupWithNoWayBack(cluster, V3_22, "It cannot be taken back."));
        succeeded(upgrade(cluster, "c1", V3_20, V3_22, OnConflict.HOLD));
        // When
        StepProgress refused = restore(cluster);
        // Then
        assertThat(refused).isInstanceOfSatisfying(StepFailed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(FailureReason.ROLLBACK_REFUSED);
            assertThat(failed.message()).contains("It cannot be taken back.");
        });
        assertThat(history(cluster, "default").newest().orElseThrow().revision())
                .isEqualTo(2);
    }

    @Test
    void the_way_back_moves_the_release_back_as_well() throws IOException {
        // Given
        SimulatedCluster cluster = installed("home", VALUES);
        String chart = chartOf26();
        succeeded(backup(cluster, V3_26));
        succeeded(upgrade(cluster, "c1", 1, V3_20, V3_26, OnConflict.HOLD, chart));
        awaitCalico(cluster, V3_26);
        assertThat(history(cluster, "default").revisions()).isEmpty();
        // When
        succeeded(restore(cluster));
        // Then
        awaitCalico(cluster, V3_20);
        assertThat(history(cluster, "tigera-operator").revisions()).isEmpty();
        assertThat(history(cluster, "default").newest().orElseThrow().values()).isEqualTo(json(VALUES));
        assertThat(owner(cluster.get("operator.tigera.io/v1", "Installation", "", "default")))
                .isEqualTo("default");
    }

    /** The chart of v3.26.5, whose release has a way back still: that of v3.28.5 with its versions changed. */
    private String chartOf26() throws IOException {
        Path chart = directory.resolve("charts/tigera-operator");
        copy(RELEASES.resolve("v3.28.5/tigera-operator"), chart);
        for (String file : List.of("Chart.yaml", "values.yaml")) {
            String text = Files.readString(chart.resolve(file));
            Files.writeString(
                    chart.resolve(file), text.replace("v3.28.5", "v3.26.5").replace("v1.34.13", "v1.30.11"));
        }
        return chart.getParent().toString();
    }

    @Test
    void takes_up_what_the_simulator_installs_as_helm_does() throws IOException {
        // Given
        SimulatedCluster cluster = fleet.cluster(ClusterTemplate.named("simulated"));
        HelmInstall.install(cluster, file -> chartFile(V3_20, file), VALUES);
        awaitCalico(cluster, V3_20);
        String rendered = fleet.api(cluster)
                .helm()
                .template(new HelmCall("calico", "default", chart(V3_20), json(VALUES), "v1.21.14", ""));
        HelmRelease before = history(cluster, "default").newest().orElseThrow();
        assertThat(Yaml.read(before.manifest()).stream()
                        .filter(object -> !object.path("kind").asText().equals("PodSecurityPolicy")))
                .as("what the simulator renders, but for a kind that only a cluster tells of")
                .containsExactlyInAnyOrderElementsOf(Yaml.read(rendered));
        // When
        StepSucceeded inspected = succeeded(fleet.executor("simulated-i", cluster)
                .run(new StepRequested(
                        fleet.executor("simulated-j", cluster).id(StepKind.INSPECT, 1),
                        List.of(),
                        StepParameters.ofUpgrade(null, null, V3_28, OnConflict.HOLD),
                        "please")));
        succeeded(upgrade(cluster, "c1", V3_20, V3_22, OnConflict.HOLD));
        // Then
        assertThat(inspected.facts().installMethod()).isEqualTo(InstallMethod.HELM);
        assertThat(inspected.facts().helmRelease())
                .isEqualTo(new HelmReleaseFact("calico", "default", "tigera-operator", "v3.20.6", 1));
        assertThat(inspected.notes()).anyMatch(note -> note.contains("moves from the namespace default"));
        awaitCalico(cluster, V3_22);
        assertThat(history(cluster, "default").newest().orElseThrow().values()).isEqualTo(json(VALUES));
    }

    private static String chartFile(CalicoVersion version, String file) {
        try {
            return Files.readString(RELEASES.resolve(version.toString()).resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A cluster with Calico v3.20.6, installed by the real Helm as its users did it then. */
    private SimulatedCluster installed(String id, String values) {
        SimulatedCluster cluster = fleet.cluster(ClusterTemplate.named(id));
        HelmChart chart = chart(V3_20);
        cluster.apply(new String(chart.files().get("crds/crds.yaml"), StandardCharsets.UTF_8));
        fleet.api(cluster)
                .helm()
                .install(new HelmCall("calico", "default", chart, json(values), "v1.21.14", "installed"));
        awaitCalico(cluster, V3_20);
        return cluster;
    }

    private static HelmChart chart(CalicoVersion version) {
        Path root = RELEASES.resolve(version.toString()).resolve("tigera-operator");
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

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(path));
                Files.createDirectories(target.getParent());
                Files.copy(path, target);
            }
        }
    }

    private StepProgress upgrade(
            SimulatedCluster cluster, String campaign, CalicoVersion from, CalicoVersion to, OnConflict rule) {
        return upgrade(cluster, campaign, 1, from, to, rule, null);
    }

    private StepProgress upgrade(
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

    private static StepProgress request(
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
                new StepParameters(InstallMethod.HELM, from, to, rule, false, null, chart, null, false, List.of());
        return executor.run(new StepRequested(step, List.of(), parameters, "please " + cluster.id()));
    }

    private StepProgress backup(SimulatedCluster cluster, CalicoVersion target) {
        SimulatedFleet.Running executor = fleet.executor(cluster.id() + "backup", cluster);
        return executor.run(new StepRequested(
                executor.id(StepKind.BACKUP, 1),
                List.of(),
                StepParameters.ofUpgrade(InstallMethod.HELM, V3_20, target, OnConflict.HOLD),
                "please"));
    }

    private StepProgress backupWithNoWayBack(SimulatedCluster cluster, CalicoVersion target, String sentence) {
        SimulatedFleet.Running executor = fleet.executor(cluster.id() + "backup", cluster);
        StepParameters parameters = StepParameters.ofUpgrade(InstallMethod.HELM, V3_20, target, OnConflict.HOLD)
                .withNoWayBack(List.of(sentence));
        return executor.run(new StepRequested(executor.id(StepKind.BACKUP, 1), List.of(), parameters, "please"));
    }

    private StepProgress restore(SimulatedCluster cluster) {
        SimulatedFleet.Running executor = fleet.executor(cluster.id() + "restore", cluster);
        return executor.run(
                new StepRequested(executor.id(StepKind.RESTORE, 1), List.of(), StepParameters.NONE, "please"));
    }

    /** What a Helm leaves that is killed after its first write: its new revision, pending. */
    private void pending(SimulatedCluster cluster, int revision, String chartVersion) {
        HelmReleases.pending(cluster, history(cluster, "default").newest().orElseThrow(), revision, chartVersion);
    }

    private static HelmHistory history(SimulatedCluster cluster, String namespace) {
        return HelmHistory.of(cluster.list("v1", "Secret", namespace), namespace, "calico");
    }

    private static void awaitCalico(SimulatedCluster cluster, CalicoVersion version) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            JsonNode set = cluster.get("apps/v1", "DaemonSet", "calico-system", "calico-node");
            assertThat(set).isNotNull();
            assertThat(set.at("/spec/template/spec/containers/0/image").asText())
                    .endsWith(":" + version);
            assertThat(set.at("/status/updatedNumberScheduled").asInt()).isEqualTo(3);
            assertThat(set.at("/status/numberReady").asInt()).isEqualTo(3);
        });
    }

    private static JsonNode operator(SimulatedCluster cluster) {
        return cluster.get("apps/v1", "Deployment", "tigera-operator", "tigera-operator");
    }

    private static String owner(JsonNode object) {
        return object.path("metadata")
                .path("annotations")
                .path("meta.helm.sh/release-namespace")
                .asText();
    }

    private static ObjectNode json(String text) {
        return HelmReleases.json(text);
    }

    private static StepSucceeded succeeded(StepProgress outcome) {
        assertThat(outcome).isInstanceOf(StepSucceeded.class);
        return (StepSucceeded) outcome;
    }
}
