package io.calicofleet.simulator.calico;

/**
 * A new connection of a node.
 *
 * @param inbound whether it comes to the node, or goes out
 * @param protocol tcp, udp or icmp
 * @param source the source address
 * @param destination the destination address
 * @param sourcePort the source port; 0 for icmp
 * @param port the destination port; 0 for icmp
 */
record Connection(boolean inbound, String protocol, String source, String destination, int sourcePort, int port) {

    /** ingress or egress. */
    String direction() {
        return inbound ? "ingress" : "egress";
    }

    /** {@code tcp/10250}. */
    String service() {
        return protocol.equals("icmp") ? "icmp" : protocol + "/" + port;
    }
}
