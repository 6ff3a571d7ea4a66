package io.calicofleet.planner.app;

import io.calicofleet.kafka.streams.TooLargeHandler;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The settings as properties of Kafka Streams. */
final class StreamsProperties {

    private static final int MAX_REQUEST_BYTES = 4 * 1024 * 1024;
    private static final int BATCH_BYTES = 256 * 1024;
    private static final int RETRY_BACKOFF_MILLIS = 5;
    private static final int HEARTBEATS_PER_SESSION = 4;

    private StreamsProperties() {}

    static Map<String, Object> of(Map<String, Object> client, PlannerConfig settings) {
        PlannerConfig.Streams streams = settings.streams();
        Map<String, Object> properties = new HashMap<>(client);
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, streams.applicationId());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                streams.commitInterval().toMillis());
        properties.put(StreamsConfig.POLL_MS_CONFIG, streams.pollInterval().toMillis());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, streams.threads());
        properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, streams.standbys());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, streams.stateDirectory());
        properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        properties.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, TooLargeHandler.class);
        settings.topics()
                .replicationFactor()
                .ifPresent(copies -> properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, copies.intValue()));
        properties.put(
                StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG),
                streams.linger().toMillis());
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), BATCH_BYTES);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), MAX_REQUEST_BYTES);
        // A transaction that begins while the broker still ends the one before is told to try again: soon, not in 100
        // ms.
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG), RETRY_BACKOFF_MILLIS);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), (int)
                streams.transactionTimeout().toMillis());
        properties.put(StreamsConfig.consumerPrefix(CommonClientConfigs.SESSION_TIMEOUT_MS_CONFIG), (int)
                streams.sessionTimeout().toMillis());
        properties.put(
                StreamsConfig.consumerPrefix(CommonClientConfigs.HEARTBEAT_INTERVAL_MS_CONFIG),
                (int) streams.sessionTimeout().toMillis() / HEARTBEATS_PER_SESSION);
        // A planner that stops says so, and another takes over at once. Kafka Streams by itself would let the group
        // wait
        // for its session to end, to spare large states a move; ours is small.
        properties.put(StreamsConfig.mainConsumerPrefix("internal.leave.group.on.close"), true);
        properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        return properties;
    }
}
