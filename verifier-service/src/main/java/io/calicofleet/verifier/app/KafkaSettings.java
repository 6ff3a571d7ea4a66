package io.calicofleet.verifier.app;

import io.calicofleet.verifier.adapter.VerifierTopology;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.eclipse.microprofile.config.Config;

/** Settings of ours as settings of Kafka. */
final class KafkaSettings {

    private static final String PREFIX = "kafka.";
    private static final int HEARTBEATS_PER_SESSION = 4;

    private KafkaSettings() {}

    /** What every client needs: every setting of a Kafka client that is given as {@code kafka.NAME}. */
    static Properties clients(Config config) {
        Set<String> names = new HashSet<>(ConsumerConfig.configNames());
        names.addAll(ProducerConfig.configNames());
        names.addAll(AdminClientConfig.configNames());
        Properties settings = new Properties();
        settings.put("bootstrap.servers", "localhost:9092");
        for (String name : names) {
            config.getOptionalValue(PREFIX + name, String.class).ifPresent(value -> settings.put(name, value));
        }
        return settings;
    }

    /** What the stream needs. */
    static Properties streams(Config config, VerifierSettings settings, Path stateDirectory) {
        Properties all = VerifierTopology.settings();
        all.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, "500");
        // A stopped instance leaves at once, and its clusters go to another without waiting for a timeout.
        all.put(StreamsConfig.mainConsumerPrefix("internal.leave.group.on.close"), "true");
        all.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG),
                String.valueOf(settings.sessionTimeout().toMillis()));
        all.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
                String.valueOf(settings.sessionTimeout().toMillis() / HEARTBEATS_PER_SESSION));
        all.put(
                StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
                String.valueOf(settings.transactionTimeout().toMillis()));
        all.putAll(clients(config));
        all.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.applicationId());
        all.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, String.valueOf(settings.threads()));
        all.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                String.valueOf(settings.commitInterval().toMillis()));
        all.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, String.valueOf(settings.standbyReplicas()));
        all.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, String.valueOf(settings.replicationFactor()));
        all.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
        return all;
    }
}
