package io.calicofleet.executor.engine;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.FieldWriter;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepRequested;
import io.calicofleet.executor.adapter.calico.etcd.EtcdConnections;
import io.calicofleet.executor.adapter.helm.HelmProcess;
import io.calicofleet.executor.adapter.kubernetes.KubernetesClients;
import io.calicofleet.executor.adapter.release.Releases;
import io.calicofleet.executor.app.KubernetesCluster;
import io.calicofleet.executor.port.NameLookup;
import io.calicofleet.executor.step.Steps;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * An executor in a process of its own that upgrades one Helm release. Arguments: the kubeconfig, whose name is the
 * cluster's; releases; a directory for its cache; versions from and to.
 */
final class HelmExecutorMain {

    private HelmExecutorMain() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path kubeconfig = Path.of(arguments[0]);
        ClusterId id = ClusterId.of(kubeconfig.getFileName().toString().replace(".yaml", ""));
        Duration timeout = Duration.ofSeconds(5);
        KubernetesClients clients = new KubernetesClients(Vertx.vertx(), timeout, HelmProcess::of, FieldWriter.OURS);
        KubernetesCluster cluster = new KubernetesCluster(
                id,
                clients.open(kubeconfig),
                Duration.ofSeconds(3),
                InstantSource.system(),
                new EtcdConnections(timeout),
                Optional::empty);
        EngineSettings settings =
                SimulatedFleet.settings("process-" + ProcessHandle.current().pid());
        StepExecution execution = new StepExecution(
                Steps.all(),
                Releases.of(arguments[1], Path.of(arguments[2])),
                NameLookup.NONE,
                settings,
                EngineMetrics.NONE,
                InstantSource.system(),
                UnaryOperator.identity());
        StepRequested request = new StepRequested(
                new StepId(CampaignName.of("c1"), id, StepKind.UPGRADE_HELM_RELEASE, 1),
                List.of(),
                StepParameters.ofUpgrade(
                        InstallMethod.HELM,
                        CalicoVersion.parse(arguments[3]),
                        CalicoVersion.parse(arguments[4]),
                        OnConflict.HOLD),
                "please");
        new StepRunner(wanted -> Optional.of(cluster), new RecordingOutbox(), execution, settings, EngineMetrics.NONE)
                .run(HandDelivery.of(request, 0), new StepSignals());
        System.exit(0);
    }
}
