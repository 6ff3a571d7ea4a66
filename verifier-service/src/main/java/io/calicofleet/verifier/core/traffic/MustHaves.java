package io.calicofleet.verifier.core.traffic;

import io.calicofleet.event.FailsafePort;
import io.calicofleet.event.FlowDirection;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.flow.PortRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The rules a cluster needs although its log never asks for them: their connections were established before
 * the first node began to log, and conntrack lets established ones pass unlogged. Where a cluster closed ports that are
 * failsafe by default, they are among them, for who uses them need not have connected anew while it was observed: to and
 * from anyone, as Felix would have them, but those nodes have among themselves from nodes only.
 */
final class MustHaves {

    private static final int HTTPS = 443;
    private static final int API_SERVER = 6443;
    private static final List<Integer> NODE_TCP = List.of(179, 2379, 2380, 5473, API_SERVER, 10250);
    private static final List<Integer> NODE_UDP = List.of(4789, 8472, 51820, 51821);
    private static final PortRange NODE_PORTS = new PortRange(30000, 32767);
    private static final String IPIP = "4";

    /** Failsafe ports that only nodes use of nodes; 2379, 2380 and 5473 are in {@link #NODE_TCP}. */
    private static final List<Integer> ETCD = List.of(6666, 6667);

    private static final List<Integer> OF_NODES = List.of(2379, 2380, 5473, 6666, 6667);

    private static final List<Integer> ICMP_V6 = List.of(133, 134, 135, 136, 137, 1, 2, 3, 4, 128, 129);

    private MustHaves() {}

    static List<PolicyRule> of(Network network, FailsafePorts failsafe) {
        List<PolicyRule> rules = new ArrayList<>();
        boolean v6 = !network.nodeNets(true).isEmpty();
        for (FlowDirection direction : List.of(FlowDirection.INGRESS, FlowDirection.EGRESS)) {
            List<FailsafePort> closed = failsafe.closed(direction);
            nodes(rules, direction, network, false, closed);
            if (v6) {
                nodes(rules, direction, network, true, closed);
            }
            neighbours(rules, direction);
            anyone(rules, direction, false, network);
            apiServer(rules, direction, false, network, failsafe);
            closed(rules, direction, false, closed);
            if (v6) {
                anyone(rules, direction, true, network);
                apiServer(rules, direction, true, network, failsafe);
                closed(rules, direction, true, closed);
            }
        }
        return rules;
    }

    private static void nodes(
            List<PolicyRule> rules, FlowDirection direction, Network network, boolean v6, List<FailsafePort> closed) {
        List<Cidr> nets = network.nodeNets(v6);
        String who = (direction == FlowDirection.INGRESS ? "from" : "to")
                + (nets.isEmpty() ? " anyone, for the addresses of the nodes are not known" : " the nodes");
        Stream<Integer> etcd = direction == FlowDirection.EGRESS
                ? Stream.of()
                : closed.stream().map(FailsafePort::port).filter(ETCD::contains);
        rules.add(new PolicyRule(
                direction,
                "tcp",
                v6,
                nets,
                ports(Stream.of(NODE_TCP.stream(), network.apiServerOnNodes().stream(), etcd)
                        .flatMap(ports -> ports)
                        .distinct()
                        .toList()),
                "must have: BGP, etcd, Typha, API server and kubelet " + who));
        rules.add(new PolicyRule(
                direction,
                "udp",
                v6,
                nets,
                ports(NODE_UDP),
                "must have: VXLAN of Calico and of flannel, WireGuard " + who));
        if (!v6) {
            rules.add(new PolicyRule(direction, IPIP, false, nets, List.of(), "must have: IP in IP " + who));
        }
    }

    /**
     * Neighbour discovery, which is untracked and so meets the policy with every packet, and what tells of errors: without
     * it all of IPv6 stops as soon as the neighbours expire, failsafe ports too. Harmless where there is no IPv6.
     */
    private static void neighbours(List<PolicyRule> rules, FlowDirection direction) {
        for (int type : ICMP_V6) {
            rules.add(PolicyRule.ofIcmpV6(
                    direction,
                    type,
                    "must have: neighbour discovery of IPv6 (133 to 137), errors (1 to 4) and echo (128, 129)"));
        }
    }

    private static void anyone(List<PolicyRule> rules, FlowDirection direction, boolean v6, Network network) {
        switch (direction) {
            case INGRESS -> {
                String nodePorts = "must have: node ports";
                rules.add(new PolicyRule(direction, "tcp", v6, List.of(), List.of(NODE_PORTS), nodePorts));
                rules.add(new PolicyRule(direction, "udp", v6, List.of(), List.of(NODE_PORTS), nodePorts));
                rules.add(anywhere(direction, "udp", v6, "must have: DHCP", v6 ? 546 : 68));
            }
            case EGRESS -> {
                rules.add(anywhere(
                        direction,
                        "tcp",
                        v6,
                        "must have: DNS, and the API server, which may be behind an address of its own",
                        Stream.of(
                                        Stream.of(53, HTTPS, API_SERVER),
                                        network.apiServerOnNodes().stream(),
                                        network.apiServerElsewhere().stream())
                                .flatMap(ports -> ports)
                                .distinct()
                                .toArray(Integer[]::new)));
                rules.add(anywhere(direction, "udp", v6, "must have: DNS, DHCP and NTP", 53, v6 ? 547 : 67, 123));
            }
            case FORWARDED ->
                throw new IllegalArgumentException("policies of host endpoints rule no forwarded traffic");
        }
    }

    /**
     * The API server at a port that Felix keeps open to nobody by default: who asks it from outside of the cluster need not have connected
     * anew, and without it nobody could put a policy right.
     */
    private static void apiServer(
            List<PolicyRule> rules, FlowDirection direction, boolean v6, Network network, FailsafePorts failsafe) {
        Integer[] ports = network.apiServerOnNodes().stream()
                .filter(port -> port != API_SERVER && !failsafe.isOpen(direction, port))
                .toArray(Integer[]::new);
        if (direction == FlowDirection.INGRESS && ports.length > 0) {
            rules.add(anywhere(
                    direction,
                    "tcp",
                    v6,
                    "must have: the API server, which is at no failsafe port, so narrow it to who needs it",
                    ports));
        }
    }

    /** What is failsafe by default, but not here. What another rule lets anyone through to already is left out. */
    private static void closed(List<PolicyRule> rules, FlowDirection direction, boolean v6, List<FailsafePort> closed) {
        List<Integer> ports = closed.stream()
                .filter(port -> port.protocol().equals("tcp"))
                .map(FailsafePort::port)
                .filter(port -> direction == FlowDirection.EGRESS || !OF_NODES.contains(port))
                .filter(port -> direction == FlowDirection.INGRESS || port != API_SERVER)
                .toList();
        if (!ports.isEmpty()) {
            rules.add(anywhere(
                    direction,
                    "tcp",
                    v6,
                    "must have: failsafe by default but not on this cluster, so narrow it to who needs it: "
                            + String.join(
                                    ", ", ports.stream().map(MustHaves::name).toList()),
                    ports.toArray(Integer[]::new)));
        }
    }

    private static String name(int port) {
        return switch (port) {
            case 22 -> "SSH";
            case 179 -> "BGP with others than nodes";
            case API_SERVER -> "the API server";
            case 5473 -> "Typha";
            default -> "etcd " + port;
        };
    }

    private static PolicyRule anywhere(
            FlowDirection direction, String protocol, boolean v6, String comment, Integer... ports) {
        return new PolicyRule(direction, protocol, v6, List.of(), ports(Arrays.asList(ports)), comment);
    }

    private static List<PortRange> ports(List<Integer> ports) {
        return ports.stream().map(PortRange::of).sorted().toList();
    }
}
