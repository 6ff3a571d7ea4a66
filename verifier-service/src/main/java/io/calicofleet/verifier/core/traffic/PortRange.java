package io.calicofleet.verifier.core.traffic;

/**
 * Destination ports, of a rule or of packets that are counted together.
 *
 * @param first the first
 * @param last the last
 */
public record PortRange(int first, int last) implements Comparable<PortRange> {

    /** The last there is. */
    static final int LAST = 65535;

    /** How many ports are joined at most. */
    private static final int BLOCK = 1024;

    static PortRange of(int port) {
        return new PortRange(port, port);
    }

    /** The ports a port is joined with where there are too many of them: those of one block of 1024. Felix knows no port 0. */
    static PortRange blockOf(int port) {
        int first = port / BLOCK * BLOCK;
        return new PortRange(Math.max(first, 1), first + BLOCK - 1);
    }

    /** @throws IllegalArgumentException where the text has another form */
    static PortRange parse(String text) {
        int colon = text.indexOf(':');
        return colon < 0
                ? of(Integer.parseInt(text))
                : new PortRange(
                        Integer.parseInt(text.substring(0, colon)), Integer.parseInt(text.substring(colon + 1)));
    }

    boolean isSingle() {
        return first == last;
    }

    boolean contains(PortRange other) {
        return other.first >= first && other.last <= last;
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
