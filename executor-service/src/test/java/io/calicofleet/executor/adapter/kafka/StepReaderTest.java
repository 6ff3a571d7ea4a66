package io.calicofleet.executor.adapter.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.Topic;
import io.calicofleet.executor.engine.Delivery;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class StepReaderTest {

    private static final TopicPartition ONE = new TopicPartition(Topic.STEPS.topicName(), 1);
    private static final TopicPartition TWO = new TopicPartition(Topic.STEPS.topicName(), 2);
    private static final CompletableFuture<Void> ROOM = CompletableFuture.completedFuture(null);

    private final ConcurrentLinkedQueue<Delivery> taken = new ConcurrentLinkedQueue<>();
    private final Deque<CompletableFuture<Void>> answers = new ArrayDeque<>();
    private final List<String> told = new ArrayList<>();
    private long nanos;

    @Test
    void records_are_handed_over_in_their_order_and_committed_up_to_the_first_that_is_not_acknowledged() {
        MockConsumer<String, byte[]> kafka = kafka();
        StepReader reader = reader(kafka);
        add(kafka, ONE, 0, 1, 2);
        reader.turn(kafka);
        assertThat(offsets()).containsExactly(0L, 1L, 2L);

        at(1).acknowledge();
        at(2).acknowledge();
        assertThat(committedAfterASecond(reader, kafka)).as("0 still runs").isEqualTo(0);

        at(0).acknowledge();
        assertThat(committedAfterASecond(reader, kafka)).isEqualTo(3);
    }

    @Test
    void nothing_is_committed_more_often_than_each_second() {
        MockConsumer<String, byte[]> kafka = kafka();
        StepReader reader = reader(kafka);
        add(kafka, ONE, 0);
        reader.turn(kafka);
        at(0).acknowledge();
        nanos += TimeUnit.MILLISECONDS.toNanos(900);
        reader.turn(kafka);
        assertThat(committed(kafka)).isEqualTo(-1);
    }

    @Test
    void where_there_is_no_room_nothing_follows_until_there_is() {
        MockConsumer<String, byte[]> kafka = kafka();
        StepReader reader = reader(kafka);
        CompletableFuture<Void> noRoom = new CompletableFuture<>();
        answers.add(ROOM);
        answers.add(noRoom);
        add(kafka, ONE, 0, 1, 2, 3);
        reader.turn(kafka);
        assertThat(offsets()).containsExactly(0L, 1L);
        assertThat(kafka.paused()).isEqualTo(kafka.assignment());

        reader.turn(kafka);
        assertThat(offsets()).containsExactly(0L, 1L);

        noRoom.complete(null);
        reader.turn(kafka);
        assertThat(offsets()).containsExactly(0L, 1L, 2L, 3L);
        assertThat(kafka.paused()).isEmpty();
    }

    @Test
    void what_waits_for_room_is_not_committed() {
        MockConsumer<String, byte[]> kafka = kafka();
        StepReader reader = reader(kafka);
        answers.add(new CompletableFuture<>());
        add(kafka, ONE, 0, 1);
        reader.turn(kafka);
        at(0).acknowledge();
        assertThat(committedAfterASecond(reader, kafka)).isEqualTo(1);
    }

    @Test
    void a_partition_that_goes_is_committed_its_records_end_and_what_waited_of_it_is_not_handed_over() {
        MockConsumer<String, byte[]> kafka = kafka();
        StepReader reader = reader(kafka);
        CompletableFuture<Void> noRoom = new CompletableFuture<>();
        answers.add(ROOM);
        answers.add(noRoom);
        add(kafka, ONE, 0, 1, 2);
        reader.turn(kafka);
        Delivery running = at(1);
        at(0).acknowledge();

        reader.partitions(kafka).onPartitionsRevoked(List.of(ONE));
        assertThat(committed(kafka)).isEqualTo(1);
        assertThat(running.revoked()).isTrue();
        assertThat(told).containsExactly("revoked");

        noRoom.complete(null);
        reader.turn(kafka);
        assertThat(offsets()).containsExactly(0L, 1L);
    }

    @Test
    void a_partition_that_is_lost_is_not_committed_for_it_is_of_another_already() {
        MockConsumer<String, byte[]> kafka = kafka();
        StepReader reader = reader(kafka);
        add(kafka, ONE, 0);
        reader.turn(kafka);
        Delivery running = at(0);
        running.acknowledge();

        reader.partitions(kafka).onPartitionsLost(List.of(ONE));
        assertThat(committed(kafka)).isEqualTo(-1);
        assertThat(running.revoked()).isTrue();
    }

    @Test
    void what_is_acknowledged_of_an_earlier_hold_is_not_taken_for_the_record_that_came_again() {
        MockConsumer<String, byte[]> kafka = kafka();
        StepReader reader = reader(kafka);
        add(kafka, ONE, 0);
        reader.turn(kafka);
        Delivery before = at(0);
        reader.partitions(kafka).onPartitionsLost(List.of(ONE));
        add(kafka, ONE, 0);
        kafka.seek(ONE, 0);
        reader.turn(kafka);
        before.acknowledge();
        assertThat(committedAfterASecond(reader, kafka)).isEqualTo(0);
    }

    @Test
    void where_kafka_refuses_to_be_read_it_is_begun_anew_and_what_ran_is_given_up() throws InterruptedException {
        MockConsumer<String, byte[]> refusing = new MockConsumer<>("earliest");
        MockConsumer<String, byte[]> reading = new MockConsumer<>("earliest");
        CountDownLatch handedOver = new CountDownLatch(1);
        CountDownLatch given = new CountDownLatch(1);
        Deque<MockConsumer<String, byte[]>> consumers = new ArrayDeque<>(List.of(refusing, reading));
        refusing.schedulePollTask(() -> refusing.setPollException(new KafkaException("the broker refuses")));
        reading.schedulePollTask(() -> {
            assign(reading);
            add(reading, ONE, 7);
        });
        try (StepReader reader = new StepReader(
                consumers::poll,
                delivery -> {
                    handedOver.countDown();
                    return ROOM;
                },
                given::countDown,
                System::nanoTime)) {
            reader.start();
            assertThat(handedOver.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(given.getCount()).isZero();
        }
        assertThat(refusing.closed()).isTrue();
        assertThat(reading.closed()).isTrue();
    }

    private StepReader reader(MockConsumer<String, byte[]> kafka) {
        StepReader reader = new StepReader(
                () -> kafka,
                delivery -> {
                    taken.add(delivery);
                    return answers.isEmpty() ? ROOM : answers.poll();
                },
                () -> told.add("revoked"),
                () -> nanos);
        reader.subscribe(kafka);
        assign(kafka);
        return reader;
    }

    private static MockConsumer<String, byte[]> kafka() {
        return new MockConsumer<>("earliest");
    }

    private static void assign(MockConsumer<String, byte[]> kafka) {
        kafka.rebalance(List.of(ONE, TWO));
        kafka.updateBeginningOffsets(Map.of(ONE, 0L, TWO, 0L));
    }

    private static void add(MockConsumer<String, byte[]> kafka, TopicPartition partition, long... offsets) {
        for (long offset : offsets) {
            kafka.addRecord(
                    new ConsumerRecord<>(partition.topic(), partition.partition(), offset, "c" + offset, new byte[0]));
        }
    }

    private List<Long> offsets() {
        return taken.stream().map(Delivery::offset).toList();
    }

    private Delivery at(long offset) {
        return taken.stream()
                .filter(delivery -> delivery.offset() == offset)
                .findFirst()
                .orElseThrow();
    }

    private long committedAfterASecond(StepReader reader, MockConsumer<String, byte[]> kafka) {
        nanos += TimeUnit.SECONDS.toNanos(1);
        reader.turn(kafka);
        return committed(kafka);
    }

    private static long committed(MockConsumer<String, byte[]> kafka) {
        OffsetAndMetadata committed = kafka.committed(Set.of(ONE)).get(ONE);
        return committed == null ? -1 : committed.offset();
    }
}
