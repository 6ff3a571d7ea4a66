package io.calicofleet.planner.adapter.view;

import static java.util.stream.Collectors.toMap;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterAnnounced;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.LogKeys;
import io.calicofleet.event.Stop;
import io.calicofleet.event.Topic;
import io.calicofleet.planner.core.why.Heartbeat;
import io.calicofleet.planner.port.ClusterDocument;
import io.calicofleet.planner.port.FleetView;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@code status}, {@code clusters} and {@code fleet} from the beginning, without a consumer group, on a thread of its own:
 *
 * <pre>
 * 1. find the partitions; note where each ends now
 * 2. read committed records on and on; each replaces what its key held
 * 3. a partition is caught up once it was read to where it ended in 1; from then on it stays so
 * 4. whatever goes wrong: say so in {@link #behind()}, wait a little, start again at 1 over the same contents
 * </pre>
 */
public final class StatusView implements FleetView, AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(StatusView.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration BACKOFF = Duration.ofSeconds(1);

    private final Map<String, Object> client;
    private final ViewContents contents = new ViewContents();
    private final Map<TopicPartition, Long> lag = new ConcurrentHashMap<>();
    private final Map<TopicPartition, Long> missing = new ConcurrentHashMap<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable String problem = "the status view is not started yet";
    private volatile Supplier<List<String>> source = List::of;
    private volatile @Nullable Consumer<String, byte[]> reading;
    private volatile boolean whole;

    /**
     * Does nothing before {@link #start()}.
     *
     * @param client the properties of Kafka clients
     */
    public StatusView(Map<String, Object> client) {
        this.client = Map.copyOf(client);
        this.thread = Thread.ofPlatform().name("planner-view").daemon().unstarted(this::run);
    }

    /** It is behind as well while its source has troubles: a reader that waits for a broker does not notice. */
    public void dependsOn(Supplier<List<String>> troubles) {
        source = troubles;
    }

    /** Starts to read. */
    public void start() {
        thread.start();
    }

    @Override
    public void close() {
        stopped.countDown();
        Consumer<String, byte[]> consumer = reading;
        if (consumer != null) {
            consumer.wakeup();
        }
        try {
            thread.join(BACKOFF);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether its thread does what it should; it is never to end before {@link #close()}. */
    public boolean alive() {
        return thread.isAlive();
    }

    /** Records published but not read yet. */
    public long lag() {
        return lag.values().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public List<CampaignStatus> campaigns() {
        return contents.campaigns();
    }

    @Override
    public Optional<CampaignStatus> campaign(CampaignName name) {
        return contents.campaign(name);
    }

    @Override
    public Map<ClusterId, ClusterDocument> clusterDocuments(CampaignName campaign) {
        return contents.clusterDocuments(campaign);
    }

    @Override
    public Optional<ClusterStatus> cluster(CampaignName campaign, ClusterId cluster) {
        return contents.cluster(campaign, cluster);
    }

    @Override
    public Map<ClusterId, ClusterAnnounced> fleet() {
        return contents.fleet();
    }

    @Override
    public SortedMap<String, Heartbeat> heartbeats() {
        return contents.heartbeats();
    }

    @Override
    public Map<ClusterId, CampaignName> engagements() {
        return contents.engagements();
    }

    @Override
    public Optional<Stop> stop() {
        return contents.stop();
    }

    @Override
    public boolean isWhole() {
        return whole;
    }

    @Override
    public List<String> behind() {
        String trouble = problem;
        if (trouble != null) {
            return List.of(trouble);
        }
        List<String> troubles = source.get();
        if (!troubles.isEmpty()) {
            return troubles;
        }
        return missing.keySet().stream()
                .sorted((a, b) -> a.toString().compareTo(b.toString()))
                .map(partition -> "status view: " + partition.topic() + " partition " + partition.partition() + " is "
                        + lag.getOrDefault(partition, 0L) + " records behind")
                .toList();
    }

    private void run() {
        boolean again = true;
        while (again) {
            try (Consumer<String, byte[]> consumer = consumer()) {
                reading = consumer;
                read(consumer);
            } catch (WakeupException | InterruptException expected) {
                // Only close() does that; the latch says so.
            } catch (KafkaException | IllegalStateException e) {
                problem = "status view: " + e.getMessage();
                LOGGER.atWarn().addKeyValue(LogKeys.REASON, e.toString()).log("status view starts to read again");
            } finally {
                reading = null;
            }
            again = !awaitStop();
        }
    }

    private boolean awaitStop() {
        try {
            return stopped.await(BACKOFF.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    private void read(Consumer<String, byte[]> consumer) {
        List<TopicPartition> partitions = partitions(consumer);
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
        missing.clear();
        missing.putAll(ends.entrySet().stream()
                .filter(end -> end.getValue() > starts.getOrDefault(end.getKey(), 0L))
                .collect(toMap(Map.Entry::getKey, Map.Entry::getValue)));
        lag.clear();
        lag.putAll(missing.keySet().stream()
                .collect(toMap(
                        Function.identity(),
                        partition -> ends.getOrDefault(partition, 0L) - starts.getOrDefault(partition, 0L))));
        problem = null;
        while (stopped.getCount() > 0) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                take(record);
            }
            for (TopicPartition partition : partitions) {
                consumer.currentLag(partition).ifPresent(records -> lag.put(partition, records));
            }
            missing.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
            whole |= missing.isEmpty();
        }
    }

    private void take(ConsumerRecord<String, byte[]> record) {
        try {
            contents.accept(
                    record.topic(),
                    record.key() == null ? "" : record.key(),
                    record.value(),
                    Instant.ofEpochMilli(record.timestamp()));
        } catch (IOException | IllegalArgumentException e) {
            // The planner's streams report what is no event; here it only must not stop the view.
            LOGGER.atDebug()
                    .addKeyValue(LogKeys.TOPIC, record.topic())
                    .addKeyValue(LogKeys.PARTITION, record.partition())
                    .addKeyValue(LogKeys.OFFSET, record.offset())
                    .addKeyValue(LogKeys.REASON, e.getMessage())
                    .log("status view skips a record");
        }
    }

    private static List<TopicPartition> partitions(Consumer<String, byte[]> consumer) {
        return Stream.of(Topic.STATUS, Topic.CLUSTERS, Topic.FLEET)
                .map(topic -> {
                    var infos = consumer.partitionsFor(topic.topicName());
                    if (infos == null || infos.isEmpty()) {
                        throw new IllegalStateException("topic " + topic.topicName() + " is missing");
                    }
                    return infos.stream()
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .toList();
                })
                .flatMap(Collection::stream)
                .toList();
    }

    private Consumer<String, byte[]> consumer() {
        Map<String, Object> properties = new HashMap<>(client);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2000);
        return new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
    }
}
