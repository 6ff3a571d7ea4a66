package io.calicofleet.runtime.streams;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * What our Kafka Streams applications are run with: exactly once, small transactions, and given up within seconds.
 *
 * @param applicationId consumer group, prefix of changelog topics and of transactional ids; all instances of one service share it
 * @param threads number of threads
 * @param standbys copies of the state on other instances, for a takeover that need not read the changelog first
 * @param copies of each partition of internal topics; -1: what the broker has as its default
 * @param stateDirectory where Kafka Streams may keep files
 * @param commitInterval how often effects are committed
 * @param sessionTimeout after which time without a sign of life an instance is given up
 * @param transactionTimeout after which time a transaction left open by a killed instance is rolled back
 */
public record StreamsSettings(
        String applicationId,
        int threads,
        int standbys,
        int copies,
        String stateDirectory,
        Duration commitInterval,
        Duration sessionTimeout,
        Duration transactionTimeout) {

    private static final int HEARTBEATS_PER_SESSION = 4;
    private static final int RETRY_MILLIS = 5;
    private static final int RETRY_MAX_MILLIS = 500;

    public StreamsSettings {
        requireNonNull(applicationId, "applicationId");
        requireNonNull(stateDirectory, "stateDirectory");
    }

    /**
     * As properties of Kafka Streams.
     *
     * @param tuning what is best for this service
     * @param client the properties of Kafka clients; what people set there counts more than the tuning
     */
    public Map<String, Object> properties(Map<String, Object> tuning, Map<String, Object> client) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        properties.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, TooLargeHandler.class.getName());
        // A transaction that begins while the broker still ends the one before is refused and sent again; soon, please.
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG), RETRY_MILLIS);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG), RETRY_MAX_MILLIS);
        properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        // An instance that stops says so, and another takes over at once. Kafka Streams by itself would let the group
        // wait for its session to end, to spare large states a move; ours are small.
        properties.put(StreamsConfig.mainConsumerPrefix("internal.leave.group.on.close"), true);
        properties.putAll(tuning);
        properties.putAll(client);
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
        properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, standbys);
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, copies);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitInterval.toMillis());
        properties.put(
                StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), millis(transactionTimeout));
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), millis(sessionTimeout));
        properties.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
                millis(sessionTimeout) / HEARTBEATS_PER_SESSION);
        return properties;
    }

    private static int millis(Duration duration) {
        return Math.toIntExact(duration.toMillis());
    }
}
