package io.calicofleet.kafka.attestation;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.jspecify.annotations.Nullable;

/**
 * Signs what it sends. A signature takes as long as sending some hundred records, so records that come together are signed together: those
 * of a transaction when it is flushed; of others the first after a while at once, and those soon after it when a moment has passed. The
 * order of records stays. Thread-safe.
 */
public final class SigningProducer<K, V> implements Producer<K, V> {

    private static final int MANY = 512;

    private final Producer<K, V> producer;
    private final Attestor attestor;
    private final @Nullable Duration gather;
    private final ReentrantLock order = new ReentrantLock();
    private List<Waiting<K, V>> waiting = new ArrayList<>();
    private long signedAt;
    private boolean scheduled;

    private SigningProducer(Producer<K, V> producer, Attestor attestor, @Nullable Duration gather) {
        this.producer = requireNonNull(producer, "producer");
        this.attestor = requireNonNull(attestor, "attestor");
        this.gather = gather;
        this.signedAt = gather == null ? 0 : System.nanoTime() - gather.toNanos();
    }

    /** One that holds records back until it is flushed, as Kafka Streams does before each commit. */
    public static <K, V> SigningProducer<K, V> untilFlush(Producer<K, V> producer, Attestor attestor) {
        return new SigningProducer<>(producer, attestor, null);
    }

    /** One that holds a record back for {@code gather} at the most. */
    public static <K, V> SigningProducer<K, V> gathering(Producer<K, V> producer, Attestor attestor, Duration gather) {
        return new SigningProducer<>(producer, attestor, requireNonNull(gather, "gather"));
    }

    private record Waiting<K, V>(
            ProducerRecord<K, V> record, @Nullable Callback callback, CompletableFuture<RecordMetadata> sent) {

        void failed(Exception why) {
            if (callback != null) {
                callback.onCompletion(null, why);
            }
            sent.completeExceptionally(why);
        }

        void done(RecordMetadata metadata, @Nullable Exception failure) {
            if (callback != null) {
                callback.onCompletion(metadata, failure);
            }
            if (failure == null) {
                sent.complete(metadata);
            } else {
                sent.completeExceptionally(failure);
            }
        }
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<K, V> record) {
        return send(record, null);
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<K, V> record, @Nullable Callback callback) {
        Waiting<K, V> next = new Waiting<>(record, callback, new CompletableFuture<>());
        order.lock();
        try {
            waiting.add(next);
            if (waiting.size() >= MANY) {
                sendWaiting();
            } else if (gather != null && !scheduled) {
                long left = gather.toNanos() - (System.nanoTime() - signedAt);
                if (left <= 0) {
                    sendWaiting();
                } else {
                    scheduled = true;
                    Thread.ofVirtual().name("signing").start(() -> sendAfter(left));
                }
            }
        } finally {
            order.unlock();
        }
        return next.sent();
    }

    private void sendAfter(long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        order.lock();
        try {
            scheduled = false;
            sendWaiting();
        } finally {
            order.unlock();
        }
    }

    private void sendWaiting() {
        if (waiting.isEmpty()) {
            return;
        }
        List<Waiting<K, V>> now = waiting;
        waiting = new ArrayList<>();
        attestor.sign(now.stream().map(Waiting::record).toList());
        signedAt = System.nanoTime();
        for (Waiting<K, V> one : now) {
            try {
                var unused = producer.send(one.record(), one::done);
            } catch (RuntimeException e) {
                one.failed(e);
            }
        }
    }

    /** What waits is sent before {@code next} is done. */
    private void first(Runnable next) {
        order.lock();
        try {
            sendWaiting();
        } finally {
            order.unlock();
        }
        next.run();
    }

    @Override
    public void flush() {
        first(producer::flush);
    }

    @Override
    public void sendOffsetsToTransaction(
            Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata groupMetadata) {
        first(() -> producer.sendOffsetsToTransaction(offsets, groupMetadata));
    }

    @Override
    public void commitTransaction() {
        first(producer::commitTransaction);
    }

    @Override
    public void abortTransaction() {
        List<Waiting<K, V>> dropped;
        order.lock();
        try {
            dropped = waiting;
            waiting = new ArrayList<>();
        } finally {
            order.unlock();
        }
        dropped.forEach(one -> one.failed(new TransactionAbortedException()));
        producer.abortTransaction();
    }

    @Override
    public void close() {
        first(producer::close);
    }

    @Override
    public void close(Duration timeout) {
        // Without time, as when a transaction was lost, nothing that waits is to be sent.
        if (timeout.isZero()) {
            producer.close(timeout);
        } else {
            first(() -> producer.close(timeout));
        }
    }

    @Override
    public void initTransactions() {
        producer.initTransactions();
    }

    @Override
    public void beginTransaction() {
        producer.beginTransaction();
    }

    @Override
    public List<PartitionInfo> partitionsFor(String topic) {
        return producer.partitionsFor(topic);
    }

    @Override
    public Map<MetricName, ? extends Metric> metrics() {
        return producer.metrics();
    }

    @Override
    public Uuid clientInstanceId(Duration timeout) {
        return producer.clientInstanceId(timeout);
    }

    @Override
    public void registerMetricForSubscription(KafkaMetric metric) {
        producer.registerMetricForSubscription(metric);
    }

    @Override
    public void unregisterMetricFromSubscription(KafkaMetric metric) {
        producer.unregisterMetricFromSubscription(metric);
    }
}
