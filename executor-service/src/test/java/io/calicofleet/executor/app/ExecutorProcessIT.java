package io.calicofleet.executor.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.calicofleet.broker.TemporaryBroker;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ChecksObserved;
import io.calicofleet.event.ClusterAnnounced;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.Event;
import io.calicofleet.event.EventIds;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.StepAccepted;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.Topics;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.Simulator;
import io.calicofleet.simulator.SimulatorOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Execution(ExecutionMode.CONCURRENT)
@Order(1)
class ExecutorProcessIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    private Path directory;

    private TemporaryBroker broker;
    private TestBus bus;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Files.exists(ExecutorProcess.JAR), "skipped: the executor is not packaged, run this by verify");
        broker = TemporaryBroker.start();
        Topics.create(broker.bootstrapServers());
        bus = new TestBus(broker.bootstrapServers());
    }

    @AfterEach
    void stop() {
        if (bus != null) {
            bus.close();
            broker.close();
        }
    }

    @Test
    void a_drill_goes_from_its_request_to_its_acknowledgement_by_a_verdict() throws Exception {
        try (ExecutorProcess executor = executor(3)) {
            // When
            StepRequested request = drill("drill-00002", 1);
            bus.send(EventIds.requested(request.step()), request);
            // Then
            eventually(() -> assertThat(checks(request.step())).isNotEmpty());
            assertThat(progress(request.step()))
                    .extracting(event -> (Object) event.data().getClass())
                    .as("a busy machine may take long enough to announce it first")
                    .containsSubsequence(StepSucceeded.class)
                    .isSubsetOf(StepAccepted.class, StepSucceeded.class)
                    .doesNotHaveDuplicates();
            assertThat(progress(request.step()))
                    .allSatisfy(event -> assertThat(event.attributes().trace()).isEqualTo(TestBus.TRACE));
            assertThat(committed()).as("not before the verdict").isZero();
            // When
            judge(request.step());
            // Then
            eventually(() -> assertThat(committed()).isEqualTo(1));
            assertThat(bus.events(ClusterAnnounced.class))
                    .extracting(
                            event -> ((ClusterAnnounced) event.data()).cluster().value())
                    .containsExactlyInAnyOrder("drill-00001", "drill-00002", "drill-00003");
            assertThat(executor.get("/q/metrics").body()).contains("calico_fleet_executor_step_acting_seconds_count");
            assertThat(executor.get("/nowhere").body()).contains("urn:calico-fleet:problem:http-404", "'/nowhere'");
            assertThat(executor.log()).doesNotContain("WARNING:", "ERROR");
        }
    }

    @Test
    void what_was_not_judged_when_it_was_killed_is_delivered_again_and_judged_then() throws Exception {
        StepRequested request = drill("drill-00001", 1);
        ExecutorProcess first = executor(1);
        bus.send(EventIds.requested(request.step()), request);
        eventually(() -> assertThat(checks(request.step())).isNotEmpty());
        // When
        first.kill();
        int before = checks(request.step()).size();
        try (ExecutorProcess second = executor(1)) {
            // Then
            eventually(() -> assertThat(checks(request.step())).hasSizeGreaterThan(before));
            judge(request.step());
            eventually(() -> assertThat(committed()).isEqualTo(1));
            assertThat(second.ready()).isTrue();
        }
    }

    @Test
    void a_record_nobody_can_read_goes_to_the_dead_letters_and_the_next_one_is_done() throws Exception {
        try (ExecutorProcess executor = executor(1)) {
            // When
            bus.sendRaw(Topic.STEPS, "drill-00001", "{ no event".getBytes(UTF_8));
            StepRequested request = drill("drill-00001", 1);
            bus.send(EventIds.requested(request.step()), request);
            // Then
            eventually(() -> assertThat(checks(request.step())).isNotEmpty());
            judge(request.step());
            eventually(() -> assertThat(committed()).isEqualTo(2));
            assertThat(bus.on(Topic.DEAD_LETTERS)).hasSize(1);
            assertThat(executor.ready()).isTrue();
        }
    }

    @Test
    void a_cluster_it_does_not_serve_fails_with_that_reason_and_a_file_that_is_no_kubeconfig_is_named()
            throws Exception {
        Path kubeconfigs = Files.createDirectory(directory.resolve("kubeconfigs"));
        Files.writeString(kubeconfigs.resolve("broken.yaml"), "nothing: here");
        try (ExecutorProcess executor = ExecutorProcess.start(
                directory,
                broker.bootstrapServers(),
                Map.of("executor.kubeconfigs", kubeconfigs.toString(), "executor.cluster-grace", "PT0.2S"))) {
            eventually(() -> assertThat(executor.ready()).isTrue());
            // When
            StepRequested request = drill("nowhere", 1);
            bus.send(EventIds.requested(request.step()), request);
            // Then
            eventually(() -> assertThat(bus.events(StepFailed.class)).hasSize(1));
            StepFailed failed =
                    (StepFailed) bus.events(StepFailed.class).getFirst().data();
            assertThat(failed.reason().encode()).isEqualTo("cluster-unknown");
            assertThat(executor.get("/q/health/ready").body()).contains("unusable broken.yaml");
            // When
            StepRequested broken = drill("broken", 1);
            bus.send(EventIds.requested(broken.step()), broken);
            // Then
            eventually(() -> assertThat(bus.events(StepFailed.class)).hasSize(2));
            StepFailed unusable =
                    (StepFailed) bus.events(StepFailed.class).getLast().data();
            assertThat(unusable.reason().encode()).isEqualTo("kubeconfig-unusable");
            assertThat(unusable.message()).contains("broken", "it is no kubeconfig", "Put it right, then retry");
        }
    }

    @Test
    void a_cluster_is_upgraded_over_kafka_by_an_executor_that_is_killed_in_the_middle_and_its_successor()
            throws Exception {
        Path manifests = Path.of("../../shared/calico-manifests");
        assumeTrue(Files.isDirectory(manifests), "skipped: ../shared/calico-manifests is not there");
        Path kubeconfigs = directory.resolve("clusters");
        try (Simulator simulator = Simulator.start(SimulatorOptions.quick())) {
            // Given
            SimulatedCluster cluster = simulator.addCluster(ClusterTemplate.named("c01")
                    .withLabel("env", "prod")
                    .withManifest(Files.readString(manifests.resolve("v3.13.4/calico.yaml"))));
            simulator.writeKubeconfigs(kubeconfigs);
            Map<String, String> settings = Map.of(
                    "executor.kubeconfigs", kubeconfigs.toString(),
                    "executor.releases", manifests.toAbsolutePath().toString(),
                    "executor.lease.duration", "PT3S");
            StepRequested upgrade = upgrade(StepKind.UPGRADE);
            ExecutorProcess first = ExecutorProcess.start(directory, broker.bootstrapServers(), settings);
            eventually(() -> assertThat(first.ready()).isTrue());
            for (StepKind kind : List.of(StepKind.INSPECT, StepKind.BACKUP, StepKind.UPGRADE)) {
                bus.send(EventIds.requested(upgrade(kind).step()), upgrade(kind));
            }
            // When
            eventually(() -> assertThat(cluster.audit())
                    .anyMatch(entry -> entry.resource().contains("customresourcedefinitions")));
            first.kill();
            try (ExecutorProcess second = ExecutorProcess.start(directory, broker.bootstrapServers(), settings)) {
                // Then
                eventually(() ->
                        assertThat(progress(upgrade.step())).anyMatch(event -> event.data() instanceof StepSucceeded));
                eventually(() -> assertThat(checks(upgrade.step()))
                        .map(event ->
                                ((ChecksObserved) event.data()).observation().clusterInformationVersion())
                        .contains(CalicoVersion.parse("v3.22.5")));
                judge(upgrade.step());
                eventually(() -> assertThat(committed()).isEqualTo(3));
                assertThat(bus.events(ClusterAnnounced.class))
                        .map(event -> ((ClusterAnnounced) event.data()).labels())
                        .contains(Map.of("env", "prod"));
                // When
                Files.delete(kubeconfigs.resolve("c01.yaml"));
                // Then
                eventually(() -> assertThat(bus.on(Topic.CLUSTERS).getLast().value())
                        .as("a tombstone")
                        .isNull());
                assertThat(second.log()).doesNotContain("ERROR");
            }
        }
    }

    @Test
    void a_step_in_the_middle_of_which_it_is_killed_again_and_again_is_set_aside_and_a_retry_executes_it_once_more()
            throws Exception {
        Path kubeconfigs = Files.createDirectory(directory.resolve("kubeconfigs"));
        try (ServerSocket silent = new ServerSocket(0)) {
            // Given
            Files.writeString(kubeconfigs.resolve("c01.yaml"), """
                    apiVersion: v1
                    kind: Config
                    current-context: c
                    clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
                    contexts: [{name: c, context: {cluster: c, user: u}}]
                    users: [{name: u, user: {token: t}}]
                    """.formatted(silent.getLocalPort()));
            Map<String, String> settings = Map.of(
                    "executor.kubeconfigs", kubeconfigs.toString(),
                    "executor.drill-clusters", "1",
                    "executor.id", "it");
            StepRequested request = upgrade(StepKind.INSPECT);
            bus.send(EventIds.requested(request.step()), request);
            for (String noted : List.of("began X", "died X [^,]+\nbegan X", "died X [^,]+,[^,]+\nsuspect X")) {
                try (ExecutorProcess executor = ExecutorProcess.start(directory, broker.bootstrapServers(), settings)) {
                    eventually(() -> assertThat(notes())
                            .as("its log:%n%s", executor.log())
                            .matches(noted.replace("X", request.step().encode())));
                    executor.kill();
                }
            }
            try (ExecutorProcess executor = ExecutorProcess.start(directory, broker.bootstrapServers(), settings)) {
                // Then
                eventually(() -> assertThat(bus.events(StepHeld.class))
                        .as("its log:%n%s", executor.log())
                        .hasSize(1));
                StepHeld held = (StepHeld) bus.events(StepHeld.class).getFirst().data();
                assertThat(held.step()).isEqualTo(request.step());
                assertThat(held.reason()).isEqualTo(HoldReason.EXECUTOR_ENDED);
                assertThat(held.summary()).contains("c01: The executor ended again and again", "then retry");
                // When
                StepRequested retry = new StepRequested(
                        new StepId(CampaignName.of("u1"), ClusterId.of("c01"), StepKind.INSPECT, 2),
                        List.of(),
                        request.parameters(),
                        "please");
                bus.send(EventIds.requested(retry.step()), retry);
                StepRequested other = drill("drill-00001", 1);
                bus.send(EventIds.requested(other.step()), other);
                // Then
                eventually(() -> assertThat(notes()).contains("suspect " + retry.step()));
                eventually(() -> assertThat(checks(other.step())).isNotEmpty());
            }
            assertThat(notes()).as("an orderly stop is no death").doesNotContain("suspect");
        }
    }

    private String notes() throws IOException {
        Path file = directory.resolve("executors/it.steps");
        return Files.exists(file) ? Files.readString(file).strip() : "";
    }

    private static StepRequested upgrade(StepKind kind) {
        return new StepRequested(
                new StepId(CampaignName.of("u1"), ClusterId.of("c01"), kind, 1),
                kind == StepKind.UPGRADE
                        ? List.of(GateRequirement.of(GateKind.PODS, Duration.ofMinutes(15)))
                        : List.of(),
                StepParameters.ofUpgrade(
                        InstallMethod.MANIFEST_KDD,
                        CalicoVersion.parse("v3.13.4"),
                        CalicoVersion.parse("v3.22.5"),
                        OnConflict.KEEP_MINE),
                "please");
    }

    private ExecutorProcess executor(int drills) {
        ExecutorProcess executor = ExecutorProcess.start(
                directory,
                broker.bootstrapServers(),
                Map.of("executor.drill-clusters", String.valueOf(drills), "executor.id", "it"));
        eventually(() -> assertThat(executor.ready()).isTrue());
        return executor;
    }

    private static StepRequested drill(String cluster, int ordinal) {
        return new StepRequested(
                new StepId(CampaignName.of("d1"), ClusterId.of(cluster), StepKind.DRILL, ordinal),
                List.of(GateRequirement.of(GateKind.PODS, Duration.ofMinutes(15))),
                StepParameters.NONE,
                "please");
    }

    private void judge(StepId step) {
        StepJudged judged = new StepJudged(step, Outcome.PASSED, List.of(), null, "passed");
        bus.send(EventIds.verdict(judged), judged);
    }

    private List<Event<?>> progress(StepId step) {
        return bus.events(StepProgress.class).stream()
                .filter(event -> ((StepProgress) event.data()).step().equals(step))
                .toList();
    }

    private List<Event<?>> checks(StepId step) {
        return bus.events(ChecksObserved.class).stream()
                .filter(event -> ((ChecksObserved) event.data()).step().equals(step))
                .toList();
    }

    /** Records of the steps topic that are done with. */
    private long committed() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            return admin
                    .listConsumerGroupOffsets("calico-fleet-executor")
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .values()
                    .stream()
                    .mapToLong(OffsetAndMetadata::offset)
                    .sum();
        }
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE).untilAsserted(assertion);
    }
}
