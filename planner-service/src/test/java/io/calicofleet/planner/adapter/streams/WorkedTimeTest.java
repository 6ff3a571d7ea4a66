package io.calicofleet.planner.adapter.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WorkedTimeTest {

    private static final Instant CLOCK = Instant.parse("2026-11-28T22:00:00Z");

    private final AtomicLong nanos = new AtomicLong(-5);
    private final WorkedTime.Clock steady = new WorkedTime.Clock(nanos::get, Duration.ofMinutes(1));
    private final TopologyTestDriver driver = driver();
    private final KeyValueStore<String, Long> store = driver.getKeyValueStore("names");

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void it_goes_on_with_the_steady_clock_whatever_the_other_shows() {
        WorkedTime worked = new WorkedTime(store, steady);
        later(Duration.ofSeconds(2));
        assertThat(worked.at(CLOCK.plus(Duration.ofDays(3))).worked()).isEqualTo(Duration.ofSeconds(2));
        later(Duration.ofSeconds(1));
        assertThat(worked.at(CLOCK.minus(Duration.ofDays(3))).worked()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void a_process_that_stood_still_has_not_worked_for_long() {
        WorkedTime worked = new WorkedTime(store, steady);
        later(Duration.ofHours(7));

        assertThat(worked.at(CLOCK).worked()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void the_next_planner_goes_on_where_it_was_last_stored_and_the_time_between_them_is_left_out() {
        WorkedTime worked = new WorkedTime(store, steady);
        for (int second = 0; second < 25; second++) {
            later(Duration.ofSeconds(1));
            worked.at(CLOCK);
            worked.store();
        }
        later(Duration.ofHours(7));

        assertThat(new WorkedTime(store, steady).at(CLOCK).worked()).isEqualTo(Duration.ofSeconds(20));
    }

    private void later(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private static final class Idle implements Processor<Object, Object, Object, Object> {

        @Override
        public void process(Record<Object, Object> record) {}
    }

    /** A store needs somebody who has it. */
    private static TopologyTestDriver driver() {
        Topology topology = new Topology();
        topology.addSource("in", new ByteArrayDeserializer(), new ByteArrayDeserializer(), "in");
        topology.addProcessor("keeper", Idle::new, "in");
        topology.addStateStore(
                Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore("names"), Serdes.String(), Serdes.Long()),
                "keeper");
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        return new TopologyTestDriver(topology, properties);
    }
}
