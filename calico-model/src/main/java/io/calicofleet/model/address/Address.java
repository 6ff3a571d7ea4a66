package io.calicofleet.model.address;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * An IP address, read without ever asking a resolver, as Go's {@code net.ParseIP} reads it for Calico: no octet has a
 * leading zero, and an IPv4 address inside IPv6 ({@code ::ffff:10.0.0.1}) is that IPv4 address.
 *
 * @param v6 whether it is IPv6
 * @param high the first eight bytes of an IPv6 address; 0 for IPv4
 * @param low the last eight bytes of an IPv6 address, or the four of IPv4
 */
public record Address(boolean v6, long high, long low) implements Comparable<Address> {

    private static final Comparator<Address> ORDER = Comparator.comparing(Address::v6)
            .thenComparing(Address::high, Long::compareUnsigned)
            .thenComparing(Address::low, Long::compareUnsigned);
    private static final int GROUPS = 8;

    /** The address {@code text} is; null where it is none. */
    public static @Nullable Address parse(String text) {
        return parse(text, 0, text.length());
    }

    /** The address from {@code from} to {@code to}; null where there is none. */
    public static @Nullable Address parse(String text, int from, int to) {
        Address address = written(text, from, to);
        return address == null || !address.isMapped() ? address : address.unmapped();
    }

    /** The same, but IPv4 inside IPv6 stays what it is written as. */
    static @Nullable Address written(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c == ':') {
                return parseV6(text, from, to);
            }
            if (c == '.') {
                long value = parseV4(text, from, to);
                return value < 0 ? null : new Address(false, 0, value);
            }
        }
        return null;
    }

    /** Whether it is an IPv4 address written as one of IPv6. */
    boolean isMapped() {
        return v6 && high == 0 && low >>> 32 == 0xffffL;
    }

    /** The IPv4 address of one that {@link #isMapped}. */
    Address unmapped() {
        return new Address(false, 0, low & 0xffffffffL);
    }

    /** How many bits it has. */
    public int width() {
        return v6 ? 128 : 32;
    }

    /** The network of its first {@code bits} bits. */
    public Cidr network(int bits) {
        return Cidr.of(this, bits);
    }

    private static long parseV4(String text, int from, int to) {
        long value = 0;
        int octets = 0;
        int octet = -1;
        for (int i = from; i <= to; i++) {
            char c = i == to ? '.' : text.charAt(i);
            if (c == '.') {
                if (octet < 0 || ++octets > 4) {
                    return -1;
                }
                value = (value << 8) | octet;
                octet = -1;
            } else if (c >= '0' && c <= '9' && octet != 0) {
                octet = (octet < 0 ? 0 : octet * 10) + (c - '0');
                if (octet > 255) {
                    return -1;
                }
            } else {
                return -1;
            }
        }
        return octets == 4 ? value : -1;
    }

    private static @Nullable Address parseV6(String text, int from, int to) {
        int[] groups = new int[GROUPS];
        int count = 0;
        int gap = -1;
        int i = from;
        if (to - from >= 2 && text.charAt(from) == ':' && text.charAt(from + 1) == ':') {
            gap = 0;
            i = from + 2;
        }
        while (i < to) {
            if (count == GROUPS) {
                return null;
            }
            int end = i;
            while (end < to && text.charAt(end) != ':') {
                end++;
            }
            int dot = text.indexOf('.', i);
            if (dot >= 0 && dot < end) {
                long v4 = end == to && count <= GROUPS - 2 ? parseV4(text, i, end) : -1;
                if (v4 < 0) {
                    return null;
                }
                groups[count++] = (int) (v4 >> 16);
                groups[count++] = (int) (v4 & 0xffff);
                i = end;
                continue;
            }
            int value = hex(text, i, end);
            if (value < 0) {
                return null;
            }
            groups[count++] = value;
            if (end == to) {
                i = end;
            } else if (end + 1 < to && text.charAt(end + 1) == ':') {
                if (gap >= 0) {
                    return null;
                }
                gap = count;
                i = end + 2;
            } else if (end + 1 == to) {
                return null;
            } else {
                i = end + 1;
            }
        }
        return (gap < 0) == (count < GROUPS) ? null : spread(groups, count, gap);
    }

    private static Address spread(int[] groups, int count, int gap) {
        long[] halves = new long[2];
        for (int i = 0; i < count; i++) {
            int place = gap < 0 || i < gap ? i : i + GROUPS - count;
            halves[place / 4] |= (long) groups[i] << (16 * (3 - place % 4));
        }
        return new Address(true, halves[0], halves[1]);
    }

    private static int hex(String text, int from, int to) {
        if (to <= from || to - from > 4) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            int digit = Character.digit(text.charAt(i), 16);
            if (digit < 0 || text.charAt(i) > 'f') {
                return -1;
            }
            value = (value << 4) | digit;
        }
        return value;
    }

    @Override
    public int compareTo(Address other) {
        return ORDER.compare(this, other);
    }

    /** As people write it: IPv6 in lower case with the longest run of zeros left out (RFC 5952). */
    @Override
    public String toString() {
        if (!v6) {
            return ((low >> 24) & 0xff) + "." + ((low >> 16) & 0xff) + "." + ((low >> 8) & 0xff) + "." + (low & 0xff);
        }
        int bestAt = -1;
        int bestLength = 1;
        for (int i = 0; i < GROUPS; i++) {
            int length = 0;
            while (i + length < GROUPS && group(i + length) == 0) {
                length++;
            }
            if (length > bestLength) {
                bestAt = i;
                bestLength = length;
            }
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < GROUPS; i++) {
            if (i == bestAt) {
                text.append("::");
                i += bestLength - 1;
                continue;
            }
            if (i > 0 && (bestAt < 0 || i != bestAt + bestLength)) {
                text.append(':');
            }
            text.append(Integer.toHexString(group(i)));
        }
        return text.toString();
    }

    private int group(int index) {
        long half = index < 4 ? high : low;
        return (int) ((half >> (16 * (3 - index % 4))) & 0xffff);
    }
}
