package io.calicofleet.executor.adapter.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

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

    /** Which there are. */
    List<Integer> partitions() {
        return new ArrayList<>(holds.keySet());
    }

    /** Each of these that is ours. */
    void each(Collection<Integer> partitions, BiConsumer<Integer, PartitionHold> what) {
        for (Integer partition : partitions) {
            PartitionHold hold = holds.get(partition);
            if (hold != null) {
                what.accept(partition, hold);
            }
        }
    }
}
