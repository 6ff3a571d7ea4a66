package io.calicofleet.executor.adapter.kafka;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The partitions of the steps topic that are ours. */
public final class PartitionHolds {

    private final Map<Integer, PartitionHold> holds = new ConcurrentHashMap<>();

    /** The hold on a partition, a new one where the last has ended. */
    public PartitionHold of(int partition) {
        return holds.computeIfAbsent(partition, unused -> new PartitionHold());
    }

    /** The partitions went to others. */
    public void end(Collection<Integer> partitions) {
        for (Integer partition : partitions) {
            PartitionHold hold = holds.remove(partition);
            if (hold != null) {
                hold.end();
            }
        }
    }
}
