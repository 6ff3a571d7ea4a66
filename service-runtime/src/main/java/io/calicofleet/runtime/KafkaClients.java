package io.calicofleet.runtime;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.config.Config;

/**
 * The properties every Kafka client of this service starts from: all settings under {@code kafka.}, such as
 * {@code kafka.bootstrap.servers} or {@code kafka.security.protocol}, with that prefix taken away. As environment
 * variables: {@code KAFKA_BOOTSTRAP_SERVERS}, {@code KAFKA_SECURITY_PROTOCOL}.
 */
public final class KafkaClients {

    private static final String PREFIX = "kafka.";
    private static final String BOOTSTRAP_SERVERS = "bootstrap.servers";
    private static final String DEFAULT_BOOTSTRAP_SERVERS = "localhost:9092";

    private KafkaClients() {}

    /** The properties; at least {@code bootstrap.servers} is among them. */
    public static Map<String, Object> properties(Config config) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(BOOTSTRAP_SERVERS, DEFAULT_BOOTSTRAP_SERVERS);
        for (String name : config.getPropertyNames()) {
            String key = name.toLowerCase(Locale.ROOT).replace('_', '.');
            if (key.startsWith(PREFIX)) {
                config.getOptionalValue(name, String.class)
                        .ifPresent(value -> properties.put(key.substring(PREFIX.length()), value));
            }
        }
        // Names from the environment need not be listed; this one must not be missed.
        config.getOptionalValue(PREFIX + BOOTSTRAP_SERVERS, String.class)
                .ifPresent(value -> properties.put(BOOTSTRAP_SERVERS, value));
        // Our metrics go through Micrometer; nobody reads JMX.
        properties.put("metric.reporters", List.of(ConsumerLag.class.getName()));
        return Map.copyOf(properties);
    }
}
