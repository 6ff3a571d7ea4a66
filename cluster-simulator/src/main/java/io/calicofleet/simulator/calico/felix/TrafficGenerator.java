package io.calicofleet.simulator.calico.felix;

import io.calicofleet.model.address.Address;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.object.Protocol;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The new connections nodes have: what monitoring, the control plane, users, the nodes themselves and their own probes do
 * all the time.
 */
final class TrafficGenerator {

    /** calico-node answers its probes here, on the loopback interface. */
    static final int HEALTH_PORT = 9099;

    static final Address LOCALHOST = address("127.0.0.1");

    private static final String CONTROL_PLANE = Felix.CONTROL_PLANE;
    private static final String MONITORING = "10.0.254.20";
    private static final String OFFICE = "172.20.5.7";
    private static final String LOAD_BALANCER = "10.0.253.5";
    private static final Address CONTROL_PLANE_V6 = address("fd00:10::ff:10");
    private static final Address REGISTRY_V6 = address("2001:db8::443");
    private static final Address ROUTER_V6 = address("fe80::1");

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
        BGP,
        CALICO_HEALTH,
        KUBELET_HEALTH,
        OWN_ADDRESS,
        KUBELET_V6,
        REGISTRY_V6;

        boolean v6() {
            return this == KUBELET_V6 || this == REGISTRY_V6;
        }
    }

    /**
     * A node as its network sees it.
     *
     * @param v4 its IPv4 address
     * @param v6 its IPv6 addresses
     */
    record Host(Address v4, List<Address> v6) {
        Host {
            v6 = List.copyOf(v6);
        }
    }

    /** The connection of a round, on a node. */
    static Connection connection(int round, Host host, List<Address> nodes) {
        List<Service> services = Arrays.stream(Service.values())
                .filter(service -> !service.v6() || !host.v6().isEmpty())
                .toList();
        Address node = host.v4();
        List<Address> others = new ArrayList<>(nodes);
        others.remove(node);
        Address peer = others.isEmpty() ? address("10.0.0.250") : others.get(Math.floorMod(round, others.size()));
        return switch (services.get(Math.floorMod(round, services.size()))) {
            case KUBELET -> in(CONTROL_PLANE, node, 10_250);
            case NODE_EXPORTER -> in(MONITORING, node, 9_100);
            case SSH -> in(OFFICE, node, 22);
            case API_SERVER -> out(Protocol.TCP, node, CONTROL_PLANE, 6_443);
            case NODE_PORT -> in(LOAD_BALANCER, node, 30_080);
            case DNS -> out(Protocol.UDP, node, "10.0.0.2", 53);
            case NTP -> Connection.over(Packet.first(false, Protocol.UDP, node, address("10.0.0.3"), 123, 123));
            case REGISTRY -> out(Protocol.TCP, node, "203.0.113.10", 443);
            case PEER -> in(peer.toString(), node, 10_256);
            case PING -> Connection.over(Packet.icmp(true, 8, address(MONITORING), node));
            case BGP -> in(peer.toString(), node, 179);
            case CALICO_HEALTH -> health();
            case KUBELET_HEALTH -> Connection.withItself(tcp(false, LOCALHOST, LOCALHOST, 10_248));
            case OWN_ADDRESS -> Connection.withItself(tcp(false, node, node, 10_250));
            case KUBELET_V6 ->
                Connection.overV6(tcp(true, CONTROL_PLANE_V6, host.v6().getFirst(), 10_250), CONTROL_PLANE_V6);
            case REGISTRY_V6 -> Connection.overV6(tcp(false, host.v6().getFirst(), REGISTRY_V6, 443), ROUTER_V6);
        };
    }

    /** What the probes of calico-node ask its Felix by. */
    static Connection health() {
        return Connection.withItself(tcp(false, LOCALHOST, LOCALHOST, HEALTH_PORT));
    }

    /** A packet of a connection whose beginning went another way, so that the node's kernel knows nothing of it. */
    static Connection astray(Host host) {
        return Connection.over(
                tcp(true, address(LOAD_BALANCER), host.v4(), 30_080).asInvalid());
    }

    private static Connection in(String from, Address node, int port) {
        return Connection.over(tcp(true, address(from), node, port));
    }

    private static Connection out(int protocol, Address node, String to, int port) {
        return Connection.over(Packet.first(false, protocol, node, address(to), client(), port));
    }

    private static Packet tcp(boolean inbound, Address source, Address destination, int port) {
        return Packet.first(inbound, Protocol.TCP, source, destination, client(), port);
    }

    private static int client() {
        return ThreadLocalRandom.current().nextInt(32_768, 60_999);
    }

    static Address address(String text) {
        return Cidr.read(text).orElseThrow().base();
    }
}
