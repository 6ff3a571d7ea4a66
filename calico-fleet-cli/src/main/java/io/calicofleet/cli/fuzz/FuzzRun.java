package io.calicofleet.cli.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.bench.TopicReader;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.RequestRefusedException;
import io.calicofleet.cli.client.ServerUnreachableException;
import io.calicofleet.cli.demo.SimulatedFleet;
import io.calicofleet.cli.local.FleetService;
import io.calicofleet.cli.local.Installation;
import io.calicofleet.cli.local.LiveHeap;
import io.calicofleet.cli.local.LocalSystem;
import io.calicofleet.cli.local.SystemSettings;
import io.calicofleet.event.Topic;
import io.calicofleet.fuzz.Foreign;
import io.calicofleet.fuzz.Samples;
import io.calicofleet.fuzz.WrongRecords;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.header.Header;

/** One run: the system starts, campaigns begin, wrong records and requests come, all is read, and it is looked at. */
final class FuzzRun {

    private static final int SPEED = 10;
    private static final Duration SETTLES = Duration.ofSeconds(20);
    private static final Duration ENDS = Duration.ofMinutes(3);

    /** What a heap may have grown by while the same is active: code, buffers, pools. */
    private static final long GROWTH = 24L * 1024 * 1024;

    private final FuzzPlan plan;
    private final Path folder;
    private final Consumer<String> tell;
    private final Problems problems = new Problems();

    FuzzRun(FuzzPlan plan, Path folder, Consumer<String> tell) {
        long start = System.nanoTime();
        this.plan = plan;
        this.folder = folder;
        this.tell =
                line -> tell.accept(String.format(Locale.ROOT, "%7.1f s  %s", (System.nanoTime() - start) / 1e9, line));
    }

    Problems run() throws InterruptedException {
        Installation installation = Installation.here();
        // Wrong records are to reach those who read them: without a signature none would.
        SystemSettings settings = SimulatedFleet.settings(folder).unsigned();
        Samples samples = new Samples(installation.home());
        Foreign foreign = new Foreign(plan.clusters());
        try (LocalSystem system = new LocalSystem(installation, settings, this::launcher)) {
            FleetClient client = start(system, settings, installation);
            URI planner = system.address(FleetService.PLANNER);
            HealthyCampaigns campaigns = new HealthyCampaigns(client, plan.clusters(), problems, tell);
            Thread healthy = Thread.ofVirtual().start(campaigns);
            WrongRecords records = new WrongRecords(samples, foreign, plan.seed());
            RequestFlood requests =
                    new RequestFlood(planner, system.token(), samples, foreign, plan.requests(), problems);
            JsonNode description = description(planner);
            try (RecordFlood flood = new RecordFlood(plan, system.bootstrapServers(), records, problems, tell)) {
                flood.send(plan.warmUp());
                Map<String, LiveHeap> before = settled(system, client, flood, "after the first records");
                Thread asking = Thread.ofVirtual().start(() -> ask(requests, description));
                flood.send(plan.records());
                asking.join();
                tell.accept(flood.sent());
                tell.accept("answers by status: " + requests.statuses());
                flood.drain();
                tell.accept("everything is read");
                campaigns.enough();
                healthy.join();
                tell.accept(campaigns.ended() + " campaigns on clusters that are there succeeded");
                awaitHealthy(system);
                compare(before, settled(system, client, flood, "at the end"));
                deadLetters(system.bootstrapServers(), flood);
            } catch (CliException e) {
                tell.accept(e.text());
                problems.found(Truth.EVERYTHING_IS_READ, e.text());
            } finally {
                campaigns.enough();
                healthy.interrupt();
            }
            logs(system);
        }
        return problems;
    }

    private FleetClient start(LocalSystem system, SystemSettings settings, Installation installation)
            throws InterruptedException {
        system.startBroker();
        SimulatedFleet fleet = SimulatedFleet.of(system, settings);
        fleet.start(SimulatedFleet.KINDS, plan.clusters(), installation.demoReleases(), SPEED, false);
        system.startServices();
        fleet.awaitReady();
        system.awaitReady(missing -> {});
        FleetClient client = system.client();
        system.awaitClusters(client, plan.clusters().size());
        tell.accept("everything is up");
        return client;
    }

    private void launcher(String line) {
        tell.accept("launcher: " + line);
        if (line.contains(" ended ")) {
            problems.found(Truth.NOBODY_DIES, line);
        }
    }

    private void ask(RequestFlood requests, JsonNode description) {
        try {
            requests.run(description, plan.seed());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static JsonNode description(URI planner) throws InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(planner.resolve("/q/openapi?format=json"))
                    .build();
            return EventJson.mapper()
                    .readTree(http.send(request, HttpResponse.BodyHandlers.ofString())
                            .body());
        } catch (IOException e) {
            throw CliException.failed("the planner does not describe its API: " + e.getMessage());
        }
    }

    /** What is alive once nothing is left of what was sent but what is kept for good. */
    private Map<String, LiveHeap> settled(LocalSystem system, FleetClient client, RecordFlood flood, String when)
            throws InterruptedException {
        flood.drain();
        flood.takeBack();
        endForeign(client);
        flood.drain();
        TimeUnit.MILLISECONDS.sleep(SETTLES.toMillis());
        Map<String, LiveHeap> heaps = new TreeMap<>();
        for (FleetService service : FleetService.ALWAYS) {
            OptionalLong pid = system.pid(service.id());
            if (pid.isPresent()) {
                LiveHeap.of(pid.getAsLong()).ifPresent(heap -> heaps.put(service.id(), heap));
            }
        }
        Map<String, String> mebibytes = new TreeMap<>();
        heaps.forEach((name, heap) -> mebibytes.put(name, heap.bytes() / 1024 / 1024 + " MiB"));
        tell.accept("alive " + when + ": " + mebibytes);
        return heaps;
    }

    /** Ends and deletes what campaigns came of what was sent. */
    private void endForeign(FleetClient client) throws InterruptedException {
        long end = System.nanoTime() + ENDS.toNanos();
        List<String> left = foreign(client);
        for (boolean first = true; !left.isEmpty() && System.nanoTime() < end; first = false) {
            for (String campaign : left) {
                if (first) {
                    attempt(() ->
                            client.act(campaign, "abort", FleetClient.body().put("reason", "fuzz is over")));
                }
                attempt(() -> client.delete("/campaigns/" + campaign));
            }
            TimeUnit.SECONDS.sleep(2);
            left = foreign(client);
        }
        if (!left.isEmpty()) {
            problems.found(Truth.STORES_STAY, "campaigns that cannot be ended and deleted: " + left);
        }
    }

    private static void attempt(Runnable request) {
        try {
            request.run();
        } catch (RequestRefusedException | ServerUnreachableException e) {
            // It is over already, or not yet; it is looked at again.
        }
    }

    private static List<String> foreign(FleetClient client) {
        List<String> names = new ArrayList<>();
        client.get("/campaigns")
                .forEach(campaign -> names.add(campaign.path("campaign").asText()));
        names.removeIf(name -> !Foreign.isCampaign(name));
        return names;
    }

    private void awaitHealthy(LocalSystem system) throws InterruptedException {
        try {
            system.awaitReady(missing -> {});
        } catch (CliException e) {
            problems.found(Truth.NOBODY_STAYS_ILL, e.text());
        }
    }

    private void compare(Map<String, LiveHeap> before, Map<String, LiveHeap> after) {
        after.forEach((service, heap) -> {
            LiveHeap first = before.get(service);
            if (first != null && heap.bytes() > first.bytes() * 5 / 4 + GROWTH) {
                problems.found(
                        Truth.HEAPS_STAY,
                        service + " holds " + heap.bytes() + " bytes, " + first.bytes() + " before; most: "
                                + String.join(", ", heap.largest()));
            }
        });
    }

    /** Every record that nobody can read is there; where a service reads a topic without keeping what it refuses, it need not be. */
    private void deadLetters(String bootstrapServers, RecordFlood flood) {
        Map<String, Long> letters = new HashMap<>();
        TopicReader.everything(bootstrapServers, List.of(Topic.DEAD_LETTERS), record -> {
            Header topic = record.headers().lastHeader("dead_letter_topic");
            String name = topic == null ? "" : new String(topic.value(), StandardCharsets.UTF_8);
            letters.merge(name, 1L, Long::sum);
        });
        tell.accept("dead letters: " + new TreeMap<>(letters));
        for (Topic topic : plan.topics()) {
            long there = letters.getOrDefault(topic.topicName(), 0L);
            if (there < flood.unreadable(topic)) {
                problems.found(
                        Truth.REFUSED_IS_KEPT,
                        topic + ": " + flood.unreadable(topic) + " records are none of ours, " + there
                                + " are in the dead letters");
            }
        }
    }

    private void logs(LocalSystem system) {
        ServiceLogs logs = new ServiceLogs(problems);
        for (FleetService service : FleetService.ALWAYS) {
            tell.accept(service.id() + ": " + logs.check(service.id(), system.log(service.id())) + " lines of log");
        }
    }
}
