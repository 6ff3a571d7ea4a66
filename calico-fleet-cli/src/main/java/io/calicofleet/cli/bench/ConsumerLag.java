package io.calicofleet.cli.bench;

import io.calicofleet.cli.CliException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** What the services have not read yet, by the offsets they commit. */
public final class ConsumerLag implements AutoCloseable {

    private final Admin admin;

    /** Asks that broker. */
    public ConsumerLag(String bootstrapServers) {
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    }

    /** How many records each group has not read, where it has any left; by the group's name and the topic's. */
    public Map<String, Long> now() throws InterruptedException {
        try {
            List<String> groups = new ArrayList<>();
            for (GroupListing group : admin.listGroups(ListGroupsOptions.forConsumerGroups())
                    .all()
                    .get()) {
                groups.add(group.groupId());
            }
            Map<String, Long> left = new TreeMap<>();
            for (String group : groups) {
                Map<TopicPartition, OffsetAndMetadata> read = admin.listConsumerGroupOffsets(group)
                        .partitionsToOffsetAndMetadata()
                        .get();
                var ends = admin.listOffsets(read.keySet().stream()
                                .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest())))
                        .all()
                        .get();
                read.forEach((partition, committed) -> {
                    var end = ends.get(partition);
                    long behind = end == null || committed == null ? 0 : end.offset() - committed.offset();
                    // The last record of a transaction is its marker, which nobody reads.
                    if (behind > 1) {
                        left.merge(group + " of " + partition.topic(), behind, Long::sum);
                    }
                });
            }
            return left;
        } catch (ExecutionException e) {
            throw CliException.failed("the broker does not tell how far the services are: " + e.getCause());
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
