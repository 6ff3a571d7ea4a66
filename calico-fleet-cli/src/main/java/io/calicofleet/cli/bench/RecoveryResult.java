package io.calicofleet.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.output.Table;
import io.calicofleet.cli.output.Terminal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * How long it took until things went on.
 *
 * @param clusters how many had steps in flight
 * @param recoveries in the order they were measured
 */
record RecoveryResult(int clusters, List<Recovery> recoveries) implements Measured {

    /** Wanted of one process. */
    static final Duration ONE = Duration.ofSeconds(10);

    /** Wanted of all of them at once. */
    static final Duration ALL = Duration.ofSeconds(20);

    RecoveryResult {
        recoveries = List.copyOf(recoveries);
    }

    /**
     * One recovery.
     *
     * @param killed what was killed
     * @param seconds from there to the next step of the slowest cluster
     * @param wanted what it should take less than
     * @param load the load average of the machine before
     */
    record Recovery(String killed, double seconds, Duration wanted, double load) {

        boolean met() {
            return seconds < wanted.toMillis() / 1000.0;
        }

        String line() {
            return String.format(Locale.ROOT, "  %s: %.1f s", killed, seconds);
        }
    }

    @Override
    public ObjectNode json() {
        ObjectNode json = FleetClient.body().put("clusters", clusters);
        for (Recovery recovery : recoveries) {
            json.withArray("recoveries")
                    .addObject()
                    .put("killed", recovery.killed())
                    .put("seconds", Measured.rounded(recovery.seconds(), 1))
                    .put("wantedSeconds", recovery.wanted().toSeconds())
                    .put("load", Measured.rounded(recovery.load(), 1));
        }
        return json;
    }

    @Override
    public void print(Terminal terminal) {
        terminal.line("from kill -9 to the next step, on the slowest of " + clusters + " clusters in flight:");
        Table table = Table.of("killed", "seconds>", "wanted>", "", "load>");
        for (Recovery recovery : recoveries) {
            table.row(
                    recovery.killed(),
                    String.format(Locale.ROOT, "%.1f", recovery.seconds()),
                    "< " + recovery.wanted().toSeconds(),
                    recovery.met() ? "met" : "missed",
                    String.format(Locale.ROOT, "%.1f", recovery.load()));
        }
        table.print(terminal);
    }
}
