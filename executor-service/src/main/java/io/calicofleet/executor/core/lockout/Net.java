package io.calicofleet.executor.core.lockout;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A network; one address is a network of its own. Read without ever asking a resolver.
 *
 * @param base its first address as a number
 * @param bits how many bits its addresses share
 * @param width how many bits an address has: 32 or 128
 */
record Net(BigInteger base, int bits, int width) {

    private static final Pattern V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    Net {
        requireNonNull(base, "base");
    }

    /** The network {@code text} is; empty where it is none. */
    static Optional<Net> parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        if (!V4.matcher(address).matches() && !V6.matcher(address).matches()) {
            return Optional.empty();
        }
        try {
            byte[] bytes = InetAddress.getByName(address).getAddress();
            int width = bytes.length * 8;
            int bits = slash < 0 ? width : Integer.parseInt(text.substring(slash + 1));
            return bits < 0 || bits > width
                    ? Optional.empty()
                    : Optional.of(new Net(first(new BigInteger(1, bytes), bits, width), bits, width));
        } catch (UnknownHostException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** The address of a server given as {@code 10.0.0.1}, {@code 10.0.0.1:179}, {@code fd00::1} or {@code [fd00::1]:179}. */
    static Optional<Net> ofServer(String text) {
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            return end < 0 ? Optional.empty() : parse(text.substring(1, end));
        }
        int colon = text.indexOf(':');
        return parse(colon >= 0 && colon == text.lastIndexOf(':') ? text.substring(0, colon) : text);
    }

    boolean contains(Net other) {
        return width == other.width
                && bits <= other.bits
                && first(other.base, bits, width).equals(base);
    }

    boolean v6() {
        return width == 128;
    }

    private static BigInteger first(BigInteger address, int bits, int width) {
        return address.shiftRight(width - bits).shiftLeft(width - bits);
    }
}
