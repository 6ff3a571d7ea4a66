package io.calicofleet.planner.adapter.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.calicofleet.broker.TemporaryBroker;
import io.calicofleet.event.Sender;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.Topics;
import io.calicofleet.runtime.Signing;
import io.calicofleet.runtime.streams.ManagedStreams;
import io.calicofleet.runtime.streams.StreamsSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams on a real broker that fail on the same record again and again. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FailedStreamsIT {

    @TempDir
    private Path directory;

    @Test
    void whoever_runs_streams_that_fail_on_and_on_is_told_once_that_they_have_ended() throws Exception {
        AtomicInteger failed = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        try (TemporaryBroker broker = TemporaryBroker.start()) {
            Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
            try (Admin admin = Admin.create(client);
                    KafkaProducer<byte[], byte[]> producer =
                            new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
                Topics.create(admin, Optional.empty());
                producer.send(new ProducerRecord<>(Topic.COMMANDS.topicName(), new byte[] {1}))
                        .get();
            }
            Map<String, Object> properties = new StreamsSettings(
                            "failing",
                            1,
                            0,
                            -1,
                            directory.toString(),
                            Duration.ofMillis(20),
                            Duration.ofSeconds(6),
                            Duration.ofSeconds(5))
                    .properties(Map.of(), client);
            try (ManagedStreams streams = new ManagedStreams(
                    FailedStreamsIT::failing,
                    properties,
                    Signing.none(Sender.PLANNER),
                    failed::incrementAndGet,
                    ended::incrementAndGet,
                    InstantSource.system(),
                    Duration.ofSeconds(10))) {
                // When
                streams.start();
                // Then
                await().dontCatchUncaughtExceptions()
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> ended.get() > 0);
                assertThat(streams.failed()).isTrue();
                assertThat(failed).as("it goes on for a while").hasValueGreaterThan(5);
            }
        }
        assertThat(ended).hasValue(1);
    }

    private static Topology failing() {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(Topic.COMMANDS.topicName(), Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
                .foreach((key, value) -> {
                    throw new IllegalStateException("this record again");
                });
        return builder.build();
    }
}
