package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.FieldWriter;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.Migration;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.executor.adapter.calico.EtcdClients;
import io.calicofleet.executor.adapter.calico.etcd.EtcdConnections;
import io.calicofleet.executor.adapter.helm.HelmProcess;
import io.calicofleet.executor.adapter.kubernetes.KubernetesApi;
import io.calicofleet.executor.adapter.kubernetes.KubernetesClients;
import io.calicofleet.executor.adapter.release.Releases;
import io.calicofleet.executor.app.KubernetesCluster;
import io.calicofleet.executor.core.datastore.EtcdAccess;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.NameLookup;
import io.calicofleet.executor.port.StepHandlers;
import io.calicofleet.executor.step.Steps;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.Simulator;
import io.calicofleet.simulator.SimulatorOptions;
import io.calicofleet.simulator.etcd.EtcdServer;
import io.calicofleet.simulator.kubernetes.rbac.Account;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Simulated clusters over real HTTPS, and executors on them; executors share nothing but the clusters, and what
 * release files say. */
public final class SimulatedFleet implements AutoCloseable {

    public static final CalicoVersion SOURCE = CalicoVersion.parse("v3.13.4");
    static final CalicoVersion TARGET = CalicoVersion.parse("v3.22.5");
    /** What a person would approve after the review: nothing is denied that was not before. */
    static final String SUGGESTED_POLICY = """
            apiVersion: projectcalico.org/v3
            kind: GlobalNetworkPolicy
            metadata: {name: calico-fleet-host-endpoints}
            spec:
              selector: has(calico-fleet.io/host-endpoint)
              types: [Ingress, Egress]
              ingress: [{action: Allow}]
              egress: [{action: Allow}]
            """;

    private static final String ENDPOINTS = "/calico/resources/v3/projectcalico.org/hostendpoints/";

    /** Releases as Project Calico published them, beside the project. */
    static final Path REAL_RELEASES = Path.of("../../shared/calico-manifests");

    /** Releases of our own, small ones. */
    static final Path OWN_RELEASES = Path.of("../cluster-simulator/src/main/releases");

    /** The real ones, or our own where those are not at hand. */
    private static final Path RELEASES = Files.isDirectory(REAL_RELEASES) ? REAL_RELEASES : OWN_RELEASES;

    private final Simulator simulator;
    private final Vertx vertx = Vertx.vertx();
    private final KubernetesClients clients =
            new KubernetesClients(vertx, Duration.ofSeconds(5), HelmProcess::of, FieldWriter.OURS);
    private final Map<String, KubernetesApi> apis = new HashMap<>();
    private final Map<String, Account> accounts = new HashMap<>();
    private final EtcdConnections etcd = new EtcdConnections(Duration.ofSeconds(5));
    private Optional<EtcdAccess> given = Optional.empty();
    private final Path directory;
    private final Path releases;
    private final Releases read;
    private long offset;

    /** With the releases of Project Calico, or with our own where those are not at hand. */
    public SimulatedFleet(Path directory) {
        this(directory, RELEASES, SimulatorOptions.quick());
    }

    /** With these releases. */
    public SimulatedFleet(Path directory, Path releases, SimulatorOptions options) {
        this.directory = directory;
        this.releases = releases;
        this.read = Releases.of(releases.toString(), directory.resolve("cache"));
        this.simulator = Simulator.start(options);
    }

    /** The releases as Project Calico published them; whoever asks is skipped where they are not beside the project. */
    static Path realReleases() {
        assumeTrue(
                Files.isDirectory(REAL_RELEASES),
                "skipped: ../shared/calico-manifests is not there, so there are no real manifests to upgrade with");
        return REAL_RELEASES;
    }

    /** A cluster of its own. */
    SimulatedCluster cluster(ClusterTemplate template) {
        return simulator.addCluster(template);
    }

    /**
     * A cluster of three nodes with calico.yaml of the source release and two host endpoints; that of all interfaces has a
     * profile, so that nothing is cut where a test leaves its protection out.
     */
    public SimulatedCluster calico(String id) {
        SimulatedCluster cluster =
                simulator.addCluster(ClusterTemplate.named(id).withManifest(manifest(SOURCE, "calico.yaml")));
        cluster.apply("""
                apiVersion: crd.projectcalico.org/v1
                kind: HostEndpoint
                metadata: {name: %1$s-node-1-all}
                spec: {node: %1$s-node-1, interfaceName: "*", expectedIPs: [10.0.0.1], profiles: [projectcalico-default-allow]}
                ---
                apiVersion: crd.projectcalico.org/v1
                kind: HostEndpoint
                metadata: {name: %1$s-node-2-eth0, labels: {env: prod}}
                spec: {node: %1$s-node-2, interfaceName: eth0}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: calicoctl, namespace: kube-system}
                spec:
                  nodeSelector: {kubernetes.io/os: linux}
                  hostNetwork: true
                  containers:
                  - name: calicoctl
                    image: registry.example/calico/ctl:v3.13.4
                    command: [/calicoctl]
                    args: [version, --poll=1m]
                    env: [{name: DATASTORE_TYPE, value: kubernetes}]
                """.formatted(id));
        cluster.patch("apps/v1", "DaemonSet", "kube-system", "calico-node", """
                {"spec":{"template":{"spec":{"tolerations":[{"operator":"Exists"}],"priority":null}}}}
                """);
        return cluster;
    }

    /** The same with calico-etcd.yaml and an etcd with TLS, in which Calico's resources are. */
    SimulatedCluster calicoOnEtcd(String id) {
        SimulatedCluster cluster = cluster(ClusterTemplate.named(id)
                .withEtcd(ClusterTemplate.Etcd.TLS)
                .withManifest(manifest(releases, SOURCE, "calico-etcd.yaml")));
        EtcdServer inEtcd = requireNonNull(cluster.etcd());
        inEtcd.put(ENDPOINTS + id + "-node-1-all", """
                {"kind":"HostEndpoint","apiVersion":"projectcalico.org/v3","metadata":{"name":"%1$s-node-1-all","uid":"u1",\
                "creationTimestamp":"2020-05-12T08:00:00Z"},\
                "spec":{"node":"%1$s-node-1","interfaceName":"*","expectedIPs":["10.0.0.1"]}}""".formatted(id));
        inEtcd.put(ENDPOINTS + id + "-node-2-eth0", """
                {"kind":"HostEndpoint","apiVersion":"projectcalico.org/v3","metadata":{"name":"%1$s-node-2-eth0","uid":"u2",\
                "creationTimestamp":"2020-05-12T08:00:00Z","labels":{"env":"prod"}},\
                "spec":{"node":"%1$s-node-2","interfaceName":"eth0"}}""".formatted(id));
        return cluster;
    }

    /** An attempt at a step of a campaign that migrates and stays with its release; at a restore, of one that undoes that. */
    static StepRequested migration(
            SimulatedCluster cluster,
            InstallMethod method,
            StepKind kind,
            CalicoVersion version,
            OnConflict rule,
            Migration migration,
            int attempt) {
        StepRequested first = request(cluster, method, kind, version, version, rule, List.of());
        return new StepRequested(
                new StepId(first.step().campaign(), first.step().cluster(), kind, attempt),
                first.gates(),
                first.parameters().withMigration(kind == StepKind.RESTORE ? null : migration),
                first.summary());
    }

    /** How many writes changed something that is not ours. */
    static int writes(SimulatedCluster cluster) {
        return (int) cluster.audit().stream()
                .filter(entry -> entry.succeeded() && !entry.dryRun())
                .filter(entry -> !entry.verb().equals("get") && !entry.name().startsWith("calico-fleet"))
                .filter(entry -> !entry.resource().contains("accessreview"))
                .count();
    }

    /** The first request of a step of a campaign, by any way to install. */
    static StepRequested request(
            SimulatedCluster cluster,
            InstallMethod method,
            StepKind kind,
            CalicoVersion from,
            CalicoVersion to,
            OnConflict rule,
            List<GateRequirement> gates) {
        return new StepRequested(
                new StepId(
                        CampaignName.of(kind == StepKind.RESTORE ? "undo" : "c1"), ClusterId.of(cluster.id()), kind, 1),
                gates,
                StepParameters.ofUpgrade(method, from, to, rule),
                "please");
    }

    static String manifest(CalicoVersion version, String file) {
        return manifest(RELEASES, version, file);
    }

    static String manifest(Path releases, CalicoVersion version, String file) {
        try {
            return Files.readString(releases.resolve(version.toString()).resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From now on executors of this cluster have the kubeconfig of an account. */
    void actAs(SimulatedCluster cluster, Account account) {
        accounts.put(cluster.id(), account);
        KubernetesApi before = apis.remove(cluster.id());
        if (before != null) {
            before.close();
        }
    }

    public KubernetesApi api(SimulatedCluster cluster) {
        return apis.computeIfAbsent(cluster.id(), id -> {
            try {
                Account account = accounts.get(id);
                String kubeconfig = account == null ? cluster.kubeconfig() : cluster.kubeconfig(account);
                return clients.open(Files.writeString(directory.resolve(id + ".yaml"), kubeconfig));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    Releases releases() {
        return read;
    }

    static EngineSettings settings(String run) {
        return new EngineSettings(
                "it",
                run,
                other -> false,
                Duration.ofSeconds(20),
                Duration.ofMillis(500),
                Duration.ofSeconds(20),
                Duration.ofMillis(200),
                Duration.ofSeconds(2),
                Duration.ofMillis(50),
                Duration.ofMillis(300),
                Duration.ofSeconds(30));
    }

    /** A fresh executor. */
    Running executor(String run, SimulatedCluster cluster, UnaryOperator<ClusterApi> around) {
        return executor(run, cluster, around, Steps.all());
    }

    /** One that does steps its own way. */
    Running executor(String run, SimulatedCluster cluster, UnaryOperator<ClusterApi> around, StepHandlers handlers) {
        return new Running(run, cluster, around, UnaryOperator.identity(), Duration.ofSeconds(3), handlers);
    }

    /** An executor that is killed around a write, to the API server or to etcd. */
    Running killedOnEtcd(String run, SimulatedCluster cluster, Killer.At at) {
        return executorOnEtcd(run, cluster, api -> new Killer(api, at), calico -> new KilledEtcd(calico, at));
    }

    /** One whose etcd has something around it. */
    Running executorOnEtcd(
            String run,
            SimulatedCluster cluster,
            UnaryOperator<ClusterApi> around,
            UnaryOperator<CalicoDatastore> aroundEtcd) {
        return new Running(run, cluster, around, aroundEtcd, Duration.ofSeconds(3), Steps.all());
    }

    void useEtcd(EtcdAccess access) {
        given = Optional.of(access);
    }

    /** An executor with nothing around. */
    Running executor(String run, SimulatedCluster cluster) {
        return executor(run, cluster, UnaryOperator.identity());
    }

    /** An executor that serves one cluster. */
    final class Running {

        final RecordingOutbox outbox = new RecordingOutbox();
        final HandEngine.Counts counts = new HandEngine.Counts();
        final ClusterQueues queues;
        private final StepRunner runner;
        private final KubernetesCluster served;
        private final String cluster;

        Running(
                String run,
                SimulatedCluster simulated,
                UnaryOperator<ClusterApi> around,
                UnaryOperator<CalicoDatastore> aroundEtcd,
                Duration lease,
                StepHandlers handlers) {
            cluster = simulated.id();
            served = new KubernetesCluster(
                    ClusterId.of(cluster),
                    api(simulated),
                    lease,
                    InstantSource.system(),
                    new EtcdThrough(etcd, aroundEtcd),
                    () -> given);
            Clusters clusters = id -> id.equals(served.id()) ? Optional.of(served) : Optional.empty();
            EngineSettings settings = settings(run);
            StepExecution execution = new StepExecution(
                    handlers,
                    releases(),
                    NameLookup.NONE,
                    settings,
                    EngineMetrics.NONE,
                    InstantSource.system(),
                    around);
            runner = new StepRunner(clusters, outbox, execution, settings, counts);
            queues = new ClusterQueues(runner);
        }

        KubernetesCluster cluster() {
            return served;
        }

        /** What the gates of a step get to see now. */
        ClusterObservation observe(StepRequested request) {
            try (Observer.Session session = served.observer().start(request, () -> {})) {
                return session.observe();
            }
        }

        StepId id(StepKind kind, int ordinal) {
            return new StepId(
                    CampaignName.of(kind == StepKind.RESTORE ? "undo" : "c1"), ClusterId.of(cluster), kind, ordinal);
        }

        StepRequested request(StepKind kind, int ordinal, OnConflict rule, List<GateRequirement> gates) {
            return new StepRequested(
                    id(kind, ordinal),
                    gates,
                    StepParameters.ofUpgrade(InstallMethod.MANIFEST_KDD, SOURCE, TARGET, rule),
                    "please");
        }

        /** Runs a step without gates on this thread; its outcome. */
        StepProgress run(StepKind kind, int ordinal) {
            return run(request(kind, ordinal, OnConflict.KEEP_MINE, List.of()));
        }

        StepProgress run(StepRequested request) {
            HandDelivery delivery = HandDelivery.of(request, offset++);
            StepSignals signals = new StepSignals();
            try {
                runner.run(delivery, signals);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return outbox.outcomes(request.step()).getLast();
        }
    }

    @Override
    public void close() {
        apis.values().forEach(KubernetesApi::close);
        etcd.close();
        clients.close();
        simulator.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** Shares its connections, which end with the fleet. */
    private record EtcdThrough(EtcdClients etcd, UnaryOperator<CalicoDatastore> around) implements EtcdClients {
        @Override
        public CalicoDatastore open(EtcdAccess access, Supplier<CalicoVersion> version) {
            return around.apply(etcd.open(access, version));
        }

        @Override
        public void close() {}
    }
}
