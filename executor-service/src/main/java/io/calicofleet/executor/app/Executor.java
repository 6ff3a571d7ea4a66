package io.calicofleet.executor.app;

import io.calicofleet.event.ClusterId;
import io.calicofleet.event.FieldWriter;
import io.calicofleet.event.Sender;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.executor.adapter.dns.DnsLookup;
import io.calicofleet.executor.adapter.helm.HelmProcess;
import io.calicofleet.executor.adapter.kafka.KafkaOutbox;
import io.calicofleet.executor.adapter.kafka.StepReader;
import io.calicofleet.executor.adapter.kafka.VerdictReader;
import io.calicofleet.executor.adapter.kubeconfig.KubeconfigDirectory;
import io.calicofleet.executor.adapter.kubeconfig.KubeconfigDirectory.Listing;
import io.calicofleet.executor.adapter.kubernetes.KubernetesClients;
import io.calicofleet.executor.adapter.release.Releases;
import io.calicofleet.executor.core.approval.ApprovalCheck;
import io.calicofleet.executor.core.approval.OwnRules;
import io.calicofleet.executor.engine.ClusterQueues;
import io.calicofleet.executor.engine.EngineSettings;
import io.calicofleet.executor.engine.StepExecution;
import io.calicofleet.executor.engine.StepNotes;
import io.calicofleet.executor.engine.StepRunner;
import io.calicofleet.executor.step.Steps;
import io.calicofleet.kafka.attestation.AttestationCheck.Refused;
import io.calicofleet.kafka.attestation.KeyFileException;
import io.calicofleet.runtime.KafkaClients;
import io.calicofleet.runtime.KafkaStart;
import io.calicofleet.runtime.Signing;
import io.calicofleet.runtime.passkey.PasskeysFile;
import io.calicofleet.runtime.trace.Tracing;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.eclipse.microprofile.config.Config;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The executor as a whole.
 *
 * <pre>
 *   start:  topics created where missing
 *           verdicts read, clusters opened, announced, steps read
 *   stop:   nothing more is taken, what runs stops before its next write and gives its lease up,
 *           nothing of it is acknowledged: the next executor goes on with it
 * </pre>
 */
@ApplicationScoped
class Executor {

    private static final Logger LOGGER = LoggerFactory.getLogger(Executor.class);
    private static final InstantSource CLOCK = InstantSource.system();

    /** For the name of a server in a cluster's settings; most are known within milliseconds. */
    private static final Duration DNS_LIMIT = Duration.ofSeconds(5);

    private final ExecutorConfig config;
    private final Config settings;
    private final KafkaStart kafka;
    private final String id;
    private final KafkaOutbox outbox;
    private final KubernetesClients clients;
    private final Announcer announcer;
    private final Fleet fleet;
    private final ClusterQueues queues;
    private final RunFile runFile;
    private final StepNotes notes;
    private final Optional<KubeconfigDirectory> directory;
    private final Optional<Sources> sources;
    private final VerdictReader verdicts;
    private final StepReader steps;
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(
            2, Thread.ofPlatform().name("executor-timer-", 1).daemon().factory());

    @Inject
    Executor(ExecutorConfig config, Config kafka, Vertx vertx, MeteredEngine metrics) {
        this.config = config;
        this.settings = kafka;
        Map<String, Object> client = KafkaClients.properties(kafka);
        this.kafka = new KafkaStart(client, Optional.empty(), admin -> {});
        this.id = config.id().orElseGet(HostName::get);
        String run = UUID.randomUUID().toString().substring(0, 8);
        Signing signing = Signing.of(kafka, Sender.EXECUTOR);
        this.outbox = KafkaOutbox.open(client, id, config.linger(), CLOCK, signing::gathering);
        this.clients = new KubernetesClients(
                vertx,
                config.requests().timeout(),
                HelmProcess::of,
                userAgent(id, run),
                Set.copyOf(config.execPlugins().orElse(List.of())));
        this.announcer = new Announcer(outbox, id, run);
        this.fleet = new Fleet(
                clients,
                config.lease().duration(),
                CLOCK,
                announcer::announce,
                gone -> {
                    announcer.forget(gone);
                    var unused = outbox.withdraw(gone);
                },
                announcer::announceUnusable);
        this.directory = config.kubeconfigs().map(KubeconfigDirectory::new);
        this.sources = Sources.of(config.sources(), file -> new ManagementCluster(clients, file));
        this.runFile = RunFile.begin(runFile(config, id), EngineSettings.holder(id, run));
        EngineSettings settings = settings(config, id, run, runFile::isOver);
        Releases releases = Releases.of(
                config.releases().orElse(null),
                config.cache(),
                config.allowedHosts().orElse(List.of()));
        StepExecution execution = new StepExecution(
                Steps.all(),
                releases,
                new DnsLookup(DNS_LIMIT),
                settings,
                metrics,
                CLOCK,
                approvals(config),
                UnaryOperator.identity());
        this.notes = new StepNotes(notebook(runFile, runFile(config, id)), CLOCK, System::nanoTime);
        this.queues = new ClusterQueues(new StepRunner(fleet, outbox, execution, notes, settings, metrics));
        this.verdicts = new VerdictReader(signing.checked(client, Refused.DROPPED), id, this::judged);
        this.steps = StepReader.of(
                signing.checked(client, Refused.MARKED), id, config.group(), queues::accept, queues::revoked);
        metrics.watch(
                queues::running,
                () -> fleet.all().size(),
                () -> announcer.unreachable().size(),
                fleet::firstCertificateEnd);
    }

    /** Once a version was judged that came or was put back, nobody is to be told the one of before for another interval. */
    private void judged(StepId step) {
        queues.judged(step);
        if (step.kind().upgrades() || step.kind() == StepKind.RESTORE) {
            fleet.served(step.cluster()).ifPresent(announcer::announce);
        }
    }

    void start(@Observes @Priority(100) StartupEvent event) throws InterruptedException {
        Tracing.start(settings, "executor");
        HelmProcess.clearLeftovers();
        kafka.start();
        kafka.await();
        if (!kafka.missing().isEmpty()) {
            throw new IllegalStateException("the executor cannot start: " + kafka.missing());
        }
        verdicts.start();
        fleet.addDrills(config.drillClusters());
        sources.ifPresent(Sources::read);
        look();
        fleet.all().stream().filter(served -> !served.probed()).forEach(announcer::announce);
        if (directory.isPresent() || sources.isPresent()) {
            every(config.kubeconfigsEvery(), "look for kubeconfigs", this::look);
        }
        sources.ifPresent(found -> every(config.sources().every(), "ask the management cluster", found::read));
        steps.start();
        every(config.announceEvery(), "announce the clusters", () -> fleet.all().forEach(announcer::announce));
        LOGGER.atInfo()
                .addKeyValue("executor", id)
                .addKeyValue("clusters", fleet.all().size())
                .log("the executor is up");
    }

    /** What the sources say was asked before, by another thread: a management cluster that is slow keeps no file waiting. */
    private void look() {
        Set<ClusterId> elsewhere = sources.map(Sources::ids).orElse(Set.of());
        Listing files = directory.map(found -> found.list(elsewhere)).orElse(Listing.NOTHING);
        fleet.update(
                sources.map(found -> found.beside(files)).orElse(files),
                sources.map(Sources::complete).orElse(true));
    }

    void stop(@Observes @Priority(100) ShutdownEvent event) throws InterruptedException {
        kafka.close();
        timer.shutdownNow();
        boolean letGo = queues.stop(config.stopWithin());
        if (!letGo) {
            LOGGER.atWarn()
                    .addKeyValue("clusters", queues.running())
                    .log("some steps did not let go in time; their leases end by themselves");
        }
        steps.close();
        verdicts.close();
        outbox.close();
        fleet.close();
        sources.ifPresent(Sources::close);
        clients.close();
        notes.close();
        runFile.close();
        Tracing.stop();
    }

    ClusterQueues queues() {
        return queues;
    }

    Fleet fleet() {
        return fleet;
    }

    Announcer announcer() {
        return announcer;
    }

    /** What is missing of Kafka, one sentence each. */
    List<String> missing() {
        return kafka.missing();
    }

    /** Whether the broker has given this executor its share of the steps, if only none. */
    boolean isAssigned() {
        return steps.isAssigned();
    }

    boolean readsVerdicts() {
        return verdicts.isReading();
    }

    private void every(Duration interval, String what, Runnable task) {
        var unused = timer.scheduleWithFixedDelay(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException e) {
                        LOGGER.atError().addKeyValue("task", what).setCause(e).log("a regular task failed");
                    }
                },
                interval.toMillis(),
                interval.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** What a step needs beside what it says itself, by the file of this side. */
    static ApprovalCheck approvals(ExecutorConfig config) {
        Optional<Path> file = config.passkeys();
        if (file.isEmpty()) {
            return ApprovalCheck.OF_THE_STEP;
        }
        try {
            PasskeysFile.Content content = PasskeysFile.read(file.get());
            List<OwnRules.Rule> rules = content.rules().stream()
                    .map(rule -> new OwnRules.Rule(
                            rule.clusters(), rule.quorum(), rule.people(), rule.validFor(), rule.restores()))
                    .toList();
            LOGGER.atInfo()
                    .addKeyValue("rules", rules.size())
                    .log("steps are begun by the passkeys of this executor's file");
            return new ApprovalCheck(new OwnRules(rules, content.passkeys()::signer));
        } catch (KeyFileException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static EngineSettings settings(ExecutorConfig config, String id, String run, Predicate<String> isOver) {
        return new EngineSettings(
                id,
                run,
                isOver,
                config.requests().patience(),
                config.requests().longestPause(),
                config.lease().patience(),
                config.clusterGrace(),
                config.observe().every(),
                config.observe().settle(),
                config.observe().secondLook(),
                config.observe().grace());
    }

    /** The audit log of a cluster tells by it which run has written, as the lease names it. */
    private static String userAgent(String id, String run) {
        return FieldWriter.OURS + "/" + EngineSettings.holder(id, run).replaceAll("[^A-Za-z0-9./_-]", "_");
    }

    private static Path runFile(ExecutorConfig config, String id) {
        return config.cache().resolveSibling("executors").resolve(id.replaceAll("[^A-Za-z0-9.-]", "_") + ".runs");
    }

    /** Beside the file of the runs; another run that lives has notes of its own there. */
    private static StepNotes.Notebook notebook(RunFile ours, Path file) {
        return ours.isOurs()
                ? new NotesFile(
                        file.resolveSibling(file.getFileName().toString().replaceAll("runs$", "steps")))
                : StepNotes.Notebook.NONE;
    }
}
