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
import io.calicofleet.event.StepKind;
import io.calicofleet.event.TrafficReview;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Campaigns through everything there is, the real processes and the command line: the way back by the campaign's policy, by
 * command, and where it cannot be promised; a review of traffic whose approval does not hold. Each test has clusters of its
 * own in one fleet, and they run side by side.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Execution(ExecutionMode.CONCURRENT)
@Timeout(600)
class LiveFleetIT {

    private static final String NO_WAY_BACK = "From v3.28 on labels of Calico's resources are stored elsewhere";

    /** The last one, and so the one in which a node never gets ready with a new version: canal with host endpoints. */
    private static final String TROUBLED = "c12";

    private static final int CLUSTERS = 12;

    @TempDir
    private static Path folder;

    private static LiveFleet fleet;

    @BeforeAll
    @Timeout(300)
    static void start() throws InterruptedException {
        fleet = LiveFleet.start(folder, CLUSTERS, true);
    }

    @AfterAll
    static void stop() {
        if (fleet != null) {
            fleet.close();
        }
    }

    @Test
    void a_failed_gate_puts_the_cluster_back_by_the_policy_and_the_others_go_on() throws IOException {
        // Given
        Map<String, JsonNode> before = ClusterState.of(fleet.clusters, TROUBLED);
        // When
        Run applied = apply("policy", """
                target: v3.22.5
                clusters: {names: [c03, c04, c12]}
                onGateFailure: rollback
                waves:
                  - {name: first, clusters: {names: [c03, c12]}, minSucceeded: 1}
                  - {name: rest}
                maxConcurrent: 2
                failureBudget: {maxFailures: 1}
                gates:
                  pods: {deadline: PT45S}
                  hostEndpointTraffic: {mode: off}
                customisations: {onConflict: keep-mine}
                """);
        // Then: the cluster is as it was
        assertThat(applied.exitCode()).as(applied.out() + applied.err()).isEqualTo(ExitCodes.FAILED);
        ClusterStatus troubled = cluster("policy", TROUBLED);
        String status = fleet.run("status", "policy", "--cluster", TROUBLED).out();
        assertThat(troubled.phase()).as(status).isEqualTo(ClusterPhase.FAILED);
        assertThat(troubled.holdReason()).as(status).isEqualTo(HoldReason.ROLLED_BACK);
        assertThat(troubled.steps())
                .extracting(step -> step.step().kind())
                .containsSubsequence(StepKind.BACKUP, StepKind.UPGRADE, StepKind.RESTORE)
                .endsWith(StepKind.RESTORE);
        assertThat(ClusterState.of(fleet.clusters, TROUBLED)).isEqualTo(before);
        assertThat(versions(TROUBLED)).containsOnly("v3.13.4");
        // Then: the others went on
        assertThat(fleet.client.campaign("policy").phase()).isEqualTo(CampaignPhase.FAILED);
        for (String other : List.of("c03", "c04")) {
            assertThat(cluster("policy", other).phase()).as(other).isEqualTo(ClusterPhase.SUCCEEDED);
            assertThat(versions(other)).containsOnly("v3.22.5");
        }
        // Then: status and events say so
        assertThat(status)
                .contains("failed: Rolled back", TROUBLED + "-node-2")
                .containsPattern("upgrade +failed")
                .containsPattern("restore +passed")
                .containsPattern("note: missing: DaemonSet kube-system/canal: pod .* on " + TROUBLED + "-node-2");
        assertThat(fleet.run("events", "--campaign", "policy", "--cluster", TROUBLED)
                        .out())
                .contains("step.judged", "Rolled back");
    }

    @Test
    void each_kind_of_install_goes_back_by_command_to_what_it_was() throws IOException {
        // Given: calico.yaml with its calicoctl, etcd, an operator, a Helm release
        Map<String, Map<String, JsonNode>> before = new LinkedHashMap<>();
        for (String id : List.of("c02", "c07", "c09", "c11")) {
            before.put(id, ClusterState.of(fleet.clusters, id));
        }
        Map<String, List<String>> versions = new LinkedHashMap<>();
        before.keySet().forEach(id -> versions.put(id, versions(id)));
        Run applied = apply("kinds", """
                target: v3.22.5
                clusters: {names: [c02, c07, c09, c11]}
                maxConcurrent: 4
                gates: {pods: {deadline: PT4M}}
                customisations: {onConflict: keep-mine}
                """);
        assertThat(applied.exitCode()).as(applied.out() + applied.err()).isEqualTo(ExitCodes.OK);
        before.forEach((id, state) -> {
            assertThat(versions(id)).as(id).containsOnly("v3.22.5");
            assertThat(ClusterState.of(fleet.clusters, id)).as(id).isNotEqualTo(state);
            // When
            Run restored = fleet.run("restore", "--cluster", id, "--reason", "it was better before", "--wait");
            // Then
            assertThat(restored.exitCode()).as(restored.out() + restored.err()).isEqualTo(ExitCodes.OK);
            assertThat(restored.out()).contains("restore-" + id, "succeeded");
            assertThat(versions(id)).as(id).isEqualTo(versions.get(id));
            assertThat(ClusterState.of(fleet.clusters, id)).as(id).isEqualTo(state);
        });
    }

    @Test
    void where_going_back_cannot_be_promised_it_is_refused_with_the_reason_before_and_after() throws IOException {
        // Given
        Map<String, JsonNode> before = ClusterState.of(fleet.clusters, "c10");
        // When: the campaign counts on going back
        Run counting = apply("counting-on-it", """
                target: v3.28.5
                clusters: {names: [c10]}
                onGateFailure: rollback
                kubernetes: {untested: allow}
                """);
        // Then
        assertThat(counting.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(counting.out()).contains(NO_WAY_BACK);
        assertThat(cluster("counting-on-it", "c10").holdReason()).isEqualTo(HoldReason.PREFLIGHT_OBJECTIONS);
        assertThat(ClusterState.of(fleet.clusters, "c10")).isEqualTo(before);
        assertThat(fleet.run("abort", "counting-on-it", "--reason", "enough").exitCode())
                .isEqualTo(ExitCodes.OK);
        await().atMost(Duration.ofMinutes(1))
                .until(() -> fleet.client.campaign("counting-on-it").phase() == CampaignPhase.ABORTED);
        // When: another does not, and somebody wants to go back then
        Run upgraded = apply("without", """
                target: v3.28.5
                clusters: {names: [c10]}
                kubernetes: {untested: allow}
                gates: {pods: {deadline: PT4M}}
                customisations: {onConflict: keep-mine}
                """);
        assertThat(upgraded.exitCode()).as(upgraded.out() + upgraded.err()).isEqualTo(ExitCodes.OK);
        Map<String, JsonNode> after = ClusterState.of(fleet.clusters, "c10");
        Run restored = fleet.run("restore", "--cluster", "c10", "--reason", "it was better before", "--wait");
        // Then
        assertThat(restored.exitCode()).as(restored.out() + restored.err()).isEqualTo(ExitCodes.FAILED);
        assertThat(restored.out()).contains(NO_WAY_BACK);
        assertThat(versions("c10")).containsOnly("v3.28.5");
        assertThat(ClusterState.of(fleet.clusters, "c10")).isEqualTo(after);
    }

    @Test
    void an_approval_is_void_once_other_traffic_is_logged_and_one_by_the_new_digest_goes_on() throws IOException {
        // Given: a review a person has looked at
        Run applied = apply("review", """
                target: v3.22.5
                clusters: {names: [c01]}
                gates: {hostEndpointTraffic: {mode: required, observe: PT3S}}
                """);
        assertThat(applied.exitCode()).as(applied.out() + applied.err()).isEqualTo(ExitCodes.FAILED);
        TrafficReview shown = review();
        assertThat(shown.suggestedPolicy()).doesNotContain("8443");
        assertThat(fleet.run("review", "review", "--cluster", "c01").out()).contains(shown.digest());
        // When: something new connects before the approval has its effect
        fleet.log(
                "c01",
                "c01-node-1",
                "kernel: calico-packet: IN=eth0 OUT= SRC=192.0.2.7 DST=10.0.0.2 PROTO=TCP SPT=45588 DPT=8443 SYN");
        Run approved = approve(shown);
        assertThat(approved.exitCode()).as(approved.err()).isEqualTo(ExitCodes.OK);
        await().atMost(Duration.ofMinutes(4))
                .until(() -> waits() && !Objects.equals(review().digest(), shown.digest()));
        // Then: it is asked again, and the temporary policy is all there is
        TrafficReview anew = review();
        assertThat(anew.added()).containsExactly("ingress tcp 8443 from 192.0.2.0/24");
        assertThat(policy("allow-all-upgrade").isMissingNode()).isFalse();
        assertThat(policy("calico-fleet-host-endpoints").isMissingNode()).isTrue();
        assertThat(written("delete")).containsExactly("default.calico-fleet-host-endpoints");
        // When: the old digest is named once more
        Run stale = approve(shown);
        // Then
        assertThat(stale.exitCode()).as(stale.out()).isEqualTo(ExitCodes.USAGE);
        assertThat(stale.err()).contains("not the one that was looked at", "ingress tcp 8443");
        assertThat(waits()).isTrue();
        // When
        assertThat(approve(anew).exitCode()).isEqualTo(ExitCodes.OK);
        await().atMost(Duration.ofMinutes(4))
                .until(() -> fleet.client.campaign("review").phase().terminal());
        // Then: the policy that was approved is there, the temporary one is gone, and nothing was ever cut
        assertThat(fleet.client.campaign("review").phase()).isEqualTo(CampaignPhase.SUCCEEDED);
        assertThat(policy("allow-all-upgrade").isMissingNode()).isTrue();
        assertThat(policy("calico-fleet-host-endpoints").toString()).contains("8443");
        assertThat(fleet.clusters.cluster("c01").path("drops")).isEmpty();
        assertThat(versions("c01")).containsOnly("v3.22.5");
    }

    private static Run approve(TrafficReview looked) {
        return fleet.run(
                "approve",
                "review",
                "--cluster",
                "c01",
                "--apply-suggested-policy",
                "--reason",
                "looked at it",
                "--digest",
                Objects.requireNonNull(looked.digest()));
    }

    private static boolean waits() {
        return cluster("review", "c01").holdReason() == HoldReason.TRAFFIC_REVIEW;
    }

    private static TrafficReview review() {
        return Objects.requireNonNull(cluster("review", "c01").review());
    }

    private static JsonNode policy(String name) {
        return fleet.clusters.object("c01", "/apis/crd.projectcalico.org/v1/globalnetworkpolicies/default." + name);
    }

    /** What became of the policies of that cluster by {@code verb}. */
    private static List<String> written(String verb) {
        return StreamSupport.stream(fleet.clusters.cluster("c01").path("audit").spliterator(), false)
                .filter(entry -> entry.path("resource").asText().startsWith("globalnetworkpolicies"))
                .filter(entry -> entry.path("verb").asText().equals(verb)
                        && !entry.path("dryRun").asBoolean())
                .map(entry -> entry.path("name").asText())
                .toList();
    }

    private static Run apply(String name, String rest) throws IOException {
        Path file = Files.writeString(
                folder.resolve(name + ".yaml"),
                "apiVersion: calico-fleet/v1\nkind: Campaign\nname: " + name + "\n" + rest);
        return fleet.run("apply", "-f", file.toString(), "--wait");
    }

    private static ClusterStatus cluster(String campaign, String id) {
        return fleet.client.clusters(campaign).stream()
                .filter(status -> status.cluster().value().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** What runs on the nodes, as the simulator knows it. */
    private static List<String> versions(String id) {
        JsonNode versions = fleet.clusters.cluster(id).path("nodeVersions");
        assertThat(versions).hasSize(3);
        return StreamSupport.stream(versions.spliterator(), false)
                .map(JsonNode::asText)
                .distinct()
                .toList();
    }
}
