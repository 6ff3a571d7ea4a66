package io.calicofleet.verifier.core.traffic;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How often a flow was logged, and where.
 *
 * @param packets number of logged packets
 * @param nodes the first {@value #MAX_NODES} nodes, in the order they logged it
 * @param moreNodes whether other nodes logged it too
 * @param before how many other kinds of traffic were known before this one
 * @param last when the newest line of it arrived; null where an older verifier has counted
 */
public record FlowCount(
        long packets,
        List<String> nodes,
        boolean moreNodes,
        int before,
        @Nullable Instant last) {

    /** How many nodes are remembered by name. */
    public static final int MAX_NODES = 20;

    /** Nothing yet. */
    public static final FlowCount NONE = new FlowCount(0, List.of(), false, 0, null);

    public FlowCount {
        nodes = List.copyOf(nodes);
    }

    /** One packet more on {@code node} than {@code counted}; null: the first one, when so many other kinds were known. */
    static FlowCount add(@Nullable FlowCount counted, String node, int known, Instant at) {
        FlowCount count = counted == null ? new FlowCount(0, List.of(), false, known, null) : counted;
        Instant newest = count.last == null || at.isAfter(count.last) ? at : count.last;
        if (count.nodes.contains(node)) {
            return new FlowCount(count.packets + 1, count.nodes, count.moreNodes, count.before, newest);
        }
        if (count.nodes.size() >= MAX_NODES) {
            return new FlowCount(count.packets + 1, count.nodes, true, count.before, newest);
        }
        List<String> nodes = new ArrayList<>(count.nodes);
        nodes.add(node);
        return new FlowCount(count.packets + 1, nodes, count.moreNodes, count.before, newest);
    }
}
