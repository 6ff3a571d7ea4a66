package io.calicofleet.model.address;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.Optional;
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

    /** How many bits come before an IPv4 address that is written as one of IPv6. */
    private static final int MAPPED = 96;

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

    /**
     * The network {@code text} is, such as {@code 192.168.0.0/16}, as Calico reads it (libcalico-go/lib/net/ipnet.go,
     * ParseCIDROrIP): a bare address is a network of its own, and bits beyond the prefix count for nothing. Null where it is
     * none.
     */
    public static @Nullable Cidr parse(String text) {
        int slash = text.indexOf('/');
        Address address = Address.written(text, 0, slash < 0 ? text.length() : slash);
        if (address == null) {
            return null;
        }
        int bits = slash < 0 ? address.width() : bits(text, slash + 1);
        if (bits < 0 || bits > address.width()) {
            return null;
        }
        return address.isMapped() && bits >= MAPPED ? of(address.unmapped(), bits - MAPPED) : of(address, bits);
    }

    /** The same; empty where it is none. */
    public static Optional<Cidr> read(String text) {
        return Optional.ofNullable(parse(text));
    }

    /** The number from {@code from} on; -1 where there is none, or it is more than any address has bits. */
    private static int bits(String text, int from) {
        int bits = from == text.length() ? -1 : 0;
        for (int i = from; i < text.length() && bits >= 0; i++) {
            char c = text.charAt(i);
            bits = c < '0' || c > '9' || bits > 128 ? -1 : bits * 10 + (c - '0');
        }
        return bits;
    }

    /** The network of one address. */
    public static Cidr single(Address address) {
        return new Cidr(address, address.width());
    }

    /** Whether every address of {@code other} is one of this. */
    public boolean contains(Cidr other) {
        return other.base.v6() == base.v6()
                && other.bits >= bits
                && of(other.base, bits).equals(this);
    }

    /** Whether {@code address} is one of this. */
    public boolean contains(Address address) {
        return address.v6() == base.v6() && of(address, bits).equals(this);
    }

    /** Whether its addresses are of IPv6. */
    public boolean v6() {
        return base.v6();
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
