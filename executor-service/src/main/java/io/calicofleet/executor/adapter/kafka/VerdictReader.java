package io.calicofleet.executor.adapter.kafka;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.EventType;
import io.calicofleet.event.LogKeys;
import io.calicofleet.event.StepId;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventCodec;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads every verdict from now on: all partitions, no consumer group. What was judged before this executor was there is
 * said again by the verifier when the next observation comes.
 */
public final class VerdictReader implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(VerdictReader.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration PORTION = Duration.ofMillis(50);
    private static final int PORTION_BYTES = 256 * 1024;

    private final Map<String, Object> config;
    private final Consumer<StepId> judged;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean reading;
    private volatile boolean stopped;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;

    /**
     * A reader.
     *
     * @param settings of Kafka: the bootstrap servers, and security where there is any
     * @param judged told the step of each verdict; must not block
     */
    public VerdictReader(Map<String, Object> settings, String executor, Consumer<StepId> judged) {
        this.config = new HashMap<>(settings);
        this.config.put(ConsumerConfig.CLIENT_ID_CONFIG, "executor-verdicts-" + executor);
        this.config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        this.config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        // Nobody waits for it: the next step ends the observation as well. So what comes may be read in portions.
        this.config.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, PORTION_BYTES);
        this.config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int) PORTION.toMillis());
        this.config.remove(ConsumerConfig.GROUP_ID_CONFIG);
        this.judged = requireNonNull(judged, "judged");
    }

    /** Begins; comes back at once. */
    public void start() {
        Thread.ofPlatform().name("verdicts").daemon().start(this::run);
    }

    /** Whether it hears every verdict from now on. */
    public boolean isReading() {
        return reading;
    }

    @Override
    public void close() {
        stopped = true;
        KafkaConsumer<byte[], byte[]> current = consumer;
        if (current != null) {
            current.wakeup();
        }
        try {
            boolean unused = ended.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!stopped) {
            try (KafkaConsumer<byte[], byte[]> opened =
                    new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                consumer = opened;
                read(opened);
            } catch (WakeupException expected) {
                LOGGER.atDebug().log("the verdicts are not read any more");
            } catch (KafkaException e) {
                LOGGER.atWarn()
                        .addKeyValue(LogKeys.REASON, e.toString())
                        .log("the verdicts cannot be read; it is tried again");
            } finally {
                reading = false;
            }
            pause();
        }
        ended.countDown();
    }

    private void read(KafkaConsumer<byte[], byte[]> opened) {
        List<TopicPartition> partitions = List.of();
        while (partitions.isEmpty() && !stopped) {
            partitions = opened.partitionsFor(Topic.VERDICTS.topicName()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
        }
        opened.assign(partitions);
        opened.seekToEnd(partitions);
        partitions.forEach(opened::position); // Positions are looked up lazily; only then is the end the one of now.
        reading = true;
        while (!stopped) {
            for (ConsumerRecord<byte[], byte[]> record : opened.poll(Duration.ofSeconds(1))) {
                EventCodec.step(record.headers(), EventType.STEP_JUDGED).ifPresent(judged);
            }
        }
    }

    private void pause() {
        if (stopped) {
            return;
        }
        try {
            boolean unused = ended.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopped = true;
        }
    }
}
