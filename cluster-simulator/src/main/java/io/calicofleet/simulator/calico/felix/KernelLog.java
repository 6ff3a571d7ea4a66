package io.calicofleet.simulator.calico.felix;

import io.calicofleet.model.address.Address;
import io.calicofleet.model.felix.object.Protocol;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/** Kernel log lines as a node's syslog has them (kernel net/netfilter/nf_log_syslog.c). */
final class KernelLog {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSxxx", Locale.ROOT);

    /** What iptables keeps of a prefix. */
    private static final int PREFIX_KEPT = 29;

    private KernelLog() {}

    private static String header(String node) {
        return TIME.format(ZonedDateTime.now(ZoneOffset.UTC)) + " " + node + " kernel: ";
    }

    /** The line of a Log rule; the prefix is Felix's, and what is cut off of it and its {@code ": "} is missing. */
    static String packet(String node, String logPrefix, Packet packet) {
        String prefix = logPrefix + ": ";
        StringBuilder line = new StringBuilder(header(node))
                .append(prefix, 0, Math.min(prefix.length(), PREFIX_KEPT))
                .append(packet.inbound() ? "IN=" + packet.device() + " OUT= " : "IN= OUT=" + packet.device() + " ");
        if (packet.inbound()) {
            line.append("MAC=")
                    .append(
                            packet.device().equals(Packet.LOOPBACK)
                                    ? "00:00:00:00:00:00:00:00:00:00:00:00:"
                                    : "52:54:00:12:34:56:52:54:00:65:43:21:")
                    .append(packet.v6() ? "86:dd " : "08:00 ");
        }
        line.append("SRC=").append(full(packet.source())).append(" DST=").append(full(packet.destination()));
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int hops = packet.inbound() && packet.device().equals(Packet.ETHERNET) ? 63 : 64;
        int length = packet.icmpType() >= 0 ? 84 : 60;
        if (packet.v6()) {
            line.append(" LEN=").append(length + 20).append(" TC=0 HOPLIMIT=").append(hops);
            line.append(" FLOWLBL=").append(random.nextInt(1, 1 << 20));
        } else {
            line.append(" LEN=")
                    .append(length)
                    .append(" TOS=0x00 PREC=0x00 TTL=")
                    .append(hops);
            line.append(" ID=").append(random.nextInt(1, 65_535));
            line.append(packet.protocol() == Protocol.TCP || packet.protocol() == Protocol.UDP ? " DF" : "");
        }
        return line.append(transport(packet)).toString();
    }

    /** Of protocols the kernel knows nothing of only the number is written, of SCTP too. */
    private static String transport(Packet packet) {
        String ports = " SPT=" + packet.sourcePort() + " DPT=" + packet.port();
        String echo = " TYPE=" + packet.icmpType() + " CODE=0"
                + (packet.icmpType() == 8 || packet.icmpType() == 128
                        ? " ID=" + ThreadLocalRandom.current().nextInt(1, 65_535) + " SEQ=1"
                        : "");
        return " PROTO="
                + switch (packet.protocol()) {
                    case Protocol.TCP -> "TCP" + ports + " WINDOW=64860 RES=0x00 SYN URGP=0";
                    case Protocol.UDP -> "UDP" + ports + " LEN=40";
                    case Protocol.UDPLITE -> "UDPLITE" + ports + " LEN=40";
                    case Protocol.ICMP -> "ICMP" + echo;
                    case Protocol.ICMPV6 -> "ICMPv6" + echo;
                    default -> String.valueOf(packet.protocol());
                };
    }

    /** Addresses of IPv6 are written in full. */
    private static String full(Address address) {
        if (!address.v6()) {
            return address.toString();
        }
        String digits = String.format(Locale.ROOT, "%016x%016x", address.high(), address.low());
        return digits.replaceAll("(.{4})(?!$)", "$1:");
    }

    /** A line that has nothing to do with Calico's policies. */
    static String other(String node) {
        String device = Integer.toHexString(ThreadLocalRandom.current().nextInt(0x100000, 0xffffff));
        return header(node) + "IPv6: ADDRCONF(NETDEV_CHANGE): cali" + device + ": link becomes ready";
    }
}
