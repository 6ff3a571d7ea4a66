package io.calicofleet.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.output.Table;
import io.calicofleet.cli.output.Terminal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a fleet of a size needs.
 *
 * @param clusters all in flight at once
 * @param steps of each
 * @param campaigns that shared them
 * @param seconds from the first campaign posted to the last one succeeded
 * @param peakMemoryMiB the most each process had resident
 * @param state what is kept
 * @param lag by consumer group and topic the most records that were not read
 * @param restored by service the seconds from kill -9 of one process until all are ready
 */
record SizingResult(
        int clusters,
        int steps,
        int campaigns,
        double seconds,
        Map<String, Long> peakMemoryMiB,
        List<State> state,
        Map<String, Long> lag,
        Map<String, Double> restored)
        implements Measured {

    /**
     * What a compacted topic holds when each key has its last record only.
     *
     * @param topic its name
     * @param keys how many
     * @param bytes of keys, values and headers
     */
    record State(String topic, long keys, long bytes) {}

    SizingResult {
        peakMemoryMiB = new TreeMap<>(peakMemoryMiB);
        state = List.copyOf(state);
        lag = new TreeMap<>(lag);
        restored = new TreeMap<>(restored);
    }

    @Override
    public ObjectNode json() {
        ObjectNode json = FleetClient.body()
                .put("clusters", clusters)
                .put("steps", steps)
                .put("campaigns", campaigns)
                .put("seconds", Measured.rounded(seconds, 1))
                .put("stepsPerSecond", Measured.rounded(clusters * (double) steps / seconds, 1));
        peakMemoryMiB.forEach(json.putObject("peakMemoryMiB")::put);
        for (State one : state) {
            json.withArray("state")
                    .addObject()
                    .put("topic", one.topic())
                    .put("keys", one.keys())
                    .put("bytes", one.bytes());
        }
        lag.forEach(json.putObject("lag")::put);
        ObjectNode after = json.putObject("restoredSeconds");
        restored.forEach((name, took) -> after.put(name, Measured.rounded(took, 1)));
        return json;
    }

    @Override
    public void print(Terminal terminal) {
        terminal.line(String.format(
                Locale.ROOT,
                "%d clusters x %d steps in %d campaigns: %.0f s, %.0f steps/s",
                clusters,
                steps,
                campaigns,
                seconds,
                clusters * (double) steps / seconds));
        Table memory = Table.of("process", "peak MiB>", "ready after kill -9, s>");
        peakMemoryMiB.forEach((name, peak) -> {
            Double took = restored.get(name);
            memory.row(name, String.valueOf(peak), took == null ? "" : String.format(Locale.ROOT, "%.1f", took));
        });
        memory.print(terminal);
        Table kept = Table.of("state", "keys>", "MiB>");
        for (State one : state) {
            kept.row(
                    one.topic(),
                    String.valueOf(one.keys()),
                    String.format(Locale.ROOT, "%.1f", one.bytes() / 1024.0 / 1024.0));
        }
        kept.print(terminal);
        Table behind = Table.of("reader", "records behind at most>");
        lag.forEach((group, records) -> behind.row(group, String.valueOf(records)));
        behind.print(terminal);
    }
}
