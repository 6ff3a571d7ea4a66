package io.calicofleet.simulator.calico;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/** Kernel log lines as a node's syslog has them (facts 9.2). */
final class KernelLog {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSxxx", Locale.ROOT);

    private KernelLog() {}

    private static String header(String node) {
        return TIME.format(ZonedDateTime.now(ZoneOffset.UTC)) + " " + node + " kernel: ";
    }

    /** The line of a Log rule. */
    static String packet(String node, String prefix, Connection connection) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        StringBuilder line = new StringBuilder(header(node)).append(prefix).append(": ");
        if (connection.inbound()) {
            line.append("IN=eth0 OUT= MAC=52:54:00:12:34:56:52:54:00:65:43:21:08:00 ");
        } else {
            line.append("IN= OUT=eth0 ");
        }
        line.append("SRC=").append(connection.source()).append(" DST=").append(connection.destination());
        line.append(connection.protocol().equals("icmp") ? " LEN=84" : " LEN=60");
        line.append(" TOS=0x00 PREC=0x00 TTL=").append(connection.inbound() ? 63 : 64);
        line.append(" ID=").append(random.nextInt(1, 65_535));
        switch (connection.protocol()) {
            case "tcp" ->
                line.append(" DF PROTO=TCP SPT=")
                        .append(connection.sourcePort())
                        .append(" DPT=")
                        .append(connection.port())
                        .append(" WINDOW=64860 RES=0x00 SYN URGP=0");
            case "udp" ->
                line.append(" DF PROTO=UDP SPT=")
                        .append(connection.sourcePort())
                        .append(" DPT=")
                        .append(connection.port())
                        .append(" LEN=40");
            default ->
                line.append(" DF PROTO=ICMP TYPE=8 CODE=0 ID=")
                        .append(random.nextInt(1, 65_535))
                        .append(" SEQ=1");
        }
        return line.toString();
    }

    /** A line that has nothing to do with Calico's policies. */
    static String other(String node) {
        String device = Integer.toHexString(ThreadLocalRandom.current().nextInt(0x100000, 0xffffff));
        return header(node) + "IPv6: ADDRCONF(NETDEV_CHANGE): cali" + device + ": link becomes ready";
    }
}
