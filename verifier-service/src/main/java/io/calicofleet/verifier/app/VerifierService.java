package io.calicofleet.verifier.app;

import io.calicofleet.event.LogKeys;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.Topics;
import io.calicofleet.verifier.adapter.SteadyClock;
import io.calicofleet.verifier.adapter.VerifierMeters;
import io.calicofleet.verifier.adapter.VerifierOptions;
import io.calicofleet.verifier.adapter.VerifierTopology;
import io.calicofleet.verifier.core.traffic.TrafficLimits;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
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
    private static final long RETRY_SECONDS = 2;
    private static final int MAX_RESTARTS = 10;
    private static final long RESTARTS_WITHIN_SECONDS = 60;

    private final VerifierSettings settings;
    private final Config config;
    private final VerifierMeters meters;
    private final InstantSource clock = InstantSource.system();
    private final ExecutorService starter = Executors.newSingleThreadExecutor(runnable -> {
        Thread thread = new Thread(runnable, "verifier-start");
        thread.setDaemon(true);
        return thread;
    });
    private final Deque<Instant> restarts = new ArrayDeque<>();
    private volatile @Nullable KafkaStreams streams;
    private volatile String waitsFor = "Kafka Streams is not started yet";
    private volatile boolean stopping;
    private @Nullable Path ownDirectory;

    VerifierService(VerifierSettings settings, Config config, VerifierMeters meters) {
        this.settings = settings;
        this.config = config;
        this.meters = meters;
    }

    void onStart(@Observes StartupEvent event) {
        starter.execute(this::start);
    }

    void onStop(@Observes ShutdownEvent event) {
        stopping = true;
        starter.shutdownNow();
        KafkaStreams running = streams;
        if (running != null && !running.close(settings.stopTimeout())) {
            LOGGER.atWarn().log("the stream did not stop in time");
        }
        deleteOwnDirectory();
    }

    /** What is missing before it can judge; empty where nothing is. */
    public Optional<String> missing() {
        KafkaStreams running = streams;
        if (running == null) {
            return Optional.of(waitsFor);
        }
        KafkaStreams.State state = running.state();
        return state == KafkaStreams.State.RUNNING
                ? Optional.empty()
                : Optional.of(
                        state == KafkaStreams.State.REBALANCING
                                ? "its state is being restored"
                                : "Kafka Streams is " + state);
    }

    /** Whether it has stopped for good and only a new process helps. */
    public boolean isDead() {
        KafkaStreams running = streams;
        return !stopping && running != null && running.state().hasCompletedShutdown();
    }

    private void start() {
        Properties clients = KafkaSettings.clients(config);
        try (Admin admin = Admin.create(clients)) {
            List<Topic> created = Topics.create(admin, Optional.empty());
            created.forEach(
                    topic -> LOGGER.atInfo().addKeyValue(LogKeys.TOPIC, topic).log("topic created"));
            run(partitions(admin));
        } catch (KafkaException | IllegalStateException | ExecutionException e) {
            waitsFor = "Kafka at " + clients.getProperty("bootstrap.servers") + " (" + e.getMessage() + ")";
            LOGGER.atWarn().addKeyValue(LogKeys.REASON, e.getMessage()).log("Kafka is not ready; trying again");
            if (!stopping) {
                CompletableFuture.delayedExecutor(RETRY_SECONDS, TimeUnit.SECONDS, starter)
                        .execute(this::start);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(int partitions) {
        VerifierSettings.Traffic traffic = settings.traffic();
        VerifierOptions options = new VerifierOptions(
                settings.tick(),
                settings.startGrace(),
                settings.forgetAfter(),
                traffic.logPrefix(),
                new TrafficLimits(
                        traffic.maxFlows(), traffic.maxPeersPerPort(), traffic.maxPortsPerPeer(), traffic.maxNodes()),
                partitions,
                new SteadyClock());
        KafkaStreams created = new KafkaStreams(
                VerifierTopology.build(options, meters), KafkaSettings.streams(config, settings, stateDirectory()));
        created.setUncaughtExceptionHandler(this::onThreadDeath);
        created.setStateListener((now, before) -> LOGGER.atInfo()
                .addKeyValue("state", now)
                .addKeyValue("before", before)
                .log("stream state"));
        waitsFor = "the stream to start";
        streams = created;
        if (!stopping) {
            created.start();
        }
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

    /** Replaces the thread, for a broker that went away comes back; gives up where that goes on and on. */
    private synchronized StreamThreadExceptionResponse onThreadDeath(Throwable error) {
        Instant now = clock.instant();
        while (!restarts.isEmpty() && restarts.peekFirst().isBefore(now.minusSeconds(RESTARTS_WITHIN_SECONDS))) {
            restarts.removeFirst();
        }
        restarts.addLast(now);
        boolean hopeless = restarts.size() > MAX_RESTARTS;
        LOGGER.atError()
                .addKeyValue(LogKeys.REASON, error.getMessage())
                .addKeyValue("restarts", restarts.size())
                .setCause(error)
                .log(hopeless ? "stream thread died again; stopping" : "stream thread died; replacing it");
        return hopeless ? StreamThreadExceptionResponse.SHUTDOWN_CLIENT : StreamThreadExceptionResponse.REPLACE_THREAD;
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
