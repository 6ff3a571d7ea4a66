package io.calicofleet.cli.fuzz;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.RequestRefusedException;
import io.calicofleet.cli.client.ServerUnreachableException;
import io.calicofleet.cli.demo.DemoCampaign;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Upgrades and restores of the clusters that are there, one after the other for as long as wrong input comes. */
final class HealthyCampaigns implements Runnable {

    /** As long as one may take while the services read millions of other records. */
    private static final Duration PATIENCE = Duration.ofMinutes(25);

    private static final Duration LOOK = Duration.ofMillis(500);

    private final FleetClient client;
    private final List<String> clusters;
    private final Problems problems;
    private final Consumer<String> tell;
    private volatile boolean enough;
    private final AtomicInteger ended = new AtomicInteger();

    HealthyCampaigns(FleetClient client, List<String> clusters, Problems problems, Consumer<String> tell) {
        this.client = client;
        this.clusters = List.copyOf(clusters);
        this.problems = problems;
        this.tell = tell;
    }

    /** The one that runs is the last. */
    void enough() {
        enough = true;
    }

    int ended() {
        return ended.get();
    }

    @Override
    public void run() {
        try {
            for (int round = 1; !enough; round++) {
                String name = "healthy-" + round;
                ask(() -> client.post("/campaigns", document(name)));
                if (!succeeds(name)) {
                    return;
                }
                List<String> restores = new ArrayList<>();
                for (String cluster : clusters) {
                    ask(() -> restores.add(client.post(
                                    "/clusters/" + cluster + "/restore",
                                    FleetClient.body().put("reason", "fuzz"))
                            .path("campaign")
                            .asText()));
                }
                for (String restore : restores) {
                    if (!succeeds(restore)) {
                        return;
                    }
                    ask(() -> client.delete("/campaigns/" + restore));
                }
                ask(() -> client.delete("/campaigns/" + name));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (CliException | RequestRefusedException e) {
            problems.found(Truth.CAMPAIGNS_END, "a campaign on a cluster that is there: " + e.getMessage());
        }
    }

    /** Something to be asked for until the planner answers. */
    private interface Request {
        void send();
    }

    private void ask(Request request) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                request.send();
                return;
            } catch (ServerUnreachableException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
            }
        }
    }

    private boolean succeeds(String name) throws InterruptedException {
        long began = System.nanoTime();
        while (System.nanoTime() - began < PATIENCE.toNanos()) {
            try {
                CampaignStatus status = client.campaign(name);
                if (status.phase() == CampaignPhase.SUCCEEDED) {
                    ended.incrementAndGet();
                    tell.accept(name + " succeeded after " + (System.nanoTime() - began) / 1_000_000_000L + " s");
                    return true;
                }
                if (status.phase() == CampaignPhase.STOPPED) { // a request of the flood stopped everything
                    client.post("/fleet/resume", FleetClient.body().put("reason", "healthy campaigns go on"));
                }
                List<ClusterStatus> stuck = client.clusters(name).stream()
                        .filter(cluster ->
                                cluster.phase() == ClusterPhase.HELD || cluster.phase() == ClusterPhase.FAILED)
                        .toList();
                if (!stuck.isEmpty() || status.phase().terminal()) {
                    problems.found(
                            Truth.CAMPAIGNS_END,
                            name + " is " + status.phase() + ": " + status.summary() + " " + stuck);
                    return false;
                }
            } catch (ServerUnreachableException | RequestRefusedException e) {
                // Not taken up yet, or the planner is busy.
            }
            TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
        }
        problems.found(Truth.CAMPAIGNS_END, name + " has not ended within " + PATIENCE.toMinutes() + " min");
        return false;
    }

    private ObjectNode document(String name) {
        ObjectNode document = FleetClient.body()
                .put("apiVersion", "calico-fleet/v1")
                .put("kind", "Campaign")
                .put("name", name)
                .put("target", DemoCampaign.TARGET)
                .put("maxConcurrent", "100%");
        clusters.forEach(document.putObject("clusters").putArray("names")::add);
        document.putObject("customisations").put("onConflict", "keep-mine");
        return document;
    }
}
