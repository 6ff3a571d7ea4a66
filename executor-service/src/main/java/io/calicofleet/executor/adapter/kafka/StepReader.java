package io.calicofleet.executor.adapter.kafka;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.LogKeys;
import io.calicofleet.event.Topic;
import io.calicofleet.executor.engine.Delivery;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Reads the steps topic, as one of its consumer group.
 *
 * <pre>
 *   a record          goes into the queue of its cluster, and the next one follows at once
 *   no more room      nothing follows until there is; the partitions stay ours meanwhile
 *   acknowledged      when its step is done with, which may be half an hour later, in any order
 *   committed         each second, and when a partition goes: up to the first record that is not acknowledged
 *   partitions go     what of them runs stops before its next write; what was not committed is delivered to the next owner
 *   Kafka refuses     all partitions are given up, and it is begun anew
 * </pre>
 *
 * <p>By a consumer of its own and not by reactive streams, whose hops from thread to thread took a fifth of an executor's time.
 */
public final class StepReader implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(StepReader.class);

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration POLL_WITHOUT_ROOM = Duration.ofMillis(50);
    private static final long COMMITTED_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final Duration CLOSED_WITHIN = Duration.ofSeconds(5);

    /** An executor that was killed is given up within seconds; the smallest a broker takes by default. */
    private static final int SESSION_MILLIS = 6000;

    private static final int HEARTBEATS_PER_SESSION = 4;
    private static final int RECORDS = 1000;
    private static final int FETCH_MILLIS = 200;

    private final Supplier<Consumer<String, byte[]>> consumers;
    private final Function<Delivery, CompletionStage<Void>> queues;
    private final Runnable revoked;
    private final PartitionHolds holds = new PartitionHolds();
    private final ArrayDeque<ConsumerRecord<String, byte[]>> waiting = new ArrayDeque<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final CountDownLatch stopping = new CountDownLatch(1);
    private @Nullable CompletionStage<Void> room;
    private final LongSupplier nanos;
    private long committedAt;
    private volatile boolean assigned;
    private volatile boolean started;
    private volatile @Nullable Consumer<String, byte[]> consumer;

    StepReader(
            Supplier<Consumer<String, byte[]>> consumers,
            Function<Delivery, CompletionStage<Void>> queues,
            Runnable revoked,
            LongSupplier nanos) {
        this.nanos = requireNonNull(nanos, "nanos");
        this.committedAt = nanos.getAsLong();
        this.consumers = requireNonNull(consumers, "consumers");
        this.queues = requireNonNull(queues, "queues");
        this.revoked = requireNonNull(revoked, "revoked");
    }

    /**
     * A reader that reads nothing yet.
     *
     * @param settings of Kafka: the bootstrap servers, and security where there is any
     * @param group the consumer group
     * @param queues takes a record; what it returns is done when there is room for another one. Must not block
     * @param revoked told after partitions went; their deliveries say so by then. Must not block
     */
    public static StepReader of(
            Map<String, Object> settings,
            String executor,
            String group,
            Function<Delivery, CompletionStage<Void>> queues,
            Runnable revoked) {
        Map<String, Object> config = new HashMap<>(settings);
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, "executor-steps-" + executor);
        config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_MILLIS);
        config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, SESSION_MILLIS / HEARTBEATS_PER_SESSION);
        // Only the partitions that move are taken away, so that a rebalance does not stop what stays.
        config.put(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                List.of(CooperativeStickyAssignor.class.getName()));
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS);
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_MILLIS);
        return new StepReader(
                () -> new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer()),
                queues,
                revoked,
                System::nanoTime);
    }

    /** Begins; comes back at once. */
    public void start() {
        started = true;
        Thread.ofPlatform().name("steps").daemon().start(this::run);
    }

    /** Whether the broker has given this executor its share, if only none. */
    public boolean isAssigned() {
        return assigned;
    }

    /** Commits what is acknowledged, and leaves the group, so that others need not wait for its session to end. */
    @Override
    public void close() {
        stopping.countDown();
        Consumer<String, byte[]> current = consumer;
        if (current != null) {
            current.wakeup();
        }
        try {
            boolean unused = !started || ended.await(CLOSED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!stopped()) {
                readUntilRefused();
                boolean unused = stopping.await(AGAIN.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ended.countDown();
        }
    }

    private void readUntilRefused() {
        try (Consumer<String, byte[]> opened = consumers.get()) {
            consumer = opened;
            subscribe(opened);
            while (!stopped()) {
                turn(opened);
            }
        } catch (WakeupException expected) {
            LOGGER.atDebug().log("the steps are not read any more");
        } catch (RuntimeException e) {
            // Kafka's, mostly; one of ours must not end it either, for nothing would be executed any more.
            LOGGER.atLevel(e instanceof KafkaException ? Level.WARN : Level.ERROR)
                    .addKeyValue(LogKeys.REASON, e.toString())
                    .setCause(e instanceof KafkaException ? null : e)
                    .log("the steps cannot be read; it is tried again");
        } finally {
            // Closing has told so of each, unless it did not come to that.
            gone(holds.partitions());
            assigned = false;
        }
    }

    void subscribe(Consumer<String, byte[]> opened) {
        opened.subscribe(List.of(Topic.STEPS.topicName()), partitions(opened));
    }

    ConsumerRebalanceListener partitions(Consumer<String, byte[]> opened) {
        return new Partitions(opened);
    }

    /** One poll, and what there is to do with it. */
    void turn(Consumer<String, byte[]> opened) {
        CompletionStage<Void> blocked = room;
        if (blocked != null && blocked.toCompletableFuture().isDone()) {
            room = null;
            handOver();
            if (room == null) {
                opened.resume(opened.paused());
            }
        }
        opened.poll(room == null ? POLL : POLL_WITHOUT_ROOM).forEach(waiting::add);
        if (room == null) {
            handOver();
        }
        if (room != null) {
            // Partitions that came meanwhile included.
            opened.pause(opened.assignment());
        }
        if (nanos.getAsLong() - committedAt >= COMMITTED_EVERY_NANOS) {
            commit(opened, holds.partitions());
        }
    }

    private void handOver() {
        while (room == null && !waiting.isEmpty()) {
            ConsumerRecord<String, byte[]> record = waiting.poll();
            PartitionHold hold = holds.of(record.partition());
            hold.taken(record.offset());
            CompletionStage<Void> next = queues.apply(new StepDelivery(
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    record.key(),
                    record.value(),
                    record.headers(),
                    hold,
                    () -> hold.acknowledged(record.offset())));
            room = next.toCompletableFuture().isDone() ? null : next;
        }
    }

    /** What cannot be committed now is at the next turn; what never is, is delivered again. */
    private void commit(Consumer<String, byte[]> opened, Collection<Integer> partitions) {
        committedAt = nanos.getAsLong();
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        holds.each(
                partitions,
                (partition, hold) -> hold.toCommit()
                        .ifPresent(from -> offsets.put(
                                new TopicPartition(Topic.STEPS.topicName(), partition), new OffsetAndMetadata(from))));
        if (offsets.isEmpty()) {
            return;
        }
        try {
            opened.commitSync(offsets, CLOSED_WITHIN);
            offsets.forEach((partition, from) ->
                    holds.each(List.of(partition.partition()), (number, hold) -> hold.committed(from.offset())));
        } catch (WakeupException e) {
            throw e;
        } catch (KafkaException e) {
            LOGGER.atDebug().addKeyValue(LogKeys.REASON, e.toString()).log("what is done with could not be committed");
        }
    }

    private void gone(Collection<Integer> partitions) {
        waiting.removeIf(record -> partitions.contains(record.partition()));
        holds.end(partitions);
        revoked.run();
    }

    private boolean stopped() {
        return stopping.getCount() == 0;
    }

    private static List<Integer> numbers(Collection<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::partition).toList();
    }

    /** What Kafka tells of partitions, while it is polled. */
    private final class Partitions implements ConsumerRebalanceListener {

        private final Consumer<String, byte[]> opened;

        Partitions(Consumer<String, byte[]> opened) {
            this.opened = opened;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            assigned = true;
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            commit(opened, numbers(partitions));
            gone(numbers(partitions));
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            gone(numbers(partitions));
        }
    }
}
