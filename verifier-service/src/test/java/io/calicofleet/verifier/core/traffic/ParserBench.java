package io.calicofleet.verifier.core.traffic;

import io.calicofleet.event.FlowDirection;
import io.calicofleet.model.address.Address;
import io.krakens.grok.api.Grok;
import io.krakens.grok.api.GrokCompiler;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/**
 * Lines parsed and added up per second on one core, next to a Grok pattern that reads the same fields and feeds the same
 * tally. A program, not a test: {@code ./calico-fleet bench --traffic-lines}.
 */
public final class ParserBench {

    private static final int ROUNDS = 5;
    private static final Instant AT = Instant.parse("2026-11-23T10:00:00Z");

    /** What a user of Grok would write for the kernel's lines, whatever stands before them. */
    private static final String PATTERN =
            "calico-packet%{DATA:policy}: IN=%{DATA:in} OUT=%{DATA:out} .*?SRC=%{IP:src} DST=%{IP:dst} .*?"
                    + "PROTO=%{WORD:proto}(?: SPT=%{INT:spt} DPT=%{INT:dpt})?";

    private ParserBench() {}

    /**
     * Prints a line for each of the two, and how they compare.
     *
     * @param arguments how many lines; 200,000 if none
     */
    public static void main(String[] arguments) {
        int count = arguments.length == 0 ? 200_000 : Integer.parseInt(arguments[0]);
        List<String> lines = lines(count);
        double own = measure("KernelLogParser", lines, ownParser());
        double grok = measure("java-grok", lines, grok());
        System.out.printf(Locale.ROOT, "%.1f times as many as Grok reads%n", own / grok);
    }

    /** What the verifier has. */
    static Function<String, LogLine> ownParser() {
        return new KernelLogParser(List.of(KernelLogParser.DEFAULT_PREFIX))::parse;
    }

    /** What it is compared with. */
    static Function<String, LogLine> grok() {
        GrokCompiler compiler = GrokCompiler.newInstance();
        compiler.registerDefaultPatterns();
        Grok grok = compiler.compile(PATTERN);
        return line -> byGrok(grok, line);
    }

    private static double measure(String name, List<String> lines, Function<String, LogLine> parse) {
        double best = 0;
        long flows = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long began = System.nanoTime();
            TrafficTally tally = tally(lines, parse);
            double seconds = (System.nanoTime() - began) / 1e9;
            best = Math.max(best, lines.size() / seconds);
            flows = tally.nodes().values().stream()
                    .mapToLong(NodeHeard::flowLines)
                    .sum();
        }
        System.out.printf(
                Locale.ROOT,
                "%-16s %,12.0f lines/s, best of %d rounds of %,d lines, %,d of them packets%n",
                name,
                best,
                ROUNDS,
                lines.size(),
                flows);
        return best;
    }

    /** All of the lines added up. */
    static TrafficTally tally(List<String> lines, Function<String, LogLine> parse) {
        TrafficTally tally = new TrafficTally(TrafficLimits.DEFAULT);
        for (String line : lines) {
            tally.add("n1", parse.apply(line), AT);
        }
        return tally;
    }

    private static LogLine byGrok(Grok grok, String line) {
        Map<String, Object> fields = grok.match(line).capture();
        Object source = fields.get("src");
        Object destination = fields.get("dst");
        Object protocol = fields.get("proto");
        if (source == null || destination == null || protocol == null) {
            return new LogLine.Other(LogLine.NO_SEQUENCE);
        }
        Address from = Address.parse(source.toString());
        Address to = Address.parse(destination.toString());
        if (from == null || to == null) {
            return new LogLine.Unreadable("no address", LogLine.NO_SEQUENCE);
        }
        boolean in = isGiven(fields.get("in"));
        boolean out = isGiven(fields.get("out"));
        Object port = fields.get("dpt");
        return new LogLine.Flow(
                new Packet(
                        in ? out ? FlowDirection.FORWARDED : FlowDirection.INGRESS : FlowDirection.EGRESS,
                        protocol.toString().toLowerCase(Locale.ROOT),
                        from,
                        to,
                        port == null ? Packet.NO_PORT : Integer.parseInt(port.toString())),
                "",
                LogLine.NO_SEQUENCE);
    }

    private static boolean isGiven(Object value) {
        return value != null && !value.toString().isEmpty();
    }

    /** Lines of the simulator's kind in every form; one in ten has nothing to do with policies. */
    static List<String> lines(int count) {
        Random random = new Random(20261123L);
        List<String> lines = new ArrayList<>(count);
        while (lines.size() < count) {
            if (random.nextInt(10) == 0) {
                lines.add(
                        "Nov 23 12:15:03 host kernel: [12345.678901] IPv6: ADDRCONF(NETDEV_CHANGE): eth0: link becomes ready");
            } else {
                List<String> forms = LogLines.everyForm(LogLines.packet(random), random);
                lines.add(forms.get(random.nextInt(forms.size())));
            }
        }
        return lines;
    }
}
