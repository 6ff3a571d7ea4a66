package io.calicofleet.verifier.core.traffic;

import static java.util.Objects.requireNonNull;

import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.flow.FlowKey;
import io.calicofleet.model.felix.flow.PortRange;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The traffic of one cluster, added up line by line in bounded memory.
 *
 * <p>Peers of a port are kept by address; once there are many, further ones by their network (IPv4 /24, IPv6 /64); once
 * there are many of those, as "anyone". Ports of a peer are kept apart; once there are many, as of passive FTP, further ones
 * by the block of 1024 they are in. What finds no place at all is counted as {@link Overflow}. No line is ever counted twice,
 * none is lost without being counted.
 *
 * <p>Mutable and not thread-safe: whoever owns the cluster's partition owns its tally. Each line changes at most one
 * entry of each kind, and says which, so that just those are written to the changelog; {@link #restore} takes them back.
 */
public final class TrafficTally {

    /** Nothing heard; for steps that do not ask for traffic. */
    public static final TrafficTally NOTHING_HEARD = new TrafficTally(new TrafficLimits(0, 0, 0, 0));

    private static final Cidr LOOPBACK = requireNonNull(Cidr.parse("127.0.0.0/8"));
    private static final int V4_NETWORK = 24;
    private static final int V6_NETWORK = 64;

    private final TrafficLimits limits;
    private final Map<String, NodeHeard> nodes = new TreeMap<>();
    private final Map<FlowKey, FlowCount> flows = new HashMap<>();
    private final Map<FlowKey, int[]> peers = new HashMap<>();
    private final Map<FlowKey, Integer> ports = new HashMap<>();
    private Overflow overflow = Overflow.NONE;
    private @Nullable ProberTraffic prober;

    /** An empty one. */
    public TrafficTally(TrafficLimits limits) {
        this.limits = requireNonNull(limits, "limits");
    }

    /**
     * What a line changed.
     *
     * @param heard what is now known of its node; null where there is no place for the node
     * @param newNode whether it is the node's first line
     * @param flow the entry it was added to; null where it is no packet, or there was no place for it
     * @param overflowed whether something of it was only counted as {@link Overflow}
     */
    public record Change(
            @Nullable NodeHeard heard,
            boolean newNode,
            @Nullable FlowKey flow,
            boolean overflowed) {}

    /** Adds a line that arrived {@code at} from {@code node}. */
    public Change add(String node, LogLine line, Instant at) {
        NodeHeard before = nodes.get(node);
        NodeHeard heard = null;
        Overflow start = overflow;
        if (before == null && nodes.size() >= limits.nodes()) {
            overflow = new Overflow(overflow.packets(), overflow.lines() + 1);
        } else {
            heard = NodeHeard.add(before, line, at);
            nodes.put(node, heard);
        }
        FlowKey key = line instanceof LogLine.Flow flow ? place(flow.packet()) : null;
        if (key != null) {
            put(key, FlowCount.add(flows.get(key), node, flows.size(), at));
        } else if (line instanceof LogLine.Flow) {
            overflow = new Overflow(overflow.packets() + 1, overflow.lines());
        }
        return new Change(heard, before == null && heard != null, key, !overflow.equals(start));
    }

    /** Takes back what is known of a node. */
    public void restore(String node, NodeHeard heard) {
        nodes.put(node, heard);
    }

    /** Takes back an entry. */
    public void restore(FlowKey key, FlowCount count) {
        put(key, count);
    }

    /** Takes back what was not kept apart. */
    public void restore(Overflow known) {
        overflow = known;
    }

    /** From now on what {@code seen} sent is told from the cluster's own. */
    public void probed(@Nullable ProberTraffic seen) {
        prober = seen;
    }

    /** The prober that was last known to be there; null where none was. */
    public @Nullable ProberTraffic prober() {
        return prober;
    }

    /** Whether all that was logged of {@code flow} came from the prober. */
    boolean isProbers(FlowKey flow, Network network) {
        return prober != null && prober.sent(flow, count(flow), network);
    }

    /** What was heard, by node. */
    public Map<String, NodeHeard> nodes() {
        return Collections.unmodifiableMap(nodes);
    }

    /** What was seen, sorted. */
    public Map<FlowKey, FlowCount> flows() {
        return Collections.unmodifiableMap(new TreeMap<>(flows));
    }

    /** How often a flow was logged. */
    public FlowCount count(FlowKey key) {
        return flows.getOrDefault(key, FlowCount.NONE);
    }

    /** How many kinds of traffic are kept apart. */
    public int size() {
        return flows.size();
    }

    /** What was not kept apart. */
    public Overflow overflow() {
        return overflow;
    }

    /** The entry a packet belongs to: the most exact one there is, or room for; null where there is no room at all. */
    private @Nullable FlowKey place(Packet packet) {
        FlowKey exact = exact(packet);
        if (flows.containsKey(exact)) {
            return exact;
        }
        FlowKey ofPeer = withinPeers(exact);
        FlowKey block = exact.hasPorts()
                ? ofPeer.withPorts(PortRange.blockOf(exact.ports().first()))
                : ofPeer;
        if (flows.containsKey(ofPeer) || flows.containsKey(block)) {
            return flows.containsKey(ofPeer) ? ofPeer : block;
        }
        boolean many = ports.getOrDefault(ofPeer.withPorts(FlowKey.NO_PORT), 0) >= limits.portsPerPeer();
        return room(many ? block : ofPeer);
    }

    /** Of what a host says to itself only the address is kept. */
    private static FlowKey exact(Packet packet) {
        Cidr peer = packet.peer().network(packet.peer().width());
        if (!packet.isLocal()) {
            return new FlowKey(packet.direction(), packet.protocol(), packet.port(), peer);
        }
        Cidr own = LOOPBACK.contains(peer) ? LOOPBACK : peer;
        return new FlowKey(packet.direction(), FlowKey.ANY, FlowKey.NO_PORT, own);
    }

    /** With the peer as an address, a network or anyone, as there are few or many at its port. */
    private FlowKey withinPeers(FlowKey exact) {
        boolean v6 = exact.peer().base().v6();
        if (exact.isLocal()) {
            // The networks of hosts that talk to themselves say nothing: a rule for one would let in its neighbours.
            boolean room = peers.getOrDefault(exact.withPeer(any(exact)), new int[2])[0] < limits.peersPerPort();
            return room || !exact.peer().isSingle() ? exact : exact.withPeer(any(exact));
        }
        FlowKey network = exact.withPeer(exact.peer().base().network(v6 ? V6_NETWORK : V4_NETWORK));
        if (flows.containsKey(network)) {
            return network;
        }
        int[] known = peers.getOrDefault(exact.withPeer(any(exact)), new int[2]);
        if (known[0] < limits.peersPerPort()) {
            return exact;
        }
        return known[1] < limits.peersPerPort() ? network : exact.withPeer(any(exact));
    }

    private @Nullable FlowKey room(FlowKey key) {
        return flows.containsKey(key) || flows.size() < limits.flows() ? key : null;
    }

    private void put(FlowKey key, FlowCount count) {
        if (flows.put(key, count) != null) {
            return;
        }
        int[] known = peers.computeIfAbsent(key.withPeer(any(key)), port -> new int[2]);
        if (key.peer().isSingle()) {
            known[0]++;
        } else if (!key.peer().isAny()) {
            known[1]++;
        }
        if (key.hasPorts() && key.ports().isSingle()) {
            ports.merge(key.withPorts(FlowKey.NO_PORT), 1, Integer::sum);
        }
    }

    private static Cidr any(FlowKey key) {
        return key.peer().base().v6() ? Cidr.ANY_V6 : Cidr.ANY_V4;
    }
}
