package io.calicofleet.planner.adapter.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClaimReleased;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventCodec;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RecordProcessorTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void a_fault_of_ours_is_counted_as_one_and_the_next_record_is_taken() {
        assertThat(deadLetters(new IllegalStateException("a fault")))
                .containsExactly("bug in the planner: java.lang.IllegalStateException: a fault");
        assertThat(counted("bug")).isEqualTo(1);
        assertThat(counted("unreadable")).isEqualTo(1);
    }

    @Test
    void what_fits_into_no_record_is_counted_as_too_large() {
        TooLargeException tooLarge = catchThrowableOfType(
                TooLargeException.class, () -> TooLargeException.refuse("it", new byte[Topic.MAX_RECORD_BYTES]));

        assertThat(deadLetters(tooLarge)).singleElement().asString().startsWith("it would have");
        assertThat(counted("too-large")).isEqualTo(1);
    }

    @Test
    void dead_letters_are_counted_from_0_on_so_that_the_first_is_an_increase() {
        StreamMeters unused = new StreamMeters(meters);

        for (String result : List.of("bug", "unreadable", "too-large")) {
            assertThat(meters.find("calico.fleet.planner.inputs")
                            .tag("result", result)
                            .counters())
                    .as(result)
                    .singleElement()
                    .satisfies(counter -> assertThat(counter.count()).isZero());
        }
    }

    private double counted(String result) {
        return meters.find("calico.fleet.planner.inputs").tag("result", result).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    /** Why the first of two records went there; the second is none that can be read. */
    private List<String> deadLetters(RuntimeException failure) {
        Topology topology = new Topology();
        ByteArrayDeserializer bytes = new ByteArrayDeserializer();
        topology.addSource("in", bytes, bytes, "in");
        topology.addProcessor("failing", () -> new Failing(new StreamMeters(meters), failure), "in");
        topology.addSink(
                PlannerTopology.DEAD_LETTERS,
                "letters",
                new ByteArraySerializer(),
                new ByteArraySerializer(),
                "failing");
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        try (TopologyTestDriver driver = new TopologyTestDriver(topology, properties, Instant.EPOCH)) {
            var released = new ClaimReleased(CampaignName.of("c"), ClusterId.of("c01"), 1, "released");
            var record = EventCodec.record(Event.of("e", "/test", Instant.EPOCH, null, null, released));
            var in = driver.createInputTopic("in", new ByteArraySerializer(), new ByteArraySerializer());
            in.pipeInput(new TestRecord<>(new byte[0], record.value(), record.headers()));
            in.pipeInput(new byte[0], new byte[] {'x'});
            return driver.createOutputTopic("letters", bytes, bytes).readRecordsToList().stream()
                    .map(letter -> PlannerDriver.header(letter, "dead_letter_reason"))
                    .limit(1)
                    .toList();
        }
    }

    private static final class Failing extends RecordProcessor<Outputs> {

        private final RuntimeException failure;

        Failing(StreamMeters meters, RuntimeException failure) {
            super(meters);
            this.failure = failure;
        }

        @Override
        Outputs open(ProcessorContext<Object, Object> context) {
            return new Outputs(context);
        }

        @Override
        void event(Record<byte[], byte[]> record, Event<? extends FleetEvent> event) {
            throw failure;
        }

        @Override
        Outputs outputs() {
            return partition();
        }
    }
}
