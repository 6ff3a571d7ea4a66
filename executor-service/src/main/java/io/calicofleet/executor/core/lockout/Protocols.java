package io.calicofleet.executor.core.lockout;

import java.util.Locale;

/** Protocols by name or number, as policies have them. */
final class Protocols {

    private Protocols() {}

    /** One spelling of each. */
    static String name(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return switch (lower) {
            case "6" -> "tcp";
            case "17" -> "udp";
            case "132" -> "sctp";
            case "1" -> "icmp";
            case "58" -> "icmpv6";
            case "136" -> "udplite";
            default -> lower;
        };
    }
}
