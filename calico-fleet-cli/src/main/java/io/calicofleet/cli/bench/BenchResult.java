package io.calicofleet.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.local.FleetService;
import io.calicofleet.cli.output.Terminal;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What was measured.
 *
 * @param clusters number of clusters
 * @param steps steps of each
 * @param seconds from the campaign being posted to REST telling that it has succeeded
 * @param idle gate latency with one cluster in flight
 * @param loaded gate latency with all clusters in flight
 * @param traffic the messages of the loaded campaign on all topics
 * @param plainKafkaSeconds how long the same broker takes to echo that many messages of that size
 * @param peakMemoryMiB the most each service had resident
 * @param processorSeconds what each process used of the processors during the loaded campaign
 */
record BenchResult(
        int clusters,
        int steps,
        double seconds,
        Latencies idle,
        Latencies loaded,
        MessageCount traffic,
        double plainKafkaSeconds,
        Map<FleetService, Long> peakMemoryMiB,
        Map<String, Double> processorSeconds)
        implements Measured {

    @Override
    public ObjectNode json() {
        ObjectNode json = FleetClient.body()
                .put("clusters", clusters)
                .put("steps", steps)
                .put("seconds", Measured.rounded(seconds, 3))
                .put("stepsPerSecond", Measured.rounded(stepsPerSecond(), 1));
        ObjectNode latency = json.putObject("gateLatencyMillis");
        latency.putObject("idle").put("p50", idle.p50()).put("p99", idle.p99());
        latency.putObject("loaded").put("p50", loaded.p50()).put("p99", loaded.p99());
        return json.put("plainKafkaSeconds", Measured.rounded(plainKafkaSeconds, 3))
                .put("ratio", Measured.rounded(seconds / plainKafkaSeconds, 2))
                .put("peakMemoryMiB", totalMemory());
    }

    @Override
    public void print(Terminal terminal) {
        terminal.line(
                "%d clusters x %d steps: %.2f s, %.0f steps/s".formatted(clusters, steps, seconds, stepsPerSecond()));
        latency(terminal, "one cluster in flight ", idle);
        latency(terminal, "all clusters in flight", loaded);
        terminal.line("messages: %d of %d bytes on average; plain Kafka echoes as many in %.2f s: ratio %.2f"
                .formatted(traffic.messages(), traffic.averageBytes(), plainKafkaSeconds, seconds / plainKafkaSeconds));
        terminal.line("processor seconds with all in flight: " + shares(processorSeconds));
        terminal.line("peak resident memory: %d MiB (%s)"
                .formatted(
                        totalMemory(),
                        peakMemoryMiB.entrySet().stream()
                                .map(entry -> entry.getKey().id() + " " + entry.getValue())
                                .collect(Collectors.joining(", "))));
    }

    private static String shares(Map<String, Double> seconds) {
        return seconds.entrySet().stream()
                .map(entry -> "%s %.1f".formatted(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static void latency(Terminal terminal, String what, Latencies latencies) {
        terminal.line("gate latency, %s: p50 %d ms, p99 %d ms (%d gates)"
                .formatted(what, latencies.p50(), latencies.p99(), latencies.count()));
    }

    private double stepsPerSecond() {
        return clusters * (double) steps / seconds;
    }

    private long totalMemory() {
        return peakMemoryMiB.values().stream().mapToLong(Long::longValue).sum();
    }
}
