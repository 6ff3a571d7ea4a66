package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.FieldWriter;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.event.WorkloadObservation;
import io.calicofleet.executor.adapter.calico.etcd.EtcdConnections;
import io.calicofleet.executor.adapter.helm.HelmProcess;
import io.calicofleet.executor.adapter.kubernetes.KubernetesApi;
import io.calicofleet.executor.adapter.kubernetes.KubernetesClients;
import io.calicofleet.executor.adapter.release.Releases;
import io.calicofleet.executor.app.KubernetesCluster;
import io.calicofleet.executor.core.helm.HelmHistory;
import io.calicofleet.executor.port.NameLookup;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.step.Steps;
import io.calicofleet.model.image.CalicoImages;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.StreamSupport;

/** A cluster somebody gives us by a kubeconfig, and an executor on it. */
final class GivenCluster implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final ClusterId ID = ClusterId.of("given");

    private final Vertx vertx = Vertx.vertx();
    private final KubernetesClients clients = new KubernetesClients(vertx, TIMEOUT, HelmProcess::of, FieldWriter.OURS);
    private final EtcdConnections etcd = new EtcdConnections(TIMEOUT);
    private final RecordingOutbox outbox = new RecordingOutbox();
    private final KubernetesApi api;
    private final KubernetesCluster cluster;
    private long offset;

    /** The cluster a kubeconfig names. */
    GivenCluster(Path kubeconfig) throws IOException {
        api = clients.open(kubeconfig);
        cluster = new KubernetesCluster(ID, api, TIMEOUT, InstantSource.system(), etcd, Optional::empty);
    }

    /** What the inspection before an upgrade to {@code target} finds. */
    ClusterFacts inspect(Releases releases, String campaign, CalicoVersion target) {
        StepParameters parameters = StepParameters.ofUpgrade(null, null, target, OnConflict.KEEP_MINE);
        return requireNonNull(
                succeeded(releases, campaign, StepKind.INSPECT, 1, parameters).facts());
    }

    /** Runs a step; fails where it does not succeed. */
    StepSucceeded succeeded(Releases releases, String campaign, StepKind kind, int ordinal, StepParameters parameters) {
        EngineSettings settings = SimulatedFleet.settings("given");
        StepRunner runner = new StepRunner(
                unused -> Optional.of(cluster),
                outbox,
                new StepExecution(
                        Steps.all(),
                        releases,
                        NameLookup.NONE,
                        settings,
                        EngineMetrics.NONE,
                        InstantSource.system(),
                        UnaryOperator.identity()),
                settings,
                EngineMetrics.NONE);
        StepRequested request = request(campaign, kind, ordinal, parameters);
        try {
            runner.run(HandDelivery.of(request, offset++), new StepSignals());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        StepProgress outcome = outbox.outcomes(request.step()).getLast();
        assertThat(outcome).as(kind + " of " + campaign).isInstanceOf(StepSucceeded.class);
        return (StepSucceeded) outcome;
    }

    /** What the gates get to see now. */
    ClusterObservation observe(String campaign, StepKind kind, StepParameters parameters) {
        try (Observer.Session session = cluster.observer().start(request(campaign, kind, 1, parameters), () -> {})) {
            return session.observe();
        }
    }

    private static StepRequested request(String campaign, StepKind kind, int ordinal, StepParameters parameters) {
        return new StepRequested(
                new StepId(CampaignName.of(campaign), ID, kind, ordinal), List.of(), parameters, "please");
    }

    /** Whether pods run here: a bare API server has no nodes, or nobody who takes up what is asked of a workload. */
    boolean runsPods(ResourceRef workload) {
        boolean ready = api.list("v1", "Node").stream()
                .flatMap(node ->
                        StreamSupport.stream(node.at("/status/conditions").spliterator(), false))
                .anyMatch(condition -> condition.path("type").asText().equals("Ready")
                        && condition.path("status").asText().equals("True"));
        ObjectNode object = api.find(workload).orElseThrow();
        return ready
                && object.at("/status/observedGeneration").asLong()
                        == object.at("/metadata/generation").asLong();
    }

    /** People's own mark on a workload. */
    void annotate(ResourceRef workload, String key, String value) {
        ObjectNode object = api.find(workload).orElseThrow();
        object.withObject("/metadata").withObject("/annotations").put(key, value);
        ObjectNode unused = api.replace(object);
    }

    String annotation(ResourceRef workload, String key) {
        return api.find(workload)
                .orElseThrow()
                .path("metadata")
                .path("annotations")
                .path(key)
                .asText();
    }

    /** What people said in the Installation and in the values of a Helm release; empty where there are none. */
    Map<String, JsonNode> settings(ClusterFacts facts) {
        Map<String, JsonNode> settings = new TreeMap<>();
        if (facts.installMethod() == InstallMethod.OPERATOR) {
            api.find(new ResourceRef("operator.tigera.io/v1", "Installation", "", "default"))
                    .orElseThrow()
                    .path("spec")
                    .properties()
                    .forEach(field -> settings.put("spec." + field.getKey(), field.getValue()));
        }
        if (facts.helmRelease() != null) {
            settings.put(
                    "values",
                    HelmHistory.of(
                                    api.list("v1", "Secret"),
                                    facts.helmRelease().namespace(),
                                    facts.helmRelease().name())
                            .newest()
                            .orElseThrow()
                            .values());
        }
        return settings;
    }

    /** Fails as long as a workload of Calico has not rolled out to {@code version} everywhere. */
    static void assertRolledOut(ClusterObservation seen, CalicoVersion version) {
        assertThat(seen.clusterInformationVersion()).isEqualTo(version);
        assertThat(seen.workloads()).isNotEmpty().allSatisfy(workload -> {
            String all = workload.templateContainers() + "/" + workload.templateContainers();
            assertThat(workload.observedGeneration()).isEqualTo(workload.generation());
            assertThat(workload.pods()).isEqualTo(workload.desired()).isEqualTo(workload.available());
            assertThat(workload.podsOfOtherRevision()).isZero();
            assertThat(workload.readyContainers()).containsOnlyKeys(all);
        });
        assertThat(seen.workloads())
                .filteredOn(workload -> workload.kind().equals("DaemonSet"))
                .flatExtracting(WorkloadObservation::podImages)
                .filteredOn(image -> image.container().equals("calico-node"))
                .isNotEmpty()
                .allSatisfy(
                        image -> assertThat(CalicoImages.version(image.image())).contains(version));
    }

    @Override
    public void close() {
        api.close();
        etcd.close();
        clients.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
