package io.calicofleet.executor.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.executor.adapter.etcd.EtcdConnections;
import io.calicofleet.executor.adapter.kube.KubernetesApi;
import io.calicofleet.executor.adapter.kube.KubernetesClients;
import io.calicofleet.executor.adapter.release.Releases;
import io.calicofleet.executor.step.Steps;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The clusters whose kubeconfigs are in the directory CALICO_FLEET_IT_KUBECONFIGS names, however Calico was installed:
 * inspected, and where a manifest of v3.13.4 installed it, upgraded and restored.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class GivenClustersIT {

    private static final String VARIABLE = "CALICO_FLEET_IT_KUBECONFIGS";
    private static final Set<InstallMethod> OF_A_MANIFEST = Set.of(
            InstallMethod.MANIFEST_KDD,
            InstallMethod.MANIFEST_KDD_TYPHA,
            InstallMethod.MANIFEST_POLICY_ONLY,
            InstallMethod.MANIFEST_CANAL,
            InstallMethod.MANIFEST_ETCD,
            InstallMethod.MANIFEST_CANAL_ETCD);
    private static final List<StepKind> UPGRADE = List.of(
            StepKind.BACKUP,
            StepKind.PROTECT_HOST_ENDPOINTS,
            StepKind.PREPARE,
            StepKind.UPGRADE,
            StepKind.REPLACE_CALICOCTL,
            StepKind.RESTORE);
    private static final Path MANIFESTS = Path.of("../../shared/calico-manifests");

    @TempDir
    private Path directory;

    @Test
    void are_inspected_and_the_old_ones_upgraded_and_restored() throws Exception {
        String given = System.getenv(VARIABLE);
        assumeTrue(given != null, "skipped: " + VARIABLE + " names no directory of kubeconfigs");
        assumeTrue(Files.isDirectory(MANIFESTS), "skipped: ../shared/calico-manifests is not there");
        Vertx vertx = Vertx.vertx();
        try (KubernetesClients clients = new KubernetesClients(vertx, Duration.ofSeconds(10));
                Stream<Path> files = Files.list(Path.of(given))) {
            for (Path file : files.sorted().toList()) {
                try (KubernetesApi api = clients.open(file)) {
                    String campaign = "it-" + Long.toString(System.nanoTime(), 36);
                    ClusterFacts facts = succeeded(api, campaign, StepKind.INSPECT, InstallMethod.MANIFEST_KDD)
                            .facts();
                    assertThat(facts).isNotNull();
                    InstallMethod method = facts.installMethod();
                    System.out.println(file + ": " + method + " of " + facts.calicoVersion());
                    if (OF_A_MANIFEST.contains(method) && SimulatedFleet.SOURCE.equals(facts.calicoVersion())) {
                        for (StepKind kind : UPGRADE) {
                            succeeded(api, kind == StepKind.RESTORE ? campaign + "-undo" : campaign, kind, method);
                        }
                    }
                }
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private StepSucceeded succeeded(KubernetesApi api, String campaign, StepKind kind, InstallMethod method)
            throws InterruptedException {
        ClusterId id = ClusterId.of("given");
        try (EtcdConnections etcd = new EtcdConnections(Duration.ofSeconds(10))) {
            return succeeded(
                    new KubernetesCluster(
                            id, api, Duration.ofSeconds(10), InstantSource.system(), etcd, Optional::empty),
                    campaign,
                    kind,
                    method);
        }
    }

    private StepSucceeded succeeded(KubernetesCluster cluster, String campaign, StepKind kind, InstallMethod method)
            throws InterruptedException {
        WorkSettings settings = SimulatedFleet.settings("given");
        RecordingOutbox outbox = new RecordingOutbox();
        StepRunner runner = new StepRunner(
                unused -> Optional.of(cluster),
                outbox,
                new Acting(
                        Steps.all(),
                        Releases.of(MANIFESTS.toString(), directory),
                        settings,
                        WorkMetrics.NONE,
                        UnaryOperator.identity()),
                settings,
                InstantSource.system(),
                WorkMetrics.NONE);
        StepRequested request = new StepRequested(
                new StepId(CampaignName.of(campaign), cluster.id(), kind, 1),
                List.of(),
                StepParameters.ofUpgrade(method, SimulatedFleet.SOURCE, SimulatedFleet.TARGET, OnConflict.KEEP_MINE),
                "please");
        runner.run(HandDelivery.of(request, 0), new RunControl());
        return (StepSucceeded) outbox.outcomes(request.step()).getLast();
    }
}
