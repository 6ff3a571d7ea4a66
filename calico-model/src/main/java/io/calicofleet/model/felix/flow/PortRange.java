package io.calicofleet.model.felix.flow;

/**
 * Destination ports, of a rule or of packets that are counted together.
 *
 * @param first the first
 * @param last the last
 */
public record PortRange(int first, int last) implements Comparable<PortRange> {

    /** The last there is. */
    public static final int LAST = 65535;

    /** How many ports are joined at most. */
    private static final int BLOCK = 1024;

    /** A single one. */
    public static PortRange of(int port) {
        return new PortRange(port, port);
    }

    /** The ports a port is joined with where there are too many of them: those of one block of 1024. Felix knows no port 0. */
    public static PortRange blockOf(int port) {
        int first = port / BLOCK * BLOCK;
        return new PortRange(Math.max(first, 1), first + BLOCK - 1);
    }

    /**
     * Reads what {@link #toString()} writes.
     *
     * @throws IllegalArgumentException where the text has another form
     */
    public static PortRange parse(String text) {
        int colon = text.indexOf(':');
        return colon < 0
                ? of(Integer.parseInt(text))
                : new PortRange(
                        Integer.parseInt(text.substring(0, colon)), Integer.parseInt(text.substring(colon + 1)));
    }

    /** Whether it is one port. */
    public boolean isSingle() {
        return first == last;
    }

    /** Whether all of {@code other} is in it. */
    public boolean contains(PortRange other) {
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
