package io.calicofleet.verifier.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.calicofleet.broker.TemporaryBroker;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ChecksObserved;
import io.calicofleet.event.Event;
import io.calicofleet.event.EventIds;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.Received;
import io.calicofleet.kafka.Topics;
import io.calicofleet.verifier.Observations;
import io.calicofleet.verifier.core.traffic.KernelLogParser;
import io.calicofleet.verifier.core.traffic.TrafficLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stream is stopped and started again on another disk: everything it knows comes from the changelog. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RestartIT {

    private static final CalicoVersion TARGET = CalicoVersion.of(3, 22, 5);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<StepId> STEPS = IntStream.range(0, 30)
            .mapToObj(i -> StepId.parse("restart/c" + i + "/upgrade/1"))
            .toList();

    @TempDir
    Path directory;

    private final List<StepJudged> verdicts = new ArrayList<>();

    @Test
    void goes_on_where_it_was_and_says_each_verdict_once() throws Exception {
        try (TemporaryBroker broker = TemporaryBroker.start()) {
            // Given one good observation of each cluster; the version gate asks for two
            Topics.create(broker.bootstrapServers());
            CountingMeters first = new CountingMeters();
            try (KafkaStreams streams = start(broker, "first", first)) {
                try (var producer = producer(broker)) {
                    for (StepId step : STEPS) {
                        send(producer, request(step));
                        send(producer, checks(step, 1));
                    }
                }
                await().atMost(PATIENCE).until(() -> first.count(VerifierMeters.Checked.FOLDED) == STEPS.size());
                assertThat(streams.close(Duration.ofSeconds(30))).isTrue();
            }
            // When it starts anew and sees the second
            try (KafkaStreams streams = start(broker, "second", new CountingMeters());
                    var producer = producer(broker);
                    var consumer = consumer(broker)) {
                for (StepId step : STEPS) {
                    send(producer, checks(step, 2));
                }
                // Then
                await().atMost(PATIENCE).until(() -> poll(consumer) >= STEPS.size());
                assertThat(verdicts).extracting(StepJudged::step).containsExactlyInAnyOrderElementsOf(STEPS);
                assertThat(streams.state().isRunningOrRebalancing()).isTrue();
            }
        }
    }

    private KafkaStreams start(TemporaryBroker broker, String name, VerifierMeters meters) {
        Properties settings = TopologyFixture.settings(broker.bootstrapServers(), directory.resolve(name));
        VerifierOptions options = new VerifierOptions(
                Duration.ofMillis(500),
                Duration.ofSeconds(5),
                Duration.ofDays(7),
                KernelLogParser.DEFAULT_PREFIX,
                TrafficLimits.DEFAULT,
                Topic.PARTITIONS,
                new SteadyClock());
        KafkaStreams streams = new KafkaStreams(VerifierTopology.build(options, meters), settings);
        streams.start();
        await().atMost(PATIENCE).until(() -> streams.state() == KafkaStreams.State.RUNNING);
        return streams;
    }

    private int poll(KafkaConsumer<String, Received> consumer) {
        consumer.poll(Duration.ofMillis(200))
                .forEach(record -> assertThat(record.value())
                        .isInstanceOfSatisfying(
                                Received.Parsed.class,
                                parsed ->
                                        verdicts.add((StepJudged) parsed.event().data())));
        return verdicts.size();
    }

    private static Event<StepRequested> request(StepId step) {
        List<GateRequirement> gates = List.of(
                GateRequirement.of(GateKind.PODS, Duration.ofMinutes(15)),
                GateRequirement.of(GateKind.VERSION, Duration.ofMinutes(15)));
        StepParameters parameters = StepParameters.ofUpgrade(null, null, TARGET, null);
        StepRequested request = new StepRequested(step, gates, parameters, "please");
        return Event.of(EventIds.requested(step), "/test", Instant.now(), null, null, request);
    }

    private static Event<ChecksObserved> checks(StepId step, long sequence) {
        ChecksObserved checks = new ChecksObserved(step, sequence, true, Observations.settled(TARGET), "seen");
        return Event.of(EventIds.checks(checks), "/test", Instant.now(), null, null, checks);
    }

    private static KafkaProducer<String, byte[]> producer(TemporaryBroker broker) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    private static KafkaConsumer<String, Received> consumer(TemporaryBroker broker) {
        var consumer = new KafkaConsumer<>(
                Map.<String, Object>of(
                        "bootstrap.servers", broker.bootstrapServers(),
                        "group.id", "test",
                        "isolation.level", "read_committed",
                        "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                EventCodec.deserializer());
        consumer.subscribe(List.of(Topic.VERDICTS.topicName()));
        return consumer;
    }

    private static void send(KafkaProducer<String, byte[]> producer, Event<? extends FleetEvent> event) {
        producer.send(EventCodec.record(event));
    }
}
