package io.calicofleet.verifier.core.traffic;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How often a flow was logged, and where.
 *
 * @param packets number of logged packets
 * @param nodes the first {@value #MAX_NODES} nodes, in the order they logged it
 * @param moreNodes whether other nodes logged it too
 */
public record FlowCount(long packets, List<String> nodes, boolean moreNodes) {

    /** How many nodes are remembered by name. */
    public static final int MAX_NODES = 20;

    /** Nothing yet. */
    public static final FlowCount NONE = new FlowCount(0, List.of(), false);

    public FlowCount {
        nodes = List.copyOf(nodes);
    }

    /** The count of {@code before}, nothing where it is null, and one packet more on {@code node}. */
    static FlowCount add(@Nullable FlowCount before, String node) {
        FlowCount count = before == null ? NONE : before;
        if (count.nodes.contains(node)) {
            return new FlowCount(count.packets + 1, count.nodes, count.moreNodes);
        }
        if (count.nodes.size() >= MAX_NODES) {
            return new FlowCount(count.packets + 1, count.nodes, true);
        }
        List<String> nodes = new ArrayList<>(count.nodes);
        nodes.add(node);
        return new FlowCount(count.packets + 1, nodes, count.moreNodes);
    }
}
