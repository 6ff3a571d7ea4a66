package io.calicofleet.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.Run;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.Sender;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepHeld;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepProgress;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.StepSucceeded;
import io.calicofleet.event.TrafficReview;
import io.calicofleet.fuzz.SoftwareAuthenticator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
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

    /** The one in which a node never gets ready with a new version: canal with host endpoints. */
    private static final String TROUBLED = "c12";

    /** The one whose traffic is measured: calico.yaml with host endpoints. */
    private static final String MEASURED = "c13";

    /** The one that would follow it. */
    private static final String NEXT = "c14";

    private static final int CLUSTERS = 14;

    @TempDir
    private static Path folder;

    private static LiveFleet fleet;

    private static OtlpReceiver collector;

    @BeforeAll
    @Timeout(300)
    static void start() throws IOException, InterruptedException {
        Thief.keys(folder, List.of("c05"));
        SoftwareAuthenticator grace = new SoftwareAuthenticator("grace-1", "localhost", "http://localhost:8080");
        Files.writeString(folder.resolve("passkeys.yaml"), """
                site: {id: localhost, origins: ["http://localhost:8080"]}
                people: [{name: grace, passkeys: [{id: "%s", publicKey: "%s"}]}]
                rules: [{clusters: [c08]}]
                """.formatted(grace.id(), grace.publicKey()));
        collector = new OtlpReceiver();
        fleet = LiveFleet.traced(folder, CLUSTERS, false, collector.endpoint());
        fleet.faults(TROUBLED, """
                {"neverReady": [{"node": "c12-node-2", "image": "/node:v3.22.5"}]}
                """);
    }

    @AfterAll
    @Timeout(240)
    static void stop() {
        if (fleet != null) {
            fleet.close();
        }
        if (collector != null) {
            collector.close();
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
        // Then: one trace leads from the planner to the write in a cluster and back
        new StepTrace(collector, "policy", "c03").assertWhole();
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
        // Given: an API server that is neither at 443 nor at 6443, and a review a person has looked at
        String node = fleet.clusters
                .object("c01", "/api/v1/nodes/c01-node-1")
                .at("/status/addresses/0/address")
                .asText();
        assertThat(fleet.clusters
                        .write(
                                "c01",
                                "PATCH",
                                "/api/v1/namespaces/default/endpoints/kubernetes",
                                "application/merge-patch+json",
                                """
                                {"subsets": [{"addresses": [{"ip": "%s"}], "ports": [{"name": "https", "port": 16443}]}]}
                                """.formatted(node))
                        .isMissingNode())
                .isFalse();
        Run applied = apply("review", """
                target: v3.22.5
                clusters: {names: [c01]}
                gates: {hostEndpointTraffic: {mode: required, observe: PT3S}}
                """);
        assertThat(applied.exitCode()).as(applied.out() + applied.err()).isEqualTo(ExitCodes.FAILED);
        TrafficReview shown = review();
        assertThat(shown.suggestedPolicy()).contains("16443").doesNotContain("8443");
        assertThat(Objects.requireNonNull(shown.guard()).refusals())
                .as("the guard knows where the API server is, and so does who suggests")
                .isEmpty();
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
        assertThat(policies("delete")).containsExactly("default.calico-fleet-host-endpoints");
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
        assertThat(policy("calico-fleet-host-endpoints").toString()).contains("16443", "8443");
        assertThat(fleet.clusters.cluster("c01").path("drops")).isEmpty();
        assertThat(versions("c01")).containsOnly("v3.22.5");
        // Then: the planner says so, signed, which the trusted keys prove
        String report = folder.resolve("review.zip").toString();
        assertThat(fleet.run("report", "review", "-o", "zip", "--file", report).exitCode())
                .isEqualTo(ExitCodes.OK);
        Run stated = fleet.run("report", "--verify", report, "--trusted-keys", trusted(), "--cluster", "c01");
        assertThat(stated.exitCode()).as(stated.out() + stated.err()).isEqualTo(ExitCodes.OK);
        assertThat(stated.out())
                .containsPattern(
                        "says of cluster c01 \\(UID \\S+\\) in campaign review: succeeded, from v3.13.4 to v3.22.5")
                .contains("Not measured: the campaign did not ask for it.");
    }

    @Test
    void a_kept_connection_of_the_hosts_that_breaks_pauses_the_rollout_holds_the_campaign_and_is_stated()
            throws IOException {
        new BrokenConnections(fleet, folder, MEASURED, NEXT).run();
    }

    private String trusted() {
        return folder.resolve("keys").resolve("trusted.yaml").toString();
    }

    @Test
    void a_stolen_key_comes_to_what_the_threat_model_says_and_to_no_more() throws Exception {
        try (Thief thief = new Thief(folder, fleet.system.bootstrapServers())) {
            byAPlannersKey(thief);
            byAnExecutorsAndAVerifiersKey(thief);
        }
    }

    @Test
    void what_was_asked_is_proven_by_the_trusted_keys_and_not_by_the_planner() {
        assertThat(fleet.run("pause", "nobody").exitCode()).isNotEqualTo(ExitCodes.OK);
        await().atMost(Duration.ofMinutes(4))
                .untilAsserted(
                        () -> assertThat(fleet.run("audit").out()).contains("POST /api/v1/campaigns/nobody/pause"));
        Run proven = fleet.run("audit", "verify", "--trusted-keys", trusted());
        assertThat(proven.exitCode()).as(proven.out()).isEqualTo(ExitCodes.OK);
        assertThat(proven.out())
                .contains("none was removed, changed or moved.")
                .containsPattern("([0-9]+) of \\1 records have a signature that counts, checked here");
    }

    /** Any step is begun, but where the executor's own file asks for passkeys; nothing is said for others. */
    private static void byAPlannersKey(Thief thief) {
        Map<StepId, StepProgress> ends = new ConcurrentHashMap<>();
        thief.hear(event -> {
            if (event instanceof StepSucceeded || event instanceof StepFailed || event instanceof StepHeld) {
                StepProgress end = (StepProgress) event;
                ends.put(end.step(), end);
            }
        });
        Map<String, JsonNode> before = ClusterState.of(fleet.clusters, "c08");
        StepParameters upgrade = StepParameters.ofUpgrade(
                InstallMethod.MANIFEST_KDD, CalicoVersion.parse("v3.13.4"), CalicoVersion.parse("v3.22.5"), null);
        StepId guarded = StepId.parse("stolen/c08/upgrade/1");
        StepId restored = StepId.parse("stolen/c08/restore/2");
        StepId open = StepId.parse("stolen/c06/backup/1");
        for (StepId step : List.of(guarded, restored, open)) {
            thief.by(Sender.PLANNER, new StepRequested(step, List.of(), upgrade, "please"));
        }
        StepId campaigns = StepId.parse("stolen/c08/upgrade/3");
        for (FleetEvent others : List.of(
                new StepSucceeded(campaigns, null, List.of(), List.of(), "done"),
                new StepJudged(campaigns, Outcome.PASSED, List.of(), null, "passed"))) {
            refused(thief, thief.by(Sender.PLANNER, others), "on this topic a record counts that the ");
        }
        await().atMost(Duration.ofMinutes(4)).until(() -> ends.keySet().containsAll(List.of(guarded, restored, open)));
        for (StepId step : List.of(guarded, restored)) {
            assertThat(ends.get(step)).isInstanceOfSatisfying(StepFailed.class, failed -> {
                assertThat(failed.reason()).isEqualTo(FailureReason.NOT_APPROVED);
                assertThat(failed.message()).contains("This executor begins no step on c08 without 1 approval");
            });
        }
        assertThat(ends.get(open)).isInstanceOf(StepSucceeded.class);
        assertThat(ClusterState.of(fleet.clusters, "c08")).isEqualTo(before);
        assertThat(written("c08")).isEmpty();
        assertThat(written("c06")).as("a backup nobody asked for").isNotEmpty();
    }

    /** The one lies about its own cluster, the other misjudges any; neither asks, approves, or says what is the other's to say. */
    private static void byAnExecutorsAndAVerifiersKey(Thief thief) throws IOException {
        List<String> ofOthers = new CopyOnWriteArrayList<>();
        thief.hear(event -> {
            if (!(event instanceof StepRequested asked)
                    || !asked.step().campaign().value().equals("deceived")) {
                return;
            }
            StepId step = asked.step();
            StepFailed failed = new StepFailed(step, FailureReason.BUG, "a lie", List.of(), "a lie");
            if (step.cluster().value().equals("c05")) {
                thief.byAnotherExecutor(failed);
            } else {
                ofOthers.add(thief.byAnotherExecutor(failed));
            }
            if (step.cluster().value().equals("c06") && step.kind() == StepKind.UPGRADE) {
                thief.by(Sender.VERIFIER, new StepJudged(step, Outcome.FAILED, List.of(), null, "a false verdict"));
            }
        });
        Run applied = apply("deceived", """
                target: v3.22.5
                clusters: {names: [c05, c06]}
                waves: [{name: all, approval: {quorum: 1}}]
                maxConcurrent: 2
                failureBudget: {maxFailures: 2}
                gates: {pods: {deadline: PT4M}, hostEndpointTraffic: {mode: off}}
                customisations: {onConflict: keep-mine}
                """);
        assertThat(applied.exitCode()).as(applied.out() + applied.err()).isEqualTo(ExitCodes.FAILED);
        CampaignName deceived = CampaignName.of("deceived");
        FleetEvent approval = new CampaignApproved(deceived, null, "trust me", null, false, "approved");
        StepRequested step =
                new StepRequested(StepId.parse("deceived/c05/upgrade/1"), List.of(), StepParameters.NONE, "please");
        for (FleetEvent others : List.of(approval, step)) {
            refused(thief, thief.by(Sender.VERIFIER, others), "on this topic a record counts that the planner signed");
            refused(thief, thief.byAnotherExecutor(others), "on this topic a record counts that the planner signed");
        }
        assertThat(fleet.client.campaign("deceived").phase()).isEqualTo(CampaignPhase.AWAITING_APPROVAL);
        assertThat(fleet.run("approve", "deceived", "--reason", "really").exitCode())
                .isEqualTo(ExitCodes.OK);
        await().atMost(Duration.ofMinutes(4)).untilAsserted(() -> {
            for (String id : List.of("c05", "c06")) {
                assertThat(cluster("deceived", id).phase())
                        .as(fleet.run("status", "deceived", "--cluster", id).out())
                        .isEqualTo(ClusterPhase.FAILED);
            }
        });
        assertThat(fleet.run("status", "deceived", "--cluster", "c05").out()).contains("a lie");
        assertThat(fleet.run("status", "deceived", "--cluster", "c06").out())
                .contains("a false verdict")
                .doesNotContain("a lie");
        assertThat(ofOthers).isNotEmpty();
        ofOthers.forEach(lie -> refused(thief, lie, "may not speak for c06"));
    }

    private static void refused(Thief thief, String lie, String why) {
        await().atMost(Duration.ofMinutes(4))
                .untilAsserted(() -> assertThat(thief.refused(lie)).anyMatch(reason -> reason.contains(why)));
    }

    /** What became of that cluster by requests, but for leases. */
    private static List<String> written(String id) {
        return StreamSupport.stream(fleet.clusters.cluster(id).path("audit").spliterator(), false)
                .filter(entry -> entry.path("code").asInt() < 300
                        && !entry.path("dryRun").asBoolean()
                        && !entry.path("resource").asText().contains("leases"))
                .map(entry -> entry.path("verb").asText() + " "
                        + entry.path("resource").asText() + " "
                        + entry.path("name").asText())
                .toList();
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
    private static List<String> policies(String verb) {
        return StreamSupport.stream(fleet.clusters.cluster("c01").path("audit").spliterator(), false)
                .filter(entry -> entry.path("resource").asText().startsWith("globalnetworkpolicies"))
                .filter(entry -> entry.path("verb").asText().equals(verb)
                        && !entry.path("dryRun").asBoolean())
                .map(entry -> entry.path("name").asText())
                .toList();
    }

    private static Run apply(String name, String rest) throws IOException {
        return fleet.apply(folder, name, rest);
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
