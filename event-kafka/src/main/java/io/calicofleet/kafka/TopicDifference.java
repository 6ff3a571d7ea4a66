package io.calicofleet.kafka;

import io.calicofleet.event.Topic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * How a topic on the broker differs from what {@link Topic} states. More is no difference: longer kept, larger records.
 *
 * @param setting its name on Kafka, or {@code partitions}
 * @param is what it is
 * @param wanted what it should be
 * @param loses whether records would be lost, or come to another instance than those they belong to: nothing may go on with it
 */
public record TopicDifference(Topic topic, String setting, String is, String wanted, boolean loses) {

    private static final String PARTITIONS = "partitions";

    /** With fewer than that in step, what was acknowledged goes with one broker. */
    private static final int IN_STEP = 2;

    /**
     * Those of all topics that are there. Of settings that the broker does not let us see nothing is told.
     *
     * @throws IllegalStateException where the broker does not answer
     * @throws InterruptedException where the thread is interrupted meanwhile
     */
    public static List<TopicDifference> all(Admin admin) throws InterruptedException {
        List<String> names = Arrays.stream(Topic.values()).map(Topic::topicName).toList();
        Map<String, KafkaFuture<TopicDescription>> described =
                admin.describeTopics(names).topicNameValues();
        Map<ConfigResource, KafkaFuture<Config>> settings = admin.describeConfigs(names.stream()
                        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                        .toList())
                .values();
        Map<Topic, TopicDescription> there = new EnumMap<>(Topic.class);
        for (Topic topic : Topic.values()) {
            answer(described.get(topic.topicName())).ifPresent(description -> there.put(topic, description));
        }
        int wanted = partitions(there.values().stream()
                .map(description -> description.partitions().size())
                .toList());
        List<TopicDifference> differences = new ArrayList<>();
        for (Map.Entry<Topic, TopicDescription> one : there.entrySet()) {
            Topic topic = one.getKey();
            TopicDescription known = one.getValue();
            Optional<Config> config =
                    answer(settings.get(new ConfigResource(ConfigResource.Type.TOPIC, topic.topicName())));
            Map<String, String> values = new HashMap<>();
            config.ifPresent(settled -> settled.entries().forEach(entry -> put(values, entry)));
            differences.addAll(of(
                    topic,
                    known.partitions().size(),
                    wanted,
                    known.partitions().isEmpty()
                            ? 0
                            : known.partitions().getFirst().replicas().size(),
                    values));
        }
        return differences;
    }

    /** All have the same number, whichever that is: it is what most have, and of those that as many have the stated one. */
    static int partitions(List<Integer> counts) {
        return counts.stream()
                .max(Comparator.comparingInt((Integer count) -> Collections.frequency(counts, count))
                        .thenComparing(count -> count == Topic.PARTITIONS))
                .orElse(Topic.PARTITIONS);
    }

    private static void put(Map<String, String> values, ConfigEntry entry) {
        if (entry.value() != null) {
            values.put(entry.name(), entry.value());
        }
    }

    private static <T> Optional<T> answer(@Nullable KafkaFuture<T> future) throws InterruptedException {
        try {
            return future == null ? Optional.empty() : Optional.of(future.get());
        } catch (ExecutionException e) {
            // Gone just now, or not for us to see.
            if (e.getCause() instanceof UnknownTopicOrPartitionException
                    || e.getCause() instanceof AuthorizationException) {
                return Optional.empty();
            }
            throw new IllegalStateException("cannot look at the topics: " + e.getCause(), e);
        }
    }

    /**
     * Those of a topic.
     *
     * @param wanted how many partitions it should have
     * @param replicas how many copies its partitions have
     * @param values its settings, by name; what is not there is not known
     */
    static List<TopicDifference> of(Topic topic, int partitions, int wanted, int replicas, Map<String, String> values) {
        List<TopicDifference> differences = new ArrayList<>();
        if (partitions != wanted) {
            differences.add(
                    new TopicDifference(topic, PARTITIONS, String.valueOf(partitions), String.valueOf(wanted), true));
        }
        topic.settings().forEach((setting, stated) -> {
            String is = values.get(setting);
            if (is != null && !isEnough(setting, is, stated)) {
                differences.add(new TopicDifference(
                        topic, setting, is, stated, setting.equals(TopicConfig.CLEANUP_POLICY_CONFIG)));
            }
        });
        String inStep = values.get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG);
        if (replicas >= IN_STEP && inStep != null && Integer.parseInt(inStep) < IN_STEP) {
            differences.add(new TopicDifference(
                    topic, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, inStep, String.valueOf(IN_STEP), false));
        }
        return differences;
    }

    private static boolean isEnough(String setting, String is, String wanted) {
        if (setting.equals(TopicConfig.CLEANUP_POLICY_CONFIG)) {
            return is.equals(wanted);
        }
        long value = Long.parseLong(is);
        return value < 0 || value >= Long.parseLong(wanted);
    }

    /** One sentence with what is right. */
    public String text() {
        return "topic " + topic.topicName() + ": " + setting + " is " + is + ", wanted " + wanted;
    }
}
