package io.calicofleet.kafka;

import io.calicofleet.event.Topic;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates the topics with the settings {@link Topic} states. Idempotent; leaves topics that exist as they are. */
public final class Topics {

    private Topics() {}

    /**
     * Creates what is missing.
     *
     * @param replicationFactor copies of each partition; empty: what the broker has as its default
     * @return the topics created, in their order
     * @throws IllegalStateException where the broker refuses; the message says which topic and why
     * @throws InterruptedException where the thread is interrupted while it waits for the broker
     */
    public static List<Topic> create(Admin admin, Optional<Short> replicationFactor) throws InterruptedException {
        Set<String> present = names(admin);
        List<Topic> missing = Arrays.stream(Topic.values())
                .filter(topic -> !present.contains(topic.topicName()))
                .toList();
        if (missing.isEmpty()) {
            // Where somebody else owns the topics, we may not even be allowed to ask.
            return missing;
        }
        var created = admin.createTopics(missing.stream()
                        .map(topic -> new NewTopic(topic.topicName(), Optional.of(Topic.PARTITIONS), replicationFactor)
                                .configs(topic.settings()))
                        .toList())
                .values();
        for (var entry : created.entrySet()) {
            try {
                entry.getValue().get();
            } catch (ExecutionException e) {
                // Another service may have been faster; that is as good.
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw new IllegalStateException("cannot create topic " + entry.getKey() + ": " + e.getCause(), e);
                }
            }
        }
        return missing;
    }

    /** Creates what is missing on the brokers {@code bootstrapServers} name, with their default replication. */
    public static List<Topic> create(String bootstrapServers) throws InterruptedException {
        return create(Map.of("bootstrap.servers", bootstrapServers));
    }

    /**
     * Creates what is missing, with the brokers' default replication.
     *
     * @param clientSettings how to reach the brokers, by Kafka's names: {@code bootstrap.servers} and what they ask for
     *     in security
     */
    public static List<Topic> create(Map<String, Object> clientSettings) throws InterruptedException {
        try (Admin admin = Admin.create(clientSettings)) {
            return create(admin, Optional.empty());
        }
    }

    /** The topics of ours that are not on the broker, by name: what readiness reports as missing. */
    public static List<String> missing(Admin admin) throws InterruptedException {
        Set<String> present = names(admin);
        return Arrays.stream(Topic.values())
                .map(Topic::topicName)
                .filter(name -> !present.contains(name))
                .toList();
    }

    private static Set<String> names(Admin admin) throws InterruptedException {
        try {
            return admin.listTopics().names().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot list the topics: " + e.getCause(), e);
        }
    }
}
