package io.calicofleet.simulator;

import io.calicofleet.simulator.kubernetes.controller.Timing;

/**
 * How a simulator runs.
 *
 * @param port the port; 0 picks a free one
 * @param tls whether it is HTTPS
 * @param timing how long things take in the clusters
 * @param trafficMillis time between two rounds of new connections on a node that has a host endpoint; 0 for none
 */
public record SimulatorOptions(int port, boolean tls, Timing timing, long trafficMillis) {

    /** For tests: a free port, HTTPS, everything as fast as is useful, traffic every 20 ms. */
    public static SimulatorOptions quick() {
        return new SimulatorOptions(0, true, Timing.quick(), 20);
    }

    /** For people: times of a real cluster, divided by a speed. */
    public static SimulatorOptions ofSpeed(int port, double speed) {
        return new SimulatorOptions(port, true, Timing.ofSpeed(speed), Math.max(20, (long) (2000 / speed)));
    }

    /** With other times. */
    public SimulatorOptions withTiming(Timing other) {
        return new SimulatorOptions(port, tls, other, trafficMillis);
    }

    /** With plain HTTP, or HTTPS. */
    public SimulatorOptions withTls(boolean encrypted) {
        return new SimulatorOptions(port, encrypted, timing, trafficMillis);
    }

    /** With another time between rounds of traffic. */
    public SimulatorOptions withTrafficMillis(long millis) {
        return new SimulatorOptions(port, tls, timing, millis);
    }
}
