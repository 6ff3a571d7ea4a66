package io.calicofleet.verifier.core.traffic;

import io.calicofleet.event.FlowDirection;
import io.calicofleet.model.address.Address;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines of the kernel's log, in every form syslog, journald, /dev/kmsg and container runtimes give them (kernel
 * net/netfilter/nf_log_syslog.c; the same for iptables and nftables):
 *
 * <ol>
 *   <li>takes the message out of what the shipper put around it: JSON, a kmsg record, a syslog header;
 *   <li>looks for the prefix the Log action writes; without it the line is some {@link LogLine.Other other} line;
 *   <li>reads {@code KEY=value} tokens from {@code IN=} on. The first occurrence of a key wins (UDP repeats LEN, ICMP
 *       repeats ID), what stands in brackets is a quoted packet and is passed over.
 * </ol>
 *
 * <p>What eBPF writes to the kernel's trace has another form and names no policy: it is told as unreadable.
 *
 * <p>Scans characters, without regular expressions: this is run for every line a fleet logs. Never throws, whatever the
 * line. Immutable.
 */
public final class KernelLogParser {

    /** The prefix Felix has by default. */
    public static final String DEFAULT_PREFIX = "calico-packet";

    private static final String BPF_TRACE = "bpf_trace_printk: ";
    private static final String BPF_VERDICT = ": policy ";

    private final List<LogPrefix> prefixes;

    /** @param prefixes every LogPrefix the nodes of a cluster have */
    public KernelLogParser(Collection<String> prefixes) {
        this.prefixes = LogPrefix.of(prefixes);
    }

    /** What {@code line} is. */
    public LogLine parse(String line) {
        String message = line;
        int json = WrappedLine.jsonStart(line);
        if (json >= 0) {
            String inside = WrappedLine.of(line, json);
            if (inside == null) {
                return other(line, LogLine.NO_SEQUENCE);
            }
            message = inside;
        }
        int from = 0;
        long sequence = LogLine.NO_SEQUENCE;
        int semicolon = kmsgHeader(message);
        if (semicolon > 0) {
            sequence = kmsgSequence(message);
            from = semicolon + 1;
        }
        int end = lineEnd(message, from);
        int afterPrefix = -1;
        for (int i = 0; i < prefixes.size() && afterPrefix < 0; i++) {
            afterPrefix = prefixes.get(i).after(message, from, end);
        }
        if (afterPrefix < 0) {
            return isBpfTrace(message, from)
                    ? new LogLine.Unreadable("eBPF's trace, which does not say which policy", sequence)
                    : new LogLine.Other(sequence);
        }
        int in = findIn(message, afterPrefix, end);
        if (in < 0) {
            return new LogLine.Unreadable("IN= is missing", sequence);
        }
        Fields fields = new Fields(message);
        fields.scan(in, end);
        return fields.toLine(policy(message, afterPrefix, in), sequence);
    }

    private static boolean isBpfTrace(String message, int from) {
        int trace = message.indexOf(BPF_TRACE, from);
        return trace >= 0 && message.indexOf(BPF_VERDICT, trace) >= 0;
    }

    /** JSON in which no message was found. */
    private LogLine other(String line, long sequence) {
        return prefixes.stream().anyMatch(prefix -> prefix.after(line, 0, line.length()) >= 0)
                ? new LogLine.Unreadable("JSON whose message is in none of the known fields", sequence)
                : new LogLine.Other(sequence);
    }

    /** The semicolon that ends {@code level,sequence,microseconds,flags} of a kmsg record; 0 where the line is none. */
    private static int kmsgHeader(String line) {
        int commas = 0;
        for (int i = 0; i < line.length() && i < 80; i++) {
            char c = line.charAt(i);
            if (c == ',') {
                commas++;
            } else if (c == ';') {
                return commas >= 3 ? i : 0;
            } else if (commas < 3 && (c < '0' || c > '9')) {
                return 0;
            }
        }
        return 0;
    }

    private static long kmsgSequence(String line) {
        long value = 0;
        for (int i = line.indexOf(',') + 1; line.charAt(i) != ','; i++) {
            value = value * 10 + (line.charAt(i) - '0');
            if (value < 0 || value > Long.MAX_VALUE / 100) {
                return LogLine.NO_SEQUENCE;
            }
        }
        return value;
    }

    /** A kmsg record may go on with further lines that describe the device. */
    private static int lineEnd(String message, int from) {
        int end = message.indexOf('\n', from);
        return end < 0 ? message.length() : end;
    }

    /** {@code IN=} as a token of its own; where the prefix was cut off by iptables it stands without a blank before it. */
    private static int findIn(String message, int from, int end) {
        int first = -1;
        int at = message.indexOf("IN=", from);
        while (at >= 0 && at < end) {
            char before = at == 0 ? ' ' : message.charAt(at - 1);
            if (before == ' ' || before == ':' || at == from) {
                return at;
            }
            first = first < 0 ? at : first;
            at = message.indexOf("IN=", at + 1);
        }
        return first;
    }

    private static String policy(String message, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && (message.charAt(start) == ' ' || message.charAt(start) == ':')) {
            start++;
        }
        while (end > start && (message.charAt(end - 1) == ' ' || message.charAt(end - 1) == ':')) {
            end--;
        }
        return message.substring(start, end);
    }

    /** The fields that matter, each as it first occurs. */
    private static final class Fields {

        private static final int ABSENT = -2;

        private final String text;
        private int in = ABSENT;
        private int out = ABSENT;
        private @Nullable Address source;
        private @Nullable Address destination;
        private boolean badAddress;
        private @Nullable String protocol;
        private int port = ABSENT;
        private boolean fragment;

        Fields(String text) {
            this.text = text;
        }

        void scan(int from, int end) {
            int i = from;
            while (i < end) {
                char c = text.charAt(i);
                if (c == ' ') {
                    i++;
                } else if (c == '[') {
                    i = afterBrackets(i, end);
                } else {
                    int stop = i;
                    int equals = -1;
                    while (stop < end && text.charAt(stop) != ' ' && text.charAt(stop) != '[') {
                        if (equals < 0 && text.charAt(stop) == '=') {
                            equals = stop;
                        }
                        stop++;
                    }
                    if (equals > 0) {
                        take(i, equals, stop);
                    } else if (text.startsWith("FRAG:", i)) {
                        fragment = true;
                    }
                    i = stop;
                }
            }
        }

        /** Behind the bracket that closes the one at {@code at}; a quoted packet may quote another. */
        private int afterBrackets(int at, int end) {
            int depth = 0;
            for (int i = at; i < end; i++) {
                char c = text.charAt(i);
                if (c == '[') {
                    depth++;
                } else if (c == ']' && --depth == 0) {
                    return i + 1;
                }
            }
            return end;
        }

        private void take(int from, int equals, int stop) {
            int length = equals - from;
            char first = text.charAt(from);
            if (length == 2 && first == 'I' && text.charAt(from + 1) == 'N') {
                in = in == ABSENT ? stop - equals - 1 : in;
            } else if (length == 3) {
                switch (first) {
                    case 'O' -> {
                        if (out == ABSENT && text.startsWith("OUT", from)) {
                            out = stop - equals - 1;
                        }
                    }
                    case 'S' -> {
                        if (source == null && text.startsWith("SRC", from)) {
                            source = address(equals + 1, stop);
                        }
                    }
                    case 'D' -> takeDestination(from, equals, stop);
                    default -> {}
                }
            } else if (length == 5 && protocol == null && text.startsWith("PROTO", from)) {
                protocol = protocol(equals + 1, stop);
            }
        }

        private void takeDestination(int from, int equals, int stop) {
            if (destination == null && text.startsWith("DST", from)) {
                destination = address(equals + 1, stop);
            } else if (port == ABSENT && text.startsWith("DPT", from)) {
                port = number(equals + 1, stop, 65535);
            }
        }

        private @Nullable Address address(int from, int stop) {
            Address address = Address.parse(text, from, stop);
            badAddress |= address == null;
            return address;
        }

        private int number(int from, int stop, int max) {
            int value = 0;
            for (int i = from; i < stop; i++) {
                char c = text.charAt(i);
                if (c < '0' || c > '9') {
                    return ABSENT;
                }
                value = value * 10 + (c - '0');
                if (value > max) {
                    return ABSENT;
                }
            }
            return stop == from ? ABSENT : value;
        }

        /** The kernel names the protocols it takes apart and gives the number of any other. */
        private String protocol(int from, int stop) {
            String name = text.substring(from, stop);
            return switch (name) {
                case "TCP", "6" -> "tcp";
                case "UDP", "17" -> "udp";
                case "ICMP", "1" -> "icmp";
                case "ICMPv6", "58" -> "icmpv6";
                case "SCTP", "132" -> "sctp";
                case "UDPLITE" -> "136";
                case "ESP" -> "50";
                case "AH" -> "51";
                default -> {
                    int number = number(from, stop, 255);
                    yield number == ABSENT ? "" : String.valueOf(number);
                }
            };
        }

        LogLine toLine(String policy, long sequence) {
            Address from = source;
            Address to = destination;
            String carried = protocol;
            if (badAddress || from == null || to == null) {
                return new LogLine.Unreadable("SRC= or DST= is missing or no address", sequence);
            }
            if (from.v6() != to.v6()) {
                return new LogLine.Unreadable("SRC= and DST= are of different families", sequence);
            }
            if (carried == null || carried.isEmpty()) {
                return new LogLine.Unreadable("PROTO= is missing or unknown", sequence);
            }
            if (in <= 0 && out <= 0) {
                return new LogLine.Unreadable("neither IN= nor OUT= names an interface", sequence);
            }
            boolean hasPorts = carried.equals("tcp") || carried.equals("udp");
            if (hasPorts && port < 0 && !fragment) {
                return new LogLine.Unreadable("DPT= is missing", sequence);
            }
            FlowDirection direction =
                    in > 0 ? out > 0 ? FlowDirection.FORWARDED : FlowDirection.INGRESS : FlowDirection.EGRESS;
            // The kernel logs ports of UDPLITE, too, which no policy can name.
            int known = port < 0 || !(hasPorts || carried.equals("sctp")) ? Packet.NO_PORT : port;
            return new LogLine.Flow(new Packet(direction, carried, from, to, known), policy, sequence);
        }
    }
}
