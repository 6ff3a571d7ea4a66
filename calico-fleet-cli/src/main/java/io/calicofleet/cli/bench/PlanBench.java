package io.calicofleet.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.RequestRefusedException;
import io.calicofleet.cli.demo.DemoCampaign;
import io.calicofleet.cli.demo.SimulatedFleet;
import io.calicofleet.cli.local.Installation;
import io.calicofleet.cli.local.LocalSystem;
import io.calicofleet.cli.local.SystemSettings;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.view.PlanView;
import io.calicofleet.event.CampaignStatus;
import java.time.Duration;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Plans an upgrade of many simulated clusters, each of which is read and merged for real, and measures until the plan has its digest. */
final class PlanBench {

    private static final String PLAN = "planned";
    private static final int WANTED_SECONDS = 60;
    private static final Duration PATIENCE = Duration.ofMinutes(20);
    private static final int SPEED = 10;
    private static final long LOOK_MILLIS = 400;

    private final LocalSystem system;
    private final FleetClient client;
    private final int clusters;
    private final Consumer<String> progress;
    private String told = "";

    PlanBench(LocalSystem system, FleetClient client, int clusters, Consumer<String> progress) {
        this.system = system;
        this.client = client;
        this.clusters = clusters;
        this.progress = progress;
    }

    /** Starts the clusters and waits for them. */
    static void start(LocalSystem system, SystemSettings settings, int clusters) throws InterruptedException {
        SimulatedFleet fleet = SimulatedFleet.of(system, settings);
        fleet.start(clusters, Installation.here().demoReleases(), SPEED, false);
        fleet.awaitReady();
    }

    Measured measure() throws InterruptedException {
        ObjectNode campaign = FleetClient.body()
                .put("apiVersion", "calico-fleet/v1")
                .put("kind", "Campaign")
                .put("name", PLAN)
                .put("target", DemoCampaign.TARGET)
                .put("maxConcurrent", "100%");
        campaign.putObject("clusters").put("all", true);
        campaign.putArray("waves").addObject().put("name", "all");
        long start = System.nanoTime();
        String plan = client.post("/plans", campaign).path("campaign").asText();
        String path = "/plans/" + FleetClient.encode(plan);
        while (!isMade(plan)) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw CliException.failed("after " + PATIENCE.toMinutes() + " minutes the plan is not made");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        JsonNode made = client.get(path);
        double seconds = (System.nanoTime() - start) / 1e9;
        TreeMap<String, Integer> outcomes = new TreeMap<>();
        made.path("clusters")
                .forEach(cluster -> outcomes.merge(cluster.path("phase").asText(), 1, Integer::sum));
        ObjectNode json = FleetClient.body().put("clusters", clusters).put("seconds", Measured.rounded(seconds, 1));
        ObjectNode phases = json.putObject("phases");
        outcomes.forEach(phases::put);
        ObjectNode memory = json.putObject("peakMebibytes");
        BenchCommand.peakMemory(system).forEach((service, peak) -> memory.put(service.id(), peak));
        return new Result(json);
    }

    private boolean isMade(String plan) {
        try {
            CampaignStatus status = client.campaign(plan);
            String now = "  " + PlanView.progress(status);
            if (!now.equals(told)) {
                told = now;
                progress.accept(now);
            }
            return status.clusters() > 0 && PlanView.over(status) == status.clusters();
        } catch (RequestRefusedException e) {
            if (e.problem().status() == 404) {
                return false; // accepted, and not taken up yet
            }
            throw e;
        }
    }

    /** What was measured. */
    private record Result(ObjectNode json) implements Measured {

        @Override
        public void print(Terminal terminal) {
            double seconds = json.path("seconds").asDouble();
            terminal.line(String.format(
                    Locale.ROOT,
                    "a plan of %d clusters took %.1f s; wanted of 1000: less than %d s",
                    json.path("clusters").asInt(),
                    seconds,
                    WANTED_SECONDS));
            json.path("phases")
                    .properties()
                    .forEach(phase -> terminal.line("  " + phase.getValue() + " " + phase.getKey()));
            json.path("peakMebibytes")
                    .properties()
                    .forEach(service -> terminal.line("  " + service.getKey() + "  " + service.getValue() + " MiB"));
        }
    }
}
