package io.calicofleet.verifier.core.traffic;

/**
 * Ports of a rule.
 *
 * @param first the first
 * @param last the last
 */
record PortRange(int first, int last) implements Comparable<PortRange> {

    static PortRange of(int port) {
        return new PortRange(port, port);
    }

    boolean contains(int port) {
        return port >= first && port <= last;
    }

    @Override
    public int compareTo(PortRange other) {
        return first != other.first ? Integer.compare(first, other.first) : Integer.compare(last, other.last);
    }

    @Override
    public String toString() {
        return first == last ? String.valueOf(first) : first + ":" + last;
    }
}
