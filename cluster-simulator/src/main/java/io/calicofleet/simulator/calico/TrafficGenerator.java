package io.calicofleet.simulator.calico;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** The new connections nodes have: what monitoring, the control plane, users and the nodes themselves do all the time. */
final class TrafficGenerator {

    static final String CONTROL_PLANE = "10.0.255.10";
    private static final String MONITORING = "10.0.254.20";
    private static final String OFFICE = "172.20.5.7";
    private static final String LOAD_BALANCER = "10.0.253.5";

    private TrafficGenerator() {}

    /** What connections there are; a round takes the next one. */
    private enum Service {
        KUBELET,
        NODE_EXPORTER,
        SSH,
        API_SERVER,
        NODE_PORT,
        DNS,
        NTP,
        REGISTRY,
        PEER,
        PING,
        BGP
    }

    /** Number of rounds after which everything has been there. */
    static int services() {
        return Service.values().length;
    }

    /** The connection of a round, on a node with this address. */
    static Connection connection(int round, String node, List<String> nodes) {
        int port = ThreadLocalRandom.current().nextInt(32_768, 60_999);
        List<String> others = new ArrayList<>(nodes);
        others.remove(node);
        String peer = others.isEmpty() ? "10.0.0.250" : others.get(Math.floorMod(round, others.size()));
        return switch (Service.values()[Math.floorMod(round, Service.values().length)]) {
            case KUBELET -> new Connection(true, "tcp", CONTROL_PLANE, node, port, 10_250);
            case NODE_EXPORTER -> new Connection(true, "tcp", MONITORING, node, port, 9_100);
            case SSH -> new Connection(true, "tcp", OFFICE, node, port, 22);
            case API_SERVER -> new Connection(false, "tcp", node, CONTROL_PLANE, port, 6_443);
            case NODE_PORT -> new Connection(true, "tcp", LOAD_BALANCER, node, port, 30_080);
            case DNS -> new Connection(false, "udp", node, "10.0.0.2", port, 53);
            case NTP -> new Connection(false, "udp", node, "10.0.0.3", 123, 123);
            case REGISTRY -> new Connection(false, "tcp", node, "203.0.113.10", port, 443);
            case PEER -> new Connection(true, "tcp", peer, node, port, 10_256);
            case PING -> new Connection(true, "icmp", MONITORING, node, 0, 0);
            case BGP -> new Connection(true, "tcp", peer, node, port, 179);
        };
    }
}
