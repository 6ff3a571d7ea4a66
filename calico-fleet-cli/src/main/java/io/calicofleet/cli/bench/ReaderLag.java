package io.calicofleet.cli.bench;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** How many records each consumer group has not committed yet, at each look; markers of transactions count as records. */
final class ReaderLag implements AutoCloseable {

    private final Admin admin;
    private final Map<String, Long> most = new TreeMap<>();
    private long now;

    ReaderLag(String bootstrapServers) {
        this.admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
    }

    /** Looks now. */
    void look() throws InterruptedException {
        try {
            now = 0;
            for (var group : admin.listGroups().all().get()) {
                Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group.groupId())
                        .partitionsToOffsetAndMetadata()
                        .get();
                Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
                committed.keySet().forEach(partition -> latest.put(partition, OffsetSpec.latest()));
                Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> ends =
                        admin.listOffsets(latest).all().get();
                long behind = committed.entrySet().stream()
                        .mapToLong(one -> Math.max(
                                0,
                                requireNonNull(ends.get(one.getKey()), "end").offset()
                                        - one.getValue().offset()))
                        .sum();
                most.merge(group.groupId(), behind, Math::max);
                now = Math.max(now, behind);
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("the broker does not tell its consumer groups: " + e.getCause(), e);
        }
    }

    /** Of the group that was the farthest behind at the last look. */
    long now() {
        return now;
    }

    /** The most of any look, by group. */
    Map<String, Long> most() {
        return Map.copyOf(most);
    }

    @Override
    public void close() {
        admin.close();
    }
}
