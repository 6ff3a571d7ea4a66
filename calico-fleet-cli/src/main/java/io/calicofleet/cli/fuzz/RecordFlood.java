package io.calicofleet.cli.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.bench.ConsumerLag;
import io.calicofleet.event.Topic;
import io.calicofleet.fuzz.Foreign;
import io.calicofleet.fuzz.WrongRecords;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.Received;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends wrong records, no faster than they are read. */
final class RecordFlood implements AutoCloseable {

    private static final long PORTION = 20_000;
    private static final long MOST_WAITING = 100_000;

    /** The campaigns that go on always have some records on their way. */
    private static final long FEW = 100;

    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration NOTHING_MOVES = Duration.ofMinutes(3);

    private final FuzzPlan plan;
    private final WrongRecords records;
    private final Problems problems;
    private final Consumer<String> tell;
    private final ConsumerLag backlog;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<Topic, Long> sent = new HashMap<>();
    private final Map<Topic, Long> unreadable = new HashMap<>();
    private long refused;

    RecordFlood(
            FuzzPlan plan, String bootstrapServers, WrongRecords records, Problems problems, Consumer<String> tell) {
        this.plan = plan;
        this.records = records;
        this.problems = problems;
        this.tell = tell;
        this.backlog = new ConsumerLag(bootstrapServers);
        Properties settings = new Properties();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 2 * Topic.MAX_RECORD_BYTES);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 20);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 300_000);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 600_000);
        this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** So many records on each topic, a portion of each in turn; waits while the services are far behind. */
    void send(long each) throws InterruptedException {
        long began = System.nanoTime();
        for (long done = 0; done < each; done += PORTION) {
            long portion = Math.min(PORTION, each - done);
            for (Topic topic : plan.topics()) {
                for (long i = 0; i < portion; i++) {
                    send(topic, records.next(topic));
                }
                awaitBehind(MOST_WAITING);
            }
            producer.flush();
            long aSecond = (done + portion)
                    * plan.topics().size()
                    * 1000
                    / Math.max(1, (System.nanoTime() - began) / 1_000_000);
            tell.accept(done + portion + " of " + each + " records of each topic, " + aSecond
                    + " a second; not read yet: " + backlog.now());
        }
    }

    private void send(Topic topic, ProducerRecord<byte[], byte[]> record) {
        boolean bad = isEachDeadLetterKept(topic)
                && EventCodec.read(record.headers(), record.value()) instanceof Received.Unreadable;
        var unused = producer.send(record, (metadata, failure) -> {
            synchronized (sent) {
                if (failure == null) {
                    sent.merge(topic, 1L, Long::sum);
                    unreadable.merge(topic, bad ? 1L : 0L, Long::sum);
                } else {
                    refused++;
                }
            }
        });
    }

    /** Returns when everything is read but what has just come. */
    void drain() throws InterruptedException {
        producer.flush();
        awaitBehind(FEW);
    }

    /** Takes back what compacted topics keep. */
    void takeBack() {
        for (Topic topic : plan.topics()) {
            if (topic.kept() == Topic.Kept.COMPACTED) {
                Foreign.kept(topic).forEach(key -> {
                    var unused = producer.send(new ProducerRecord<>(topic.topicName(), key.getBytes(UTF_8), null));
                });
            }
        }
        producer.flush();
    }

    /** Whether whatever cannot be read on it is kept: not where it is no event, or a later record takes its place before it is read. */
    private static boolean isEachDeadLetterKept(Topic topic) {
        return topic.kept() != Topic.Kept.COMPACTED && topic != Topic.TRAFFIC;
    }

    /** How many records of a topic were taken by the broker and are none of ours; of a topic whose dead letters are all kept. */
    long unreadable(Topic topic) {
        synchronized (sent) {
            return unreadable.getOrDefault(topic, 0L);
        }
    }

    /** How many records were taken. */
    String sent() {
        synchronized (sent) {
            return "records sent: " + sent + "; refused by the broker: " + refused;
        }
    }

    /** Waits until no more than so many records wait; gives up where nothing moves. */
    private void awaitBehind(long most) throws InterruptedException {
        long movedAt = System.nanoTime();
        Map<String, Long> before = backlog.now();
        while (before.values().stream().mapToLong(Long::longValue).sum() > most) {
            TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
            Map<String, Long> now = backlog.now();
            if (!now.equals(before)) {
                movedAt = System.nanoTime();
            } else if (System.nanoTime() - movedAt > NOTHING_MOVES.toNanos()) {
                problems.found(Truth.EVERYTHING_IS_READ, "nothing is read any more: " + now);
                throw CliException.failed("nothing is read any more: " + now);
            }
            before = now;
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(10));
        backlog.close();
    }
}
