package io.calicofleet.executor.app;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ChecksObserved;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.Event;
import io.calicofleet.event.EventIds;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.SightLost;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgressed;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.event.TraceContext;
import io.calicofleet.executor.adapter.kubeconfig.KubeconfigDirectory;
import io.calicofleet.executor.adapter.kubernetes.KubernetesClients;
import io.calicofleet.executor.adapter.release.Releases;
import io.calicofleet.executor.engine.ClusterQueues;
import io.calicofleet.executor.engine.Delivery;
import io.calicofleet.executor.engine.EngineMetrics;
import io.calicofleet.executor.engine.EngineSettings;
import io.calicofleet.executor.engine.Outbox;
import io.calicofleet.executor.engine.SimulatedFleet;
import io.calicofleet.executor.engine.StepExecution;
import io.calicofleet.executor.engine.StepRunner;
import io.calicofleet.executor.port.NameLookup;
import io.calicofleet.executor.step.Steps;
import io.calicofleet.kafka.Received;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.kubernetes.rbac.Account;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kubeconfigs that change while a step is in the middle of its writes, and while it is observed. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class KubeconfigsMidStepIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final ClusterId ID = ClusterId.of("c01");

    @TempDir
    private Path directory;

    private final List<FleetEvent> said = new CopyOnWriteArrayList<>();
    private final Vertx vertx = Vertx.vertx();
    private final KubernetesClients clients = new KubernetesClients(vertx, Duration.ofSeconds(5));
    private volatile Instant now = Instant.now();
    private final Fleet fleet = new Fleet(
            clients, Duration.ofSeconds(15), () -> now, served -> {}, gone -> {}, (id, labels, problem) -> {});
    private SimulatedFleet simulated;
    private SimulatedCluster cluster;
    private Path kubeconfigs;
    private ClusterQueues queues;
    private Account first;

    @BeforeEach
    void start() throws IOException {
        simulated = new SimulatedFleet(Files.createDirectory(directory.resolve("simulated")));
        cluster = simulated.calico(ID.value());
        cluster.apply("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: everything}
                rules:
                - {apiGroups: ["*"], resources: ["*"], verbs: ["*"]}
                - {nonResourceURLs: ["*"], verbs: ["*"]}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: everything}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: everything}
                subjects: [{kind: ServiceAccount, namespace: kube-system, name: fleet}]
                """);
        kubeconfigs = Files.createDirectory(directory.resolve("kubeconfigs"));
        first = rotate();
        EngineSettings settings = new EngineSettings(
                "it",
                "r1",
                other -> false,
                Duration.ofSeconds(60),
                Duration.ofMillis(500),
                Duration.ofSeconds(20),
                Duration.ofMillis(200),
                Duration.ofSeconds(1),
                Duration.ofMillis(50),
                Duration.ofMillis(300),
                Duration.ofSeconds(30));
        StepExecution execution = new StepExecution(
                Steps.all(),
                Releases.of(releases().toString(), directory.resolve("cache")),
                NameLookup.NONE,
                settings,
                EngineMetrics.NONE,
                InstantSource.system(),
                UnaryOperator.identity());
        queues = new ClusterQueues(new StepRunner(fleet, new Said(), execution, settings, EngineMetrics.NONE));
    }

    @AfterEach
    void stop() throws InterruptedException {
        queues.stop(Duration.ofSeconds(10));
        fleet.close();
        clients.close();
        simulated.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void a_step_goes_on_with_the_kubeconfig_that_was_rotated_in_its_middle_and_the_old_token_is_not_shown_again() {
        inTheMiddle(() -> {
            rotate();
            cluster.revoke(first);
        });
        upgrade();
        await().atMost(PATIENCE).until(() -> last(StepSucceeded.class) != null || last(StepFailed.class) != null);
        assertThat(last(StepFailed.class)).isNull();
        assertThat(upgraded()).isTrue();
        assertThat(waits()).as("nothing had to be asked twice").isEmpty();
    }

    @Test
    void a_step_whose_token_ends_before_the_file_is_rotated_waits_says_so_and_goes_on() {
        inTheMiddle(() -> cluster.revoke(first));
        upgrade();
        await().atMost(PATIENCE).until(() -> waits().stream().anyMatch(why -> why.contains("401")));
        assertThat(upgraded()).isFalse();
        rotate();
        await().atMost(PATIENCE).until(() -> last(StepSucceeded.class) != null);
        assertThat(upgraded()).isTrue();
    }

    @Test
    void a_step_goes_on_where_its_file_vanishes_in_its_middle() {
        inTheMiddle(this::vanish);
        upgrade();
        await().atMost(PATIENCE).until(() -> last(StepSucceeded.class) != null);
        assertThat(upgraded()).isTrue();
        assertThat(fleet.find(ID)).isEmpty();
    }

    @Test
    void a_step_whose_file_vanishes_and_whose_token_ends_goes_on_with_the_file_that_comes_back() {
        inTheMiddle(() -> {
            vanish();
            cluster.revoke(first);
        });
        upgrade();
        await().atMost(PATIENCE).until(() -> !waits().isEmpty());
        rotate();
        await().atMost(PATIENCE).until(() -> last(StepSucceeded.class) != null);
        assertThat(upgraded()).isTrue();
    }

    @Test
    void a_step_whose_file_is_broken_in_its_middle_goes_on_with_what_it_had() {
        inTheMiddle(() -> write("apiVersion: v1\nkind: Config\nclusters: [{name"));
        upgrade();
        await().atMost(PATIENCE).until(() -> last(StepSucceeded.class) != null);
        assertThat(upgraded()).isTrue();
    }

    @Test
    void a_step_whose_file_leads_to_another_cluster_in_its_middle_writes_nothing_there() {
        SimulatedCluster other = simulated.calico("other");
        int before = other.audit().size();
        inTheMiddle(() -> write(other.kubeconfig()));
        upgrade();
        await().atMost(PATIENCE).until(() -> last(StepFailed.class) != null);
        StepFailed failed = requireNonNull(last(StepFailed.class));
        assertThat(failed.reason()).isEqualTo(FailureReason.UNEXPECTED_STATE);
        assertThat(failed.message()).contains("was changed and leads to another cluster");
        assertThat(other.audit().stream()
                        .skip(before)
                        .filter(entry -> !entry.name().equals("calico-fleet")))
                .as("not even its lease")
                .isEmpty();
    }

    @Test
    void an_observation_outlives_the_connections_of_the_old_kubeconfig() {
        upgrade();
        await().atMost(PATIENCE).until(() -> last(StepSucceeded.class) != null);
        await().atMost(PATIENCE).until(() -> checks() > 0);
        // When
        rotate();
        cluster.revoke(first);
        now = now.plus(Duration.ofMinutes(5));
        fleet.update(new KubeconfigDirectory(kubeconfigs).list(), true);
        int before = checks();
        // Then
        await().atMost(PATIENCE).until(() -> checks() > before + 3);
        assertThat(said.stream().filter(SightLost.class::isInstance).map(FleetEvent::toString))
                .noneMatch(lost -> lost.contains("closed"));
    }

    private static Path releases() {
        Path real = Path.of("../../shared/calico-manifests");
        return Files.isDirectory(real) ? real : Path.of("../cluster-simulator/src/main/releases");
    }

    /** Once, before the first write of the step to something of Calico. */
    private void inTheMiddle(Runnable what) {
        AtomicBoolean done = new AtomicBoolean();
        cluster.watchWrites((write, carriedOut, userAgent) -> {
            boolean ours = write.toString().contains("customresourcedefinitions");
            if (ours && carriedOut && done.compareAndSet(false, true)) {
                what.run();
            }
            return false;
        });
    }

    private void upgrade() {
        StepRequested request = new StepRequested(
                new StepId(CampaignName.of("u1"), ID, StepKind.UPGRADE, 1),
                List.of(GateRequirement.of(GateKind.PODS, Duration.ofMinutes(15))),
                StepParameters.ofUpgrade(
                        InstallMethod.MANIFEST_KDD,
                        CalicoVersion.parse("v3.13.4"),
                        CalicoVersion.parse("v3.22.5"),
                        OnConflict.KEEP_MINE),
                "please");
        queues.accept(new Handed(request));
    }

    private boolean upgraded() {
        return cluster.get("apps/v1", "DaemonSet", "kube-system", "calico-node")
                .at("/spec/template/spec/containers/0/image")
                .asText()
                .contains("v3.22.5");
    }

    private Account rotate() {
        Account account = cluster.account("kube-system", "fleet");
        write(cluster.kubeconfig(account));
        return account;
    }

    private void vanish() {
        try {
            Files.delete(kubeconfigs.resolve(ID + ".yaml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        fleet.update(new KubeconfigDirectory(kubeconfigs).list(), true);
    }

    private void write(String kubeconfig) {
        try {
            Files.writeString(kubeconfigs.resolve(ID + ".yaml"), kubeconfig);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        fleet.update(new KubeconfigDirectory(kubeconfigs).list(), true);
    }

    private <E extends FleetEvent> @Nullable E last(Class<E> type) {
        return said.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .reduce((one, other) -> other)
                .orElse(null);
    }

    private int checks() {
        return (int) said.stream().filter(ChecksObserved.class::isInstance).count();
    }

    private List<String> waits() {
        return said.stream()
                .filter(StepProgressed.class::isInstance)
                .map(event -> ((StepProgressed) event).waitsFor())
                .filter(why -> why != null)
                .toList();
    }

    private final class Said implements Outbox {

        @Override
        public CompletableFuture<Void> publish(String id, @Nullable TraceContext trace, FleetEvent event) {
            said.add(event);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Void> deadLetter(Delivery delivery, String reason) {
            throw new AssertionError("nothing unreadable is delivered here");
        }
    }

    private record Handed(StepRequested request, long at) implements Delivery {

        Handed(StepRequested request) {
            this(request, System.nanoTime());
        }

        @Override
        public int size() {
            return 1;
        }

        @Override
        public Duration age() {
            return Duration.ofNanos(System.nanoTime() - at);
        }

        @Override
        public String key() {
            return ID.value();
        }

        @Override
        public int partition() {
            return 0;
        }

        @Override
        public long offset() {
            return 0;
        }

        @Override
        public Received read() {
            return new Received.Parsed(
                    Event.of(EventIds.requested(request.step()), "/test", Instant.EPOCH, null, null, request));
        }

        @Override
        public boolean revoked() {
            return false;
        }

        @Override
        public void acknowledge() {
            // It is of no matter here.
        }
    }
}
