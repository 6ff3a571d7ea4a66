package io.calicofleet.executor.engine;

import static io.calicofleet.executor.engine.OperatorClusters.awaitCalico;
import static io.calicofleet.executor.engine.OperatorClusters.condition;
import static io.calicofleet.executor.engine.OperatorClusters.installation;
import static io.calicofleet.executor.engine.OperatorClusters.nodeImage;
import static io.calicofleet.executor.engine.OperatorClusters.operator;
import static io.calicofleet.executor.engine.OperatorClusters.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.FailureReason;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.port.StepHandler;
import io.calicofleet.executor.port.StepHandlers;
import io.calicofleet.executor.step.Steps;
import io.calicofleet.executor.step.operator.UpgradeOperatorStep;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.SimulatorOptions;
import io.calicofleet.simulator.demo.DemoReleases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clusters that are half something else, and operators that do not come up. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class OperatorHalfwayIT {

    @TempDir
    private Path directory;

    private SimulatedFleet fleet;
    private SimulatedCluster cluster;
    private Path releases;

    @BeforeEach
    void start() {
        releases = OperatorClusters.releases(directory);
        fleet = new SimulatedFleet(directory, releases, SimulatorOptions.quick());
        cluster = OperatorClusters.install(fleet, "o");
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @ParameterizedTest
    @CsvSource({"calico.yaml, calico-node", "canal.yaml, canal"})
    void an_install_by_manifest_beside_the_operator_is_refused_before_a_write(String manifest, String daemonSet) {
        // Given
        // The operator does not see a canal, and one that cannot work takes nothing over.
        cluster.faults().operatorDegraded("it cannot work");
        cluster.apply(DemoReleases.text("v3.22.5", manifest));
        // When
        StepFailed failed = failed(upgrade("c1", OnConflict.HOLD));
        // Then
        assertThat(failed.reason()).isEqualTo(FailureReason.UNEXPECTED_STATE);
        assertThat(failed.message()).contains("finish the migration to the operator first");
        assertThat(failed.evidence()).anyMatch(line -> line.contains("kube-system/" + daemonSet));
        assertNothingWritten();
    }

    @Test
    void an_operator_that_is_scaled_to_nothing_is_refused() {
        // Given
        cluster.patch("apps/v1", "Deployment", "tigera-operator", "tigera-operator", """
                {"spec":{"replicas":0}}""");
        // When
        StepFailed failed = failed(upgrade("c1", OnConflict.HOLD));
        // Then
        assertThat(failed.message()).contains("scaled to 0");
        assertNothingWritten();
    }

    @Test
    void a_helm_release_is_refused() {
        // Given
        cluster.patch("operator.tigera.io/v1", "Installation", "", "default", """
                {"metadata":{"labels":{"app.kubernetes.io/managed-by":"Helm"},
                "annotations":{"meta.helm.sh/release-name":"calico","meta.helm.sh/release-namespace":"default"}}}""");
        // When
        StepFailed failed = failed(upgrade("c1", OnConflict.HOLD));
        // Then
        assertThat(failed.message()).contains("Helm chart");
        assertNothingWritten();
    }

    @Test
    void an_operator_whose_image_never_comes_fails_the_step_although_the_old_one_says_that_all_is_well() {
        // Given
        cluster.faults().imagePullFails("*", "tigera/operator:v1.25.13");
        // When
        StepFailed failed = failed(executor("run1", Duration.ofSeconds(1))
                .run(request(cluster, StepKind.UPGRADE_OPERATOR, "v3.22.5", "c1")));
        // Then
        assertThat(failed.evidence()).anyMatch(line -> line.contains("ImagePullBackOff"));
        assertThat(condition(cluster, "Available")).isEqualTo("True");
        assertThat(nodeImage(cluster)).endsWith("v3.20.6");
        // When
        cluster.faults().clear();
        StepProgress again = executor("run2", Duration.ofSeconds(20))
                .run(request(cluster, StepKind.UPGRADE_OPERATOR, "v3.22.5", "c2"));
        // Then
        assertThat(again).isInstanceOf(StepSucceeded.class);
        awaitCalico(cluster, "v3.22.5");
    }

    @Test
    void a_field_the_target_would_drop_waits_for_a_decision() throws IOException {
        // Given
        Path file = releases.resolve("v3.22.5/tigera-operator.yaml");
        String release = Files.readString(file);
        Files.writeString(file, release.replaceFirst("nodeUpdateStrategy:", "somethingElse:"));
        assertThat(Files.readString(file)).isNotEqualTo(release);
        // When
        StepProgress held = upgrade("c1", OnConflict.HOLD);
        // Then
        assertThat(held).isInstanceOf(StepHeld.class);
        assertThat(((StepHeld) held).reason()).isEqualTo(HoldReason.CUSTOMISATION_CONFLICTS);
        assertThat(((StepHeld) held).conflicts())
                .anyMatch(conflict -> conflict.path().equals("spec.nodeUpdateStrategy")
                        && conflict.mine().contains("\"maxUnavailable\":2"));
        assertThat(failed(upgrade("c2", OnConflict.KEEP_MINE)).message()).contains("cannot be kept");
        assertNothingWritten();
        // When
        StepProgress decided = upgrade("c3", OnConflict.TAKE_NEW);
        // Then
        assertThat(decided).isInstanceOf(StepSucceeded.class);
        assertThat(((StepSucceeded) decided).notes())
                .anyMatch(note -> note.contains("spec.nodeUpdateStrategy: dropped"));
    }

    @Test
    void what_somebody_began_by_hand_is_finished_once_a_person_said_how() {
        // Given
        cluster.apply(DemoReleases.text("v3.28.5", "operator-crds.yaml"));
        cluster.delete("apps/v1", "Deployment", "tigera-operator", "tigera-operator");
        // When
        StepProgress held = upgrade("c1", OnConflict.HOLD, "v3.28.5");
        // Then
        assertThat(held)
                .isInstanceOfSatisfying(
                        StepHeld.class, step -> assertThat(step.reason()).isEqualTo(HoldReason.BASE_UNKNOWN));
        assertNothingWritten();
        // When
        StepRequested asked = request(cluster, StepKind.UPGRADE_OPERATOR, "v3.28.5", "c2", OnConflict.HOLD);
        StepProgress finished = fleet.executor("c2", cluster)
                .run(new StepRequested(
                        asked.step(),
                        asked.gates(),
                        asked.parameters().withRuleWithoutBase(OnConflict.TAKE_NEW),
                        asked.summary()));
        // Then
        assertThat(finished).isInstanceOf(StepSucceeded.class);
        awaitCalico(cluster, "v3.28.5");
        assertThat(operator(cluster)
                        .at("/spec/template/spec/containers/0/image")
                        .asText())
                .endsWith("operator:v1.34.13");
        assertThat(installation(cluster).at("/spec/calicoNetwork/mtu").asInt()).isEqualTo(1410);
    }

    private StepProgress upgrade(String campaign, OnConflict rule) {
        return upgrade(campaign, rule, "v3.22.5");
    }

    private StepProgress upgrade(String campaign, OnConflict rule, String target) {
        return fleet.executor(campaign, cluster)
                .run(request(cluster, StepKind.UPGRADE_OPERATOR, target, campaign, rule));
    }

    /** One whose operator has only so long to roll out. */
    private SimulatedFleet.Running executor(String run, Duration rollout) {
        List<StepHandler> handlers = Arrays.stream(StepKind.values())
                .map(kind -> kind == StepKind.UPGRADE_OPERATOR
                        ? new UpgradeOperatorStep(rollout)
                        : Steps.all().of(kind))
                .toList();
        return fleet.executor(run, cluster, UnaryOperator.identity(), new StepHandlers(handlers));
    }

    private void assertNothingWritten() {
        assertThat(cluster.audit())
                .filteredOn(entry -> !entry.namespace().equals("kube-system")
                        && !entry.resource().contains("selfsubjectaccessreviews"))
                .isEmpty();
    }

    private static StepFailed failed(StepProgress outcome) {
        assertThat(outcome).isInstanceOf(StepFailed.class);
        return (StepFailed) outcome;
    }
}
