package io.calicofleet.verifier.core.traffic;

import io.calicofleet.event.FlowDirection;
import io.calicofleet.model.address.Address;
import java.util.List;
import java.util.Random;

/** Writes packets as the kernel and the shippers do. */
final class LogLines {

    private LogLines() {}

    static Packet packet(Random random) {
        boolean v6 = random.nextInt(4) == 0;
        String protocol = List.of("tcp", "udp", v6 ? "icmpv6" : "icmp", "4").get(random.nextInt(4));
        boolean ports = protocol.equals("tcp") || protocol.equals("udp");
        boolean fragment = ports && random.nextInt(20) == 0;
        return new Packet(
                List.of(FlowDirection.values()).get(random.nextInt(3)),
                protocol,
                address(random, v6),
                address(random, v6),
                ports && !fragment ? random.nextInt(random.nextBoolean() ? 1024 : 65536) : Packet.NO_PORT);
    }

    static List<String> everyForm(Packet packet, Random random) {
        String message = message(packet, random);
        return List.of(
                "Nov  3 12:15:03 host kernel: [12345.678901] " + message,
                "2024-11-19T12:15:03.023805-08:00 host.example kernel: " + message,
                "5," + random.nextInt(100000) + ",987654,-;" + message,
                "{\"_TRANSPORT\":\"kernel\",\"MESSAGE\":\"" + message + "\",\"_HOSTNAME\":\"host\"}",
                message.replace("calico-packet: ", "calico-packet GlobalNetworkPolicy/allow-all-upgrade: "));
    }

    private static Address address(Random random, boolean v6) {
        if (v6) {
            return new Address(true, 0xfd00000000000000L | random.nextInt(3), random.nextInt(300));
        }
        return new Address(false, 0, 0x0a000000L + random.nextInt(100_000));
    }

    private static String message(Packet packet, Random random) {
        FlowDirection direction = packet.direction();
        StringBuilder line = new StringBuilder("calico-packet: IN=")
                .append(direction == FlowDirection.EGRESS ? "" : "eth0")
                .append(" OUT=")
                .append(direction == FlowDirection.INGRESS ? "" : "eth1")
                .append(random.nextBoolean() ? " MAC=ee:ee:ee:ee:ee:ee:1e:0a:36:33:f5:09:08:00" : "")
                .append(" SRC=")
                .append(full(packet.source()))
                .append(" DST=")
                .append(full(packet.destination()))
                .append(
                        packet.source().v6()
                                ? " LEN=60 TC=0 HOPLIMIT=64 FLOWLBL=0"
                                : " LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=1 DF");
        switch (packet.protocol()) {
            case "tcp", "udp" -> {
                line.append(packet.port() < 0 ? " FRAG:185" : "")
                        .append(packet.protocol().equals("tcp") ? " PROTO=TCP" : " PROTO=UDP");
                if (packet.port() >= 0) {
                    line.append(" SPT=")
                            .append(random.nextInt(65536))
                            .append(" DPT=")
                            .append(packet.port())
                            .append(" LEN=40");
                }
            }
            case "icmp" -> line.append(" PROTO=ICMP TYPE=3 CODE=1 [SRC=1.1.1.1 DST=2.2.2.2 PROTO=UDP SPT=1 DPT=2 ]");
            case "icmpv6" -> line.append(" PROTO=ICMPv6 TYPE=128 CODE=0 ID=1 SEQ=1");
            default -> line.append(" PROTO=").append(packet.protocol());
        }
        return line.append(random.nextBoolean() ? " MARK=0x10000 " : "").toString();
    }

    /** The kernel writes IPv6 addresses in full. */
    private static String full(Address address) {
        if (!address.v6()) {
            return address.toString();
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            long half = i < 4 ? address.high() : address.low();
            text.append(i == 0 ? "" : ":").append(String.format("%04x", (half >> (16 * (3 - i % 4))) & 0xffff));
        }
        return text.toString();
    }
}
