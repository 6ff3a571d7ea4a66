package io.calicofleet.cli.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.RequestRefusedException;
import io.calicofleet.cli.local.FleetService;
import io.calicofleet.cli.local.LocalSystem;
import io.calicofleet.cli.local.PeakMemory;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Measures what a large fleet needs, with more than one process of each service. The clusters are shared out to many campaigns,
 * because a campaign is decided in one place, and all of them have steps in flight at once. Told are memory, what the state is when
 * it is over, how far readers were behind, and how soon a killed process of each service has its state again.
 */
final class SizingBench {

    /** Enough that each planner decides about as many clusters as the others. */
    private static final int CAMPAIGNS = 8 * Topic.PARTITIONS;

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofHours(2);

    private final LocalSystem system;
    private final FleetClient client;
    private final int clusters;
    private final int steps;
    private final Consumer<String> progress;

    SizingBench(LocalSystem system, FleetClient client, int clusters, int steps, Consumer<String> progress) {
        this.system = system;
        this.client = client;
        this.clusters = clusters;
        this.steps = steps;
        this.progress = progress;
    }

    SizingResult measure() throws InterruptedException {
        List<String> names = new ArrayList<>();
        Map<String, Long> most = new TreeMap<>();
        try (ConsumerLag lag = new ConsumerLag(system.bootstrapServers())) {
            long start = System.nanoTime();
            for (int i = 0; i < Math.min(CAMPAIGNS, clusters); i++) {
                ObjectNode campaign = campaign(i);
                names.add(campaign.path("name").asText());
                client.post("/campaigns", campaign);
            }
            List<String> open = new ArrayList<>(names);
            while (!open.isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
                Map<String, Long> behind = lag.now();
                behind.forEach((reader, records) -> most.merge(reader, records, Math::max));
                open.removeIf(this::ended);
                long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
                progress.accept("%d of %d campaigns after %d s, %d records not read yet"
                        .formatted(
                                names.size() - open.size(),
                                names.size(),
                                seconds,
                                behind.values().stream()
                                        .mapToLong(Long::longValue)
                                        .sum()));
                if (system.givenUp() != null || seconds > PATIENCE.toSeconds()) {
                    throw CliException.failed(
                            system.givenUp() != null ? system.givenUp() : "after " + PATIENCE + " it goes on");
                }
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            Map<String, Long> memory = new TreeMap<>();
            for (String name : Stream.concat(Stream.of(LocalSystem.BROKER), system.services().stream())
                    .toList()) {
                system.pid(name).ifPresent(pid -> PeakMemory.mebibytes(pid).ifPresent(peak -> memory.put(name, peak)));
            }
            List<SizingResult.State> state = TopicReader.live(system.bootstrapServers());
            Map<String, Double> restored = new TreeMap<>();
            for (FleetService service : FleetService.ALWAYS) {
                restored.put(service.id(), restore(service.id()));
            }
            return new SizingResult(clusters, steps, names.size(), seconds, memory, state, most, restored);
        }
    }

    /** From {@code kill -9} until every process is ready again. */
    private double restore(String name) throws InterruptedException {
        progress.accept("killing " + name + " ...");
        long killed = system.pid(name).orElseThrow();
        long start = System.nanoTime();
        system.kill(name);
        system.await(name, "does not run again", () -> system.pid(name).orElse(killed) != killed);
        system.awaitReady(missing -> {});
        return (System.nanoTime() - start) / 1e9;
    }

    private boolean ended(String name) {
        CampaignPhase phase;
        try {
            phase = client.campaign(name).phase();
        } catch (RequestRefusedException e) {
            if (e.problem().status() == 404) {
                return false; // accepted, and not taken up yet
            }
            throw e;
        }
        if (phase.terminal() && phase != CampaignPhase.SUCCEEDED) {
            throw CliException.failed("the campaign " + name + " is " + phase);
        }
        return phase.terminal();
    }

    /** Every n-th cluster. */
    private ObjectNode campaign(int number) {
        ObjectNode campaign = BenchCommand.campaign("sizing-" + (number + 1), steps, false);
        ArrayNode names = campaign.putObject("clusters").putArray("names");
        for (int cluster = number + 1; cluster <= clusters; cluster += CAMPAIGNS) {
            names.add(BenchCommand.drill(cluster));
        }
        return campaign;
    }
}
