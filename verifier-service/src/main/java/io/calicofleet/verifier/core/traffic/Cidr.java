package io.calicofleet.verifier.core.traffic;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A network: the addresses that share their first bits.
 *
 * @param base its first address
 * @param bits how many bits are shared
 */
public record Cidr(Address base, int bits) implements Comparable<Cidr> {

    /** Every IPv4 address. */
    public static final Cidr ANY_V4 = new Cidr(new Address(false, 0, 0), 0);

    /** Every IPv6 address. */
    public static final Cidr ANY_V6 = new Cidr(new Address(true, 0, 0), 0);

    private static final Comparator<Cidr> ORDER =
            Comparator.comparing(Cidr::base).thenComparingInt(Cidr::bits);

    public Cidr {
        requireNonNull(base, "base");
    }

    /** The network of the first {@code bits} bits of {@code address}; no more bits than it has. */
    public static Cidr of(Address address, int bits) {
        if (!address.v6()) {
            int shared = Math.min(bits, 32);
            return new Cidr(new Address(false, 0, address.low() & mask(shared, 32)), shared);
        }
        int shared = Math.min(bits, 128);
        return new Cidr(
                new Address(
                        true,
                        address.high() & mask(Math.min(shared, 64), 64),
                        address.low() & mask(Math.max(shared - 64, 0), 64)),
                shared);
    }

    /** The network {@code text} is, such as {@code 192.168.0.0/16}; a bare address is a network of its own. */
    public static @Nullable Cidr parse(String text) {
        int slash = text.indexOf('/');
        Address address = Address.parse(text, 0, slash < 0 ? text.length() : slash);
        if (address == null) {
            return null;
        }
        if (slash < 0) {
            return of(address, address.width());
        }
        int bits = 0;
        for (int i = slash + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9' || i > slash + 3) {
                return null;
            }
            bits = bits * 10 + (c - '0');
        }
        return slash + 1 == text.length() || bits > address.width() ? null : of(address, bits);
    }

    /** Whether every address of {@code other} is one of this. */
    public boolean contains(Cidr other) {
        return other.base.v6() == base.v6()
                && other.bits >= bits
                && of(other.base, bits).equals(this);
    }

    /** Whether it holds every address of its family. */
    public boolean isAny() {
        return bits == 0;
    }

    /** Whether it is a single address. */
    public boolean isSingle() {
        return bits == base.width();
    }

    private static long mask(int bits, int width) {
        if (bits == 0) {
            return 0;
        }
        return width == 32 ? (0xffffffffL << (32 - bits)) & 0xffffffffL : -1L << (64 - bits);
    }

    @Override
    public int compareTo(Cidr other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return base + "/" + bits;
    }
}
