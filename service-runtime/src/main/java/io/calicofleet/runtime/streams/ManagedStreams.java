package io.calicofleet.runtime.streams;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.LogKeys;
import io.calicofleet.kafka.attestation.AttestationCheck.Refused;
import io.calicofleet.runtime.Signing;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka Streams, started and stopped by us.
 *
 * <p>Not by the Quarkus extension: that one builds the topology when the application starts and starts it once. We start it
 * when the topics are there and the view is up to date, replace a failed thread but give up on one that fails on and on, and
 * stop and start it again in tests as a takeover would.
 */
public final class ManagedStreams implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(ManagedStreams.class);
    private static final int MAX_FAILURES = 20;
    private static final Duration FAILURE_WINDOW = Duration.ofMinutes(1);

    private final Supplier<Topology> topology;
    private final Map<String, Object> properties;
    private final Signing signing;
    private final Runnable onFailure;
    private final Runnable onEnd;
    private final InstantSource clock;
    private final Duration grace;
    private final Deque<Instant> failures = new ArrayDeque<>();
    private volatile @Nullable KafkaStreams streams;

    /**
     * Starts nothing yet.
     *
     * @param topology what to run
     * @param properties of Kafka Streams
     * @param signing signs what is sent, and checks what is read
     * @param onFailure told of each thread that failed
     * @param onEnd told when it has failed for good, so that only a new process helps
     * @param clock tells how close failures follow each other
     * @param grace how long a stop may take
     */
    public ManagedStreams(
            Supplier<Topology> topology,
            Map<String, Object> properties,
            Signing signing,
            Runnable onFailure,
            Runnable onEnd,
            InstantSource clock,
            Duration grace) {
        this.topology = requireNonNull(topology, "topology");
        this.properties = Map.copyOf(properties);
        this.signing = requireNonNull(signing, "signing");
        this.onFailure = requireNonNull(onFailure, "onFailure");
        this.onEnd = requireNonNull(onEnd, "onEnd");
        this.clock = requireNonNull(clock, "clock");
        this.grace = requireNonNull(grace, "grace");
    }

    /** Starts; takes part in the group of all instances. */
    public synchronized void start() {
        if (streams != null) {
            throw new IllegalStateException("the streams were started already");
        }
        Properties all = new Properties();
        all.putAll(properties);
        put(all, StreamsConfig.MAIN_CONSUMER_PREFIX, signing.check(Refused.MARKED, (topic, why) -> {}));
        put(all, StreamsConfig.GLOBAL_CONSUMER_PREFIX, signing.check(Refused.DROPPED, Signing::log));
        put(all, StreamsConfig.RESTORE_CONSUMER_PREFIX, signing.check(Refused.DROPPED, this::onForgedState));
        KafkaStreams starting = new KafkaStreams(topology.get(), all, new SigningClients(signing));
        starting.setUncaughtExceptionHandler(this::onFailure);
        starting.setStateListener((now, before) -> {
            LOGGER.atInfo()
                    .addKeyValue("state", now)
                    .addKeyValue("before", before)
                    .log("streams changed state");
            if (now == State.ERROR) {
                onEnd.run();
            }
        });
        starting.start();
        streams = starting;
    }

    /** Finishes and commits what is under way, and leaves the group. */
    @Override
    public synchronized void close() {
        KafkaStreams stopping = streams;
        streams = null;
        if (stopping != null && !stopping.close(grace)) {
            LOGGER.atWarn().log("streams did not stop in time; what was not committed is decided again");
        }
    }

    /** What is missing before it processes anything, one sentence each. */
    public List<String> notReady() {
        KafkaStreams running = streams;
        if (running == null) {
            return List.of("Kafka Streams is not started yet");
        }
        State state = running.state();
        return state == State.RUNNING
                ? List.of()
                : List.of(state == State.REBALANCING ? "its state is being restored" : "Kafka Streams is " + state);
    }

    /** Whether it has failed for good: only a restart of the process helps. */
    public boolean failed() {
        KafkaStreams running = streams;
        return running != null && running.state().hasCompletedShutdown();
    }

    /** What Kafka Streams measures of itself, such as {@code commit-latency-avg}; the highest of its threads, 0 if none. */
    public double metric(String group, String name) {
        KafkaStreams running = streams;
        return running == null
                ? 0
                : running.metrics().entrySet().stream()
                        .filter(metric -> metric.getKey().group().equals(group)
                                && metric.getKey().name().equals(name))
                        .map(metric -> metric.getValue().metricValue())
                        .filter(Double.class::isInstance)
                        .mapToDouble(Double.class::cast)
                        .filter(Double::isFinite)
                        .max()
                        .orElse(0);
    }

    private static void put(Properties all, String prefix, Map<String, Object> check) {
        check.forEach((name, value) -> all.put(prefix + name, value));
    }

    /** Without it the state would be an older one, and what was decided since would be decided again otherwise. */
    private void onForgedState(String topic, String why) {
        LOGGER.atError()
                .addKeyValue(LogKeys.TOPIC, topic)
                .addKeyValue(LogKeys.REASON, why)
                .log("the kept state holds a record that does not count; nothing is decided on it");
        onEnd.run();
    }

    private StreamThreadExceptionResponse onFailure(Throwable error) {
        onFailure.run();
        boolean tooMany = tooMany(clock.instant());
        LOGGER.atError()
                .addKeyValue(LogKeys.OUTCOME, tooMany ? "gives up" : "goes on with a new thread")
                .setCause(error)
                .log("a stream thread failed");
        return tooMany ? StreamThreadExceptionResponse.SHUTDOWN_CLIENT : StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    private boolean tooMany(Instant now) {
        synchronized (failures) {
            failures.addLast(now);
            while (failures.getFirst().isBefore(now.minus(FAILURE_WINDOW))) {
                failures.removeFirst();
            }
            return failures.size() > MAX_FAILURES;
        }
    }
}
