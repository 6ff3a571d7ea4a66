package io.calicofleet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.FakePlanner;
import io.calicofleet.cli.Run;
import io.calicofleet.cli.Samples;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.EndedBy;
import io.calicofleet.event.Explanation;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.TrafficReview;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people ask of campaigns, and what they are told of what waits for them. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ActionCommandsTest {

    private final FakePlanner planner = new FakePlanner();

    @AfterEach
    void closePlanner() {
        planner.close();
    }

    @Test
    void stop_needs_all_and_a_reason_and_says_how_to_go_on() {
        planner.on("POST", "/fleet/stop", 202, "{\"event\":\"e\"}");

        Run run = run("stop", "--all", "--reason", "a bad release");

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.OK);
        assertThat(run.out()).contains("everything is stopped", "resume --all --reason");
        assertThat(planner.posted().body()).contains("a bad release");
        assertThat(run("stop", "--reason", "x").exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run("stop", "--all").exitCode()).isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void resume_all_ends_the_stop_and_takes_no_campaign() {
        planner.on("POST", "/fleet/resume", 202, "{\"event\":\"e\"}");

        assertThat(run("resume", "--all", "--reason", "it is taken back").out()).contains("everything: goes on");
        assertThat(planner.posted().path()).isEqualTo("/api/v1/fleet/resume");
        assertThat(run("resume", "--all").err()).contains("--reason");
        assertThat(run("resume", "calico-3-22", "--all", "--reason", "x").err()).contains("not both");
        assertThat(run("resume").err()).contains("Or --all");
    }

    @Test
    void an_approval_says_what_starts_then() {
        planner.on(
                "POST",
                "/campaigns/calico-3-22/approve",
                202,
                "{\"event\":\"e\",\"starts\":\"wave rest starts, with 12 clusters\"}");

        assertThat(run("approve", "calico-3-22", "--reason", "it runs well").out())
                .contains("calico-3-22: is approved", "then:  wave rest starts, with 12 clusters");
    }

    @Test
    void an_approval_of_a_wave_is_of_what_waits_now_or_of_the_digest_that_is_given() throws IOException {
        String digest = "0123456789abcdef".repeat(4);
        planner.on(
                        "GET",
                        "/campaigns/calico-3-22/approvals",
                        200,
                        "[{\"subject\":{\"what\":\"before rest\"},\"digest\":\"" + digest + "\",\"passkey\":false}]")
                .on("POST", "/campaigns/calico-3-22/approve", 202, "{\"event\":\"e\"}");
        for (String given : List.of("", digest)) {
            Run run = given.isEmpty()
                    ? run("approve", "calico-3-22", "--reason", "it runs well")
                    : run("approve", "calico-3-22", "--reason", "it runs well", "--digest", given);

            assertThat(run.out()).contains("approves before rest of calico-3-22, digest " + digest);
            assertThat(EventJson.mapper().readTree(planner.asked().getLast().body()))
                    .isEqualTo(EventJson.mapper()
                            .readTree("{\"reason\":\"it runs well\",\"approval\":\"" + digest + "\"}"));
        }
        // When it waits no longer
        String other = "fedcba9876543210".repeat(4);
        run("approve", "calico-3-22", "--reason", "it runs well", "--digest", other);
        // Then the planner is asked for that and refuses it
        assertThat(planner.asked().getLast().body()).contains("\"approval\":\"" + other + "\"");
    }

    @Test
    void what_an_approval_of_all_leaves_as_it_is_is_told() {
        planner.on("GET", "/campaigns/calico-3-22/approvals", 200, "[]")
                .on(
                        "POST",
                        "/campaigns/calico-3-22/approve",
                        202,
                        "{\"event\":\"e\",\"notes\":[\"What is shown of c1 goes on waiting.\"]}");

        Run run = run("approve", "calico-3-22", "--reason", "agreed");
        assertThat(run.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(run.err()).contains("note: What is shown of c1 goes on waiting.");
    }

    @Test
    void pause_says_when_it_ends_by_itself() {
        planner.on("POST", "/campaigns/calico-3-22/pause", 202, "{\"event\":\"e\"}");

        Run run = run("pause", "calico-3-22", "--until", "2030-12-01T06:00:00+01:00");

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.OK);
        assertThat(planner.posted().body()).contains("\"until\":\"2030-12-01T05:00:00Z\"");
        assertThat(run("pause", "calico-3-22", "--for", "PT2H").exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(run("pause", "calico-3-22", "--for", "PT-2H").err()).contains("has passed");
        assertThat(run("pause", "calico-3-22", "--for", "PT2H", "--until", "2030-12-01T06:00:00Z")
                        .err())
                .contains("give one of them");
    }

    @Test
    void delete_asks_for_it_with_the_reason() {
        planner.on("DELETE", "/campaigns/calico-3-22", 202, "{\"event\":\"e\"}");

        Run run = run("delete", "calico-3-22", "--reason", "kept elsewhere");

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.OK);
        assertThat(run.out()).contains("calico-3-22: will be gone");
        assertThat(planner.asked())
                .singleElement()
                .satisfies(asked -> assertThat(asked.path()).endsWith("/calico-3-22?reason=kept%20elsewhere"));
    }

    @Test
    void delete_of_one_that_is_not_over_says_what_to_do() {
        planner.on(
                "DELETE",
                "/campaigns/calico-3-22",
                409,
                "{\"title\":\"The state does not allow it\",\"detail\":\"abort it first\"}");

        Run run = run("delete", "calico-3-22");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains("abort it first");
    }

    @Test
    void archive_writes_a_file_that_is_not_there_yet(@TempDir Path folder) throws IOException {
        planner.on(
                "GET", "/campaigns/calico-3-22/archive", 200, "{\"campaign\":{},\"clusters\":[{\"cluster\":\"c1\"}]}");
        Path file = folder.resolve("a.json");

        Run run = run("archive", "calico-3-22", "-o", file.toString());

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.OK);
        assertThat(run.out()).contains("with 1 clusters", "delete calico-3-22");
        assertThat(EventJson.mapper()
                        .readTree(Files.readString(file))
                        .at("/clusters/0/cluster")
                        .asText())
                .isEqualTo("c1");
        assertThat(run("archive", "calico-3-22", "-o", file.toString()).err()).contains("already");
        assertThat(run("archive", "calico-3-22").out()).contains("\"cluster\" : \"c1\"");
    }

    @Test
    void approve_posts_what_was_decided() throws IOException {
        planner.on("POST", "/campaigns/calico-3-22/approve", 202, "{\"event\":\"e\"}");

        Run run = run(
                "approve",
                "calico-3-22",
                "--cluster",
                "c02",
                "--reason",
                "seen",
                "--conflicts",
                "take-new",
                "--apply-suggested-policy");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(EventJson.mapper().readTree(planner.posted().body()))
                .isEqualTo(
                        EventJson.mapper()
                                .readTree(
                                        "{\"reason\":\"seen\",\"cluster\":\"c02\",\"conflicts\":\"take-new\",\"applySuggestedPolicy\":true}"));
    }

    @Test
    void approve_posts_an_answer_to_each_question_and_a_side_for_all_others() throws IOException {
        planner.on("POST", "/campaigns/calico-3-22/approve", 202, "{\"event\":\"e\"}");

        Run run = run(
                "approve",
                "calico-3-22",
                "--cluster",
                "c02",
                "--reason",
                "seen",
                "--answer",
                "1f3a9c02=keep-mine",
                "--answer",
                "00c0ffee=take-new",
                "--conflicts",
                "keep-mine");

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.OK);
        assertThat(EventJson.mapper().readTree(planner.posted().body()))
                .isEqualTo(EventJson.mapper().readTree("""
                        {"reason":"seen","cluster":"c02","conflicts":"keep-mine","answers":[
                        {"question":"1f3a9c02","answer":"keep-mine"},{"question":"00c0ffee","answer":"take-new"}]}"""));
        assertThat(run("approve", "calico-3-22", "--reason", "x", "--answer", "1f3a9c02=both")
                        .err())
                .contains("both", "keep-mine", "take-new");
    }

    @Test
    void a_review_names_each_question_with_its_values_and_says_where_what_was_installed_is_not_known() {
        FieldConflict mtu = new FieldConflict("ConfigMap kube-system/calico-config", "data.mtu", "", "9000", "0");
        FieldConflict gone = new FieldConflict(
                "ServiceAccount kube-system/calico-node",
                "(whole object)",
                "there",
                "",
                "there",
                "Pods cannot start without.",
                List.of(OnConflict.TAKE_NEW));
        held(Samples.withConflicts(
                Samples.cluster("c02", ClusterPhase.HELD, HoldReason.BASE_UNKNOWN, "no base"), List.of(mtu)));
        assertThat(run("review", "calico-3-22", "--cluster", "c02").out())
                .contains(
                        "who changed them is not known",
                        mtu.question() + "  ConfigMap kube-system/calico-config  data.mtu",
                        "installed as  (not known)",
                        "yours         9000",
                        "the release's 0")
                .doesNotContain("(absent)");

        planner.close();
        FakePlanner other = new FakePlanner();
        try {
            other.on(
                            "GET",
                            "/campaigns/calico-3-22",
                            200,
                            Samples.json(Samples.campaign(CampaignPhase.HELD, Map.of("held", 1))))
                    .on(
                            "GET",
                            "/campaigns/calico-3-22/clusters/c02",
                            200,
                            Samples.json(Samples.withConflicts(
                                    Samples.cluster(
                                            "c02", ClusterPhase.HELD, HoldReason.CUSTOMISATION_CONFLICTS, "two"),
                                    List.of(mtu, gone))));
            assertThat(Run.of("review", "calico-3-22", "--cluster", "c02", "--server", other.url())
                            .out())
                    .contains("installed as  (absent)", "installed as  there")
                    .doesNotContain("(not known)");
        } finally {
            other.close();
        }
    }

    @Test
    void a_missing_option_is_exit_code_2_with_its_name() {
        Run run = run("approve", "calico-3-22");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains("--reason");
    }

    @Test
    void a_wrong_value_is_exit_code_2_with_what_is_allowed() {
        Run run = run("approve", "calico-3-22", "--reason", "x", "--conflicts", "both");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains("both", "keep-mine", "take-new");
    }

    @Test
    void each_action_has_the_options_it_takes_and_no_others() {
        assertThat(run("approve", "--help").out())
                .contains("Only this cluster. Default: all that waits", "--conflicts", "--apply-suggested-policy")
                .contains("Let go on what waits");
        assertThat(run("retry", "--help").out())
                .contains("Only this cluster. Default: all that failed")
                .doesNotContain("--conflicts", "--answer", "--apply-suggested-policy");
        assertThat(run("skip", "a").err()).contains("--cluster");
        for (String action : List.of("pause", "resume", "abort")) {
            Run run = run(action, "a", "--cluster", "c1", "--reason", "enough");
            assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
            assertThat(run.err()).contains("--cluster");
        }
    }

    @Test
    void a_conflict_with_the_state_is_exit_code_2() {
        planner.on("POST", "/campaigns/calico-3-22/resume", 409, """
                {"title":"conflict","status":409,"detail":"it is not paused"}""");

        Run run = run("resume", "calico-3-22");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains("it is not paused");
    }

    @Test
    void skip_take_over_retry_pause_and_abort_post_to_their_paths() {
        for (String action : new String[] {"skip", "take-over", "retry", "pause", "abort"}) {
            planner.on("POST", "/campaigns/a/" + action, 202, "{}");
        }

        assertThat(run("skip", "a", "--cluster", "c1", "--reason", "gone").exitCode())
                .isZero();
        assertThat(run("take-over", "a", "--cluster", "c1").exitCode()).isZero();
        assertThat(run("retry", "a", "--reason", "fixed").exitCode()).isZero();
        assertThat(run("pause", "a").exitCode()).isZero();
        for (String action : new String[] {"skip", "retry", "abort"}) {
            assertThat(run(action, "a", "--cluster", "c1").err()).as(action).contains("--reason");
        }
        assertThat(run("abort", "a", "--reason", "enough").exitCode()).isZero();
        assertThat(planner.asked())
                .extracting(FakePlanner.Asked::path)
                .containsExactly(
                        "/api/v1/campaigns/a/skip",
                        "/api/v1/campaigns/a/take-over",
                        "/api/v1/campaigns/a/retry",
                        "/api/v1/campaigns/a/pause",
                        "/api/v1/campaigns/a/abort");
    }

    @Test
    void the_policies_that_would_select_automatic_host_endpoints_are_shown_and_approved() {
        held(Samples.cluster(
                "c02",
                ClusterPhase.HELD,
                HoldReason.AUTO_HOST_ENDPOINT_POLICIES,
                "policies wait",
                List.of("GlobalNetworkPolicy deny-all selects all()"),
                List.of()));

        Run run = run("review", "calico-3-22", "--cluster", "c02");

        assertThat(run.out())
                .contains("Policies that would select the automatic host endpoints", "GlobalNetworkPolicy deny-all");
    }

    @Test
    void an_approval_offered_below_a_review_names_the_digest_that_was_shown() {
        ClusterStatus cluster = Samples.withReview(
                Samples.cluster("c02", ClusterPhase.HELD, HoldReason.TRAFFIC_REVIEW, "review it"),
                new TrafficReview(
                        List.of(), List.of(), "kind: GlobalNetworkPolicy", List.of(), List.of(), null, "0badcafe", 0));
        held(cluster);
        planner.on(
                "GET",
                "/campaigns/calico-3-22/clusters/c02/explanation",
                200,
                Samples.json(Samples.explanation(Samples.reason(
                        "traffic-review",
                        "c02",
                        EndedBy.PEOPLE,
                        "review it",
                        "then: approve calico-3-22 --cluster c02 --digest " + Explanation.DIGEST))));

        assertThat(run("review", "calico-3-22", "--cluster", "c02").out())
                .contains("then:  ./calico-fleet approve calico-3-22 --cluster c02 --digest 0badcafe --server");
    }

    @Test
    void rollback_is_another_name_of_restore() {
        planner.on("POST", "/clusters/c02/restore", 202, "{\"campaign\":\"restore-c02-1\"}");

        Run run = run("rollback", "--cluster", "c02", "--reason", "it broke");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(run.out()).contains("restoring c02 as campaign restore-c02-1");
    }

    @Test
    void restore_waits_for_its_campaign_which_the_planner_has_not_taken_up_yet() {
        planner.on("POST", "/clusters/c02/restore", 202, "{\"campaign\":\"restore-c02-1\"}")
                .on("GET", "/campaigns/restore-c02-1", 404, "{\"title\":\"unknown\",\"status\":404}")
                .on(
                        "GET",
                        "/campaigns/restore-c02-1",
                        200,
                        Samples.json(Samples.campaign(CampaignPhase.SUCCEEDED, Map.of("succeeded", 1))))
                .on("GET", "/campaigns/restore-c02-1/clusters", 200, "[]")
                .onEvents("");

        Run run = run("restore", "--cluster", "c02", "--reason", "it broke", "--wait");

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.OK);
        assertThat(run.out()).contains("succeeded");
    }

    @Test
    void waves_show_who_was_skipped_where_somebody_was() {
        planner.on(
                        "GET",
                        "/campaigns/calico-3-22",
                        200,
                        Samples.json(Samples.campaign(CampaignPhase.RUNNING, Map.of("skipped", 2))))
                .on("GET", "/campaigns/calico-3-22/clusters", 200, "[]");
        assertThat(run("status", "calico-3-22").out()).contains("SKIPPED").doesNotContain("ABORTED");
    }

    @Test
    void a_cluster_another_campaign_has_is_told_with_what_to_do_about_it() {
        planner.on(
                        "GET",
                        "/campaigns/calico-3-22",
                        200,
                        Samples.json(Samples.campaign(CampaignPhase.RUNNING, Map.of("pending", 1))))
                .on(
                        "GET",
                        "/campaigns/calico-3-22/clusters",
                        200,
                        "[" + Samples.json(Samples.waiting("c02", "calico-3-21")) + "]")
                .on(
                        "GET",
                        "/campaigns/calico-3-22/explanation",
                        200,
                        Samples.json(Samples.explanation(Samples.reason(
                                "claim",
                                "c02",
                                EndedBy.ITSELF,
                                "Campaign calico-3-21 has c02.",
                                "or take it at once: take-over calico-3-22 --cluster c02 --reason \"...\""))));

        assertThat(run("status", "calico-3-22").out())
                .contains("c02 waits for campaign calico-3-21 on this cluster: skip it there, or take it over.")
                .contains("c02: Campaign calico-3-21 has c02.")
                .contains("take-over calico-3-22 --cluster c02 --reason");
    }

    private void held(ClusterStatus cluster) {
        planner.on(
                        "GET",
                        "/campaigns/calico-3-22",
                        200,
                        Samples.json(Samples.campaign(CampaignPhase.HELD, Map.of("held", 1))))
                .on("GET", "/campaigns/calico-3-22/clusters/c02", 200, Samples.json(cluster));
    }

    private Run run(String... arguments) {
        return planner.run(arguments);
    }
}
