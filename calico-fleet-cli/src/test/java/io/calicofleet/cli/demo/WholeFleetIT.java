package io.calicofleet.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.Run;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.HoldReason;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two hundred simulated clusters, the real processes and the command line: a campaign over all of them with a window, a wave that two
 * people have to do with, a revision, limits by region and an emergency stop; beside it an upgrade of some by an accepted plan, one of which fails and is
 * retried. Each waits for the other where they want the same cluster. At the end both are reported, verified and replayed.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WholeFleetIT {

    private static final int CLUSTERS = 200;
    private static final int SPEED = 40;
    private static final int OF_A_REGION = 22;
    private static final List<String> UPGRADED = List.of("c002", "c003", "c005", "c006");
    private static final String TROUBLED = "c005";

    @TempDir
    private Path folder;

    private LiveFleet fleet;

    @AfterEach
    void stop() {
        if (fleet != null) {
            fleet.close();
        }
    }

    @Test
    @Timeout(720)
    void plans_windows_approvals_limits_a_stop_a_retry_reports_and_replays_work_together() throws Exception {
        fleet = LiveFleet.start(folder, CLUSTERS, SPEED, false);

        // Given: an upgrade of a few, planned, and applied as it was planned; one cluster will fail
        Path few = file("few", """
                target: v3.22.5
                clusters: {names: [c002, c003, c005, c006]}
                maxConcurrent: 4
                failureBudget: {maxFailures: 1}
                gates: {pods: {deadline: PT20S}}
                customisations: {onConflict: keep-mine}
                """);
        JsonNode plan = json(taken("plan", "-f", few.toString(), "-o", "json"));
        String digest = plan.path("digest").asText();
        assertThat(digest).hasSize(16);
        fleet.clusters.faults(
                TROUBLED,
                EventJson.mapper().readTree("{\"neverReady\":[{\"node\":\"*\",\"image\":\"node:v3.22.5\"}]}"));
        taken("apply", "-f", few.toString(), "--plan", digest);

        // When: everybody is drilled, in a window of every day, with an approval by somebody else
        Path all = file("all", """
                procedure: drill
                clusters: {all: true}
                waves:
                  - {name: canary, clusters: {names: [c011, c021, c031]}, approval: {when: after, by: [ada, bob], notAuthor: true}}
                  - {name: rest}
                maxConcurrent: 60
                perLabel:
                  - {label: region, maxConcurrent: 22}
                schedule:
                  windows: [{from: "00:00", to: "24:00", zone: Europe/Berlin}]
                  freezes: [{from: 2020-12-20T00:00:00Z, to: 2021-01-07T00:00:00Z, reason: end of year}]
                  expectedDuration: PT1M
                drill: {steps: 1}
                """);
        taken("apply", "-f", all.toString(), "--actor", "ada");
        soon(() -> phase("all") == CampaignPhase.AWAITING_APPROVAL);
        assertThat(fleet.run("explain", "all").out()).contains("wave-approval", "approve all");
        assertThat(fleet.run("approve", "all", "--reason", "mine", "--actor", "ada")
                        .exitCode())
                .isEqualTo(ExitCodes.USAGE);

        // When: it becomes another one; what was looked at before is approved no more
        String looked = waiting("all").path("digest").asText();
        Files.writeString(all, Files.readString(all).replace("maxConcurrent: 60", "maxConcurrent: 61"));
        taken("apply", "-f", all.toString(), "--actor", "ada");
        soon(() -> fleet.client.campaign("all").revision() != null);
        String revision = fleet.client.campaign("all").revision().digest();
        taken("approve", "all", "--digest", revision, "--reason", "one more", "--actor", "bob");
        soon(() -> fleet.client.campaign("all").revision() == null
                && !waiting("all").path("digest").asText().equals(looked));
        Run old = fleet.run("approve", "all", "--digest", looked, "--reason", "late", "--actor", "bob");
        assertThat(old.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(old.err()).contains("another by now than what was approved");
        assertThat(taken(
                        "approve",
                        "all",
                        "--digest",
                        waiting("all").path("digest").asText(),
                        "--reason",
                        "the canaries are well",
                        "--actor",
                        "bob"))
                .contains("approves after canary of all", "wave rest starts");
        soon(() -> done("all") > 5);

        // When: somebody stops everything, and ends that
        taken("stop", "--all", "--reason", "a look at it", "--actor", "carol");
        soon(() -> phase("all") == CampaignPhase.STOPPED);
        Instant stopped = Instant.now();
        assertThat(fleet.run("explain", "all").out()).contains("stopped", "carol", "a look at it");
        soon(() -> running("all") == 0);
        long before = done("all");
        assertThat(before).isLessThan(CLUSTERS);
        taken("resume", "--all", "--reason", "looked", "--actor", "carol");

        // When: the one that failed is put right and tried again
        soon(() -> cluster("few", TROUBLED).phase() == ClusterPhase.FAILED);
        assertThat(cluster("few", TROUBLED).holdReason()).isEqualTo(HoldReason.GATE_FAILED);
        fleet.clusters.faults(TROUBLED, EventJson.mapper().createObjectNode());
        taken("retry", "few", "--cluster", TROUBLED, "--reason", "the image is well now", "--actor", "ada");

        // Then: all is done, and no region had more in flight than it may
        soon(() -> phase("few").terminal() && phase("all").terminal());
        assertThat(phase("few")).as(fleet.run("status", "few").out()).isEqualTo(CampaignPhase.SUCCEEDED);
        assertThat(phase("all")).as(fleet.run("status", "all").out()).isEqualTo(CampaignPhase.SUCCEEDED);
        assertThat(done("all")).isEqualTo(CLUSTERS);
        mostAtOnce().forEach((region, most) -> assertThat(most).as(region).isBetween(2, OF_A_REGION));
        for (String id : UPGRADED) {
            assertThat(StreamSupport.stream(
                                    fleet.clusters
                                            .cluster(id)
                                            .path("nodeVersions")
                                            .spliterator(),
                                    false)
                            .map(JsonNode::asText))
                    .as(id)
                    .containsOnly("v3.22.5");
        }

        // Then: the reports say who did what, and are verified
        JsonNode ofAll = reported("all");
        assertThat(ofAll.path("missing").asText()).isEmpty();
        assertThat(people(ofAll))
                .containsSubsequence("campaign.created ada", "campaign.approved bob", "fleet.stop carol");
        JsonNode ofFew = reported("few");
        assertThat(people(ofFew)).contains("cluster.retried ada");
        assertThat(ofFew.path("plans").findValuesAsText("step"))
                .anySatisfy(step -> assertThat(step).startsWith("few/" + TROUBLED + "/plan/"));
        ofFew.path("clusters")
                .forEach(node -> assertThat(digests(plan))
                        .contains(node.path("acceptedPlan").asText()));

        // Then: what is decided once more is what is, and what was
        for (String name : List.of("all", "few")) {
            JsonNode now = json(taken("replay", name, "-o", "json"));
            assertThat(now.path("doubt").isMissingNode())
                    .as(now.path("doubt").asText())
                    .isTrue();
            assertThat(now.path("status")).isEqualTo(fleet.client.get("/campaigns/" + name));
            List<ClusterStatus> clusters = new ArrayList<>();
            now.path("clusters").forEach(node -> clusters.add(FleetClient.convert(node, ClusterStatus.class)));
            assertThat(clusters).isEqualTo(fleet.client.clusters(name));
        }
        JsonNode then = json(taken("replay", "all", "--at", stopped.toString(), "-o", "json"));
        assertThat(then.at("/status/phase").asText()).isEqualTo("stopped");
        assertThat(then.at("/explanation/reasons").findValuesAsText("rule")).contains("stopped");
        assertThat(taken(
                        "replay",
                        "all",
                        "--at",
                        stopped.toString(),
                        "--to",
                        Instant.now().toString()))
                .contains("stopped", "succeeded");

        // Then: a cluster has its history, lists are searched, and what is over is archived and deleted
        assertThat(taken("history", TROUBLED)).contains("few", "all", "v3.22.5");
        assertThat(taken("wait", "campaign/all", "--for=phase=succeeded")).contains("all");
        assertThat(taken("get", "clusters", "--campaign", "few", "--field", "phase=succeeded", "-o", "name"))
                .contains(TROUBLED);
        assertThat(json(taken("archive", "few")).path("kind").asText()).isEqualTo("CampaignArchive");
        taken("delete", "few", "--yes");
        soon(() -> fleet.run("status", "few").exitCode() == ExitCodes.USAGE);
    }

    /** What waits for an approval in a campaign. */
    private JsonNode waiting(String campaign) {
        return fleet.client.get("/campaigns/" + campaign + "/approvals").path(0);
    }

    /** The report of a campaign, as data; verified, and not once anything was changed. */
    private JsonNode reported(String name) throws IOException {
        Path zip = folder.resolve(name + ".zip");
        Path data = folder.resolve(name + ".json");
        taken("report", name, "-o", "zip", "--file", zip.toString());
        taken("report", name, "-o", "json", "--file", data.toString());
        for (Path file : List.of(zip, data)) {
            Run verified = Run.of("report", "--verify", file.toString());
            assertThat(verified.exitCode()).as(verified.out()).isEqualTo(ExitCodes.OK);
        }
        JsonNode report = EventJson.mapper().readTree(data.toFile());
        ObjectNode forged = report.deepCopy();
        ((ObjectNode) forged.at("/clusters/0")).put("phase", "skipped");
        Files.writeString(data, forged.toString());
        assertThat(Run.of("report", "--verify", data.toString()).exitCode()).isEqualTo(ExitCodes.FAILED);
        return report;
    }

    private static List<String> people(JsonNode report) {
        List<String> people = new ArrayList<>();
        report.path("events").forEach(event -> {
            if (event.path("byPeople").asBoolean()) {
                people.add(
                        event.path("type").asText() + " " + event.path("actor").asText());
            }
        });
        return people;
    }

    private static List<String> digests(JsonNode plan) {
        return StreamSupport.stream(plan.path("clusters").spliterator(), false)
                .map(cluster -> cluster.at("/plan/digest").asText())
                .toList();
    }

    /** The most clusters of each region that were in a step of the drill at once, by what its status says. */
    private Map<String, Integer> mostAtOnce() {
        return fleet.client.clusters("all").stream()
                .filter(cluster -> cluster.wave().value().equals("rest"))
                .collect(Collectors.groupingBy(
                        cluster -> String.valueOf(cluster.labels().get("region")),
                        Collectors.collectingAndThen(Collectors.toList(), WholeFleetIT::mostAtOnce)));
    }

    private static int mostAtOnce(List<ClusterStatus> clusters) {
        record Turn(Instant at, int by) {}
        List<Turn> turns = new ArrayList<>();
        clusters.forEach(cluster -> {
            turns.add(new Turn(cluster.steps().getFirst().startedAt(), 1));
            turns.add(new Turn(cluster.steps().getLast().finishedAt(), -1));
        });
        turns.sort(Comparator.comparing(Turn::at).thenComparing(Turn::by));
        int most = 0;
        int now = 0;
        for (Turn turn : turns) {
            now += turn.by();
            most = Math.max(most, now);
        }
        return most;
    }

    private CampaignPhase phase(String campaign) {
        return fleet.client.campaign(campaign).phase();
    }

    private int done(String campaign) {
        return fleet.client.campaign(campaign).phases().getOrDefault("succeeded", 0);
    }

    private int running(String campaign) {
        return fleet.client.campaign(campaign).phases().getOrDefault("running", 0);
    }

    private ClusterStatus cluster(String campaign, String id) {
        return fleet.client.cluster(campaign, id);
    }

    private static void soon(Callable<Boolean> condition) {
        await().ignoreExceptions()
                .pollInterval(Duration.ofMillis(200))
                .atMost(Duration.ofMinutes(3))
                .until(condition);
    }

    /** A command that is taken. */
    private String taken(String... arguments) {
        Run run = fleet.run(arguments);
        assertThat(run.exitCode())
                .as(String.join(" ", arguments) + "\n" + run.out() + run.err())
                .isEqualTo(ExitCodes.OK);
        return run.out();
    }

    private static JsonNode json(String text) throws IOException {
        return EventJson.mapper().readTree(text);
    }

    private Path file(String name, String rest) throws IOException {
        return Files.writeString(
                folder.resolve(name + ".yaml"),
                "apiVersion: calico-fleet/v1\nkind: Campaign\nname: " + name + "\n" + rest);
    }
}
