package io.calicofleet.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.Run;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.HoldReason;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.kafka.attestation.Envelope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.StreamSupport;

/** A campaign that measures a cluster, in which the first node that rolls breaks what hosts have established with each other, and nothing else. */
final class BrokenConnections {

    private static final String CAMPAIGN = "measured";

    private final LiveFleet fleet;
    private final Path folder;
    private final String id;
    private final String next;

    /** In cluster {@code id}; {@code next} would follow, and does not. */
    BrokenConnections(LiveFleet fleet, Path folder, String id, String next) {
        this.fleet = fleet;
        this.folder = folder;
        this.id = id;
        this.next = next;
    }

    void run() throws IOException {
        // Given
        fleet.faults(id, """
                {"startBreaks": true, "startGapPaths": ["host-to-host"],
                 "neverReady": [{"node": "*", "image": "/node:v3.22.5"}]}
                """);
        // When
        Run applied = fleet.apply(folder, CAMPAIGN, """
                target: v3.22.5
                clusters: {names: [%s, %s]}
                waves:
                  - {name: first, clusters: {names: [%s]}}
                  - {name: rest}
                continuity: {baseline: PT2S, hostPaths: required}
                gates: {pods: {deadline: PT9M}, hostEndpointTraffic: {mode: off}}
                customisations: {onConflict: keep-mine}
                """.formatted(id, next, id));
        // Then: no gap was too long, and yet the nodes that are yet to roll are stopped
        assertThat(applied.exitCode()).as(applied.out() + applied.err()).isEqualTo(ExitCodes.FAILED);
        String status = fleet.run("status", CAMPAIGN, "--cluster", id).out();
        assertThat(cluster(id).phase()).as(status).isEqualTo(ClusterPhase.FAILED);
        assertThat(cluster(id).holdReason()).as(status).isEqualTo(HoldReason.GATE_FAILED);
        assertThat(status)
                .containsPattern(
                        "Kept connections of host-to-host from " + id + "-node-[123] broke once; allowed are 0")
                .contains("The rollout is paused");
        assertThat(strategy()).isEqualTo("OnDelete");
        assertThat(fleet.client.campaign(CAMPAIGN).phase()).isEqualTo(CampaignPhase.HELD);
        assertThat(cluster(next).phase()).isEqualTo(ClusterPhase.PENDING);
        // When: that is put right, and somebody lets it go on
        fleet.faults(id, "{}");
        assertThat(fleet.run("skip", CAMPAIGN, "--cluster", next, "--reason", "not today")
                        .exitCode())
                .isEqualTo(ExitCodes.OK);
        Run retried = fleet.run("retry", CAMPAIGN, "--cluster", id, "--reason", "put right");
        assertThat(retried.exitCode()).as(retried.out() + retried.err()).isEqualTo(ExitCodes.OK);
        await().atMost(Duration.ofMinutes(5))
                .untilAsserted(() -> assertThat(fleet.client.campaign(CAMPAIGN).phase())
                        .as(fleet.run("status", CAMPAIGN, "--cluster", id).out())
                        .isEqualTo(CampaignPhase.SUCCEEDED));
        // Then
        assertThat(strategy()).isEqualTo("RollingUpdate");
        assertThat(StreamSupport.stream(gaps().spliterator(), false)
                        .map(gap -> gap.path("kind").asText()
                                + (gap.path("kept").asBoolean() ? " kept " : " new ")
                                + gap.path("paths").asInt() + " "
                                + gap.path("breaks").asInt()))
                .contains(
                        "host-to-host new 6 0",
                        "host-to-host kept 3 0",
                        "host-to-pod new 6 0",
                        "pod-to-pod kept 3 0",
                        "pod-to-pod-same-node new 3 0");
    }

    private ClusterStatus cluster(String name) {
        return fleet.client.clusters(CAMPAIGN).stream()
                .filter(status -> status.cluster().value().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private String strategy() {
        return fleet.clusters
                .object(id, "/apis/apps/v1/namespaces/kube-system/daemonsets/calico-node")
                .at("/spec/updateStrategy/type")
                .asText();
    }

    /** Those of the planner's signed statement. */
    private JsonNode gaps() throws IOException {
        Path file = folder.resolve(CAMPAIGN + ".json");
        Run report = fleet.run("report", CAMPAIGN, "-o", "json", "--file", file.toString());
        assertThat(report.exitCode()).as(report.err()).isEqualTo(ExitCodes.OK);
        JsonNode envelope = StreamSupport.stream(
                        EventJson.mapper()
                                .readTree(Files.readAllBytes(file))
                                .path("statements")
                                .spliterator(),
                        false)
                .filter(statement -> statement.path("cluster").asText().equals(id))
                .findFirst()
                .orElseThrow()
                .path("envelope");
        return Envelope.read(envelope.toString().getBytes(StandardCharsets.UTF_8))
                .statement()
                .at("/predicate/continuity/gaps");
    }
}
