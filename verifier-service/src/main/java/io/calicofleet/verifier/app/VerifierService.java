package io.calicofleet.verifier.app;

import io.calicofleet.event.LogKeys;
import io.calicofleet.event.Sender;
import io.calicofleet.event.Topic;
import io.calicofleet.runtime.KafkaClients;
import io.calicofleet.runtime.KafkaStart;
import io.calicofleet.runtime.Signing;
import io.calicofleet.runtime.streams.ManagedStreams;
import io.calicofleet.runtime.streams.StreamsSettings;
import io.calicofleet.runtime.trace.Tracing;
import io.calicofleet.verifier.adapter.SteadyClock;
import io.calicofleet.verifier.adapter.VerifierMeters;
import io.calicofleet.verifier.adapter.VerifierOptions;
import io.calicofleet.verifier.adapter.VerifierTopology;
import io.calicofleet.verifier.core.traffic.TrafficLimits;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of the stream: waits for Kafka, creates the topics that are missing, runs, and stops cleanly, so that what was
 * read is either committed or read again by whoever takes over.
 */
@Singleton
public final class VerifierService {

    private static final Logger LOGGER = LoggerFactory.getLogger(VerifierService.class);

    private final VerifierSettings settings;
    private final VerifierMeters meters;
    private final Map<String, Object> client;
    private final Config config;
    private final Signing signing;
    private final KafkaStart start;
    private volatile @Nullable ManagedStreams streams;
    private @Nullable Path ownDirectory;

    VerifierService(VerifierSettings settings, Config config, VerifierMeters meters) {
        this.settings = settings;
        this.config = config;
        this.meters = meters;
        this.client = KafkaClients.properties(config);
        this.signing = Signing.of(config, Sender.VERIFIER);
        this.start = new KafkaStart(client, Optional.empty(), this::run);
    }

    void onStart(@Observes StartupEvent event) {
        Tracing.start(config, "verifier");
        start.start();
    }

    void onStop(@Observes ShutdownEvent event) {
        start.close();
        ManagedStreams running = streams;
        if (running != null) {
            running.close();
        }
        deleteOwnDirectory();
        Tracing.stop();
    }

    /** What is missing before it can judge, one sentence each. */
    public List<String> missing() {
        List<String> waitsFor = start.missing();
        ManagedStreams running = streams;
        return !waitsFor.isEmpty()
                ? waitsFor
                : running == null ? List.of("Kafka Streams is not started yet") : running.notReady();
    }

    /** Whether it has stopped for good and only a new process helps. */
    public boolean isDead() {
        ManagedStreams running = streams;
        return running != null && running.failed();
    }

    private void run(Admin admin) throws ExecutionException, InterruptedException {
        VerifierSettings.Traffic traffic = settings.traffic();
        VerifierOptions options = new VerifierOptions(
                settings.tick(),
                settings.startGrace(),
                settings.forgetAfter(),
                traffic.logPrefix(),
                new TrafficLimits(
                        traffic.maxFlows(), traffic.maxPeersPerPort(), traffic.maxPortsPerPeer(), traffic.maxNodes()),
                partitions(admin),
                new SteadyClock());
        ManagedStreams created = new ManagedStreams(
                () -> VerifierTopology.build(options, meters),
                properties(stateDirectory()),
                signing,
                () -> {},
                () -> Quarkus.asyncExit(1),
                InstantSource.system(),
                settings.stopTimeout());
        streams = created;
        created.start();
    }

    private Map<String, Object> properties(Path stateDirectory) {
        return new StreamsSettings(
                        settings.applicationId(),
                        settings.threads(),
                        settings.standbyReplicas(),
                        settings.replicationFactor(),
                        stateDirectory.toString(),
                        settings.commitInterval(),
                        settings.sessionTimeout(),
                        settings.transactionTimeout())
                .properties(VerifierTopology.tuning(), client);
    }

    /** The traffic has to be split as the steps are, whatever number of partitions somebody gave them. */
    private static int partitions(Admin admin) throws InterruptedException, ExecutionException {
        return admin.describeTopics(List.of(Topic.STEPS.topicName()))
                .allTopicNames()
                .get()
                .values()
                .iterator()
                .next()
                .partitions()
                .size();
    }

    private Path stateDirectory() {
        return settings.stateDir().orElseGet(() -> {
            try {
                Path directory = Files.createTempDirectory("calico-fleet-verifier");
                ownDirectory = directory;
                return directory;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private void deleteOwnDirectory() {
        Path directory = ownDirectory;
        if (directory == null) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            LOGGER.atWarn().addKeyValue(LogKeys.REASON, e.getMessage()).log("temporary directory not deleted");
        }
    }
}
