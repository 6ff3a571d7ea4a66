package io.calicofleet.verifier.core.traffic;

/**
 * How much of one cluster's traffic is kept apart.
 *
 * @param flows kinds of traffic: direction, protocol, port and peer
 * @param peersPerPort peers of one port by address; then as many networks; then nothing but the port
 * @param portsPerPeer ports of one peer, per direction and protocol; further ones are joined into ranges of 1024
 * @param nodes nodes
 */
public record TrafficLimits(int flows, int peersPerPort, int portsPerPeer, int nodes) {

    /** Enough for a large cluster; a few hundred KiB at most. */
    public static final TrafficLimits DEFAULT = new TrafficLimits(2000, 64, 64, 5000);
}
