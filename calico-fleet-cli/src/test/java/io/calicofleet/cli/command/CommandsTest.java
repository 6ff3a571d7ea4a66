package io.calicofleet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.FakePlanner;
import io.calicofleet.cli.Run;
import io.calicofleet.cli.Samples;
import io.calicofleet.cli.output.Times;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.EndedBy;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.ScheduleStatus;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CommandsTest {

    private static final String CAMPAIGN = """
            apiVersion: calico-fleet/v1
            kind: Campaign
            name: calico-3-22
            target: v3.22.5
            clusters: {all: true}
            waves:
              - name: canary
                clusters: {percent: 200}
            """;

    private final FakePlanner planner = new FakePlanner();

    @TempDir
    private Path folder;

    @AfterEach
    void closePlanner() {
        planner.close();
    }

    @Nested
    class Apply {

        @Test
        void posts_the_file_as_json_and_says_how_to_follow() throws IOException {
            planner.on("POST", "/campaigns", 202, "{\"campaign\":\"calico-3-22\",\"event\":\"e1\"}");

            Run run = run("apply", "-f", file(CAMPAIGN), "--token-file", tokens(), "--actor", "ada");

            assertThat(run.exitCode()).isEqualTo(ExitCodes.OK);
            assertThat(run.out()).contains("calico-3-22 is accepted", "status calico-3-22 --watch");
            assertThat(planner.posted().token()).isEqualTo("cft_ada");
            assertThat(EventJson.mapper()
                            .readTree(planner.posted().body())
                            .at("/waves/0/clusters/percent")
                            .asInt())
                    .isEqualTo(200);
        }

        @Test
        void notes_are_told_beside_the_output() throws IOException {
            planner.on(
                    "POST",
                    "/campaigns",
                    202,
                    "{\"campaign\":\"calico-3-22\",\"notes\":[\"2 of its clusters wait.\"]}");

            Run run = run("apply", "-f", file(CAMPAIGN));

            assertThat(run.exitCode()).isEqualTo(ExitCodes.OK);
            assertThat(run.err()).isEqualTo("note: 2 of its clusters wait.\n");
        }

        @Test
        void says_that_the_same_file_again_changes_nothing() throws IOException {
            planner.on("POST", "/campaigns", 202, "{\"campaign\":\"calico-3-22\",\"unchanged\":true}");

            assertThat(run("apply", "-f", file(CAMPAIGN)).out()).contains("campaign calico-3-22 is unchanged");
        }

        @Test
        void names_the_line_the_field_and_what_is_allowed_when_the_server_refuses() throws IOException {
            planner.on("POST", "/campaigns", 422, """
                    {"title":"the campaign is not valid","status":422,"detail":"1 problem",
                     "problems":[{"field":"waves[0].clusters.percent","message":"200 is too much","allowed":"1 to 100"}]}""");

            Run run = run("apply", "-f", file(CAMPAIGN));

            assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
            assertThat(run.err())
                    .contains("campaign.yaml:8: waves[0].clusters.percent: 200 is too much (allowed: 1 to 100)");
        }

        @Test
        void tells_problems_in_the_order_of_the_file() throws IOException {
            planner.on("POST", "/campaigns", 422, """
                    {"title":"wrong","status":422,"detail":"","problems":[
                     {"field":"waves[0].clusters.percent","message":"second"},
                     {"field":"kind","message":"first"},{"field":"absent","message":"not there"}]}""");

            Run run = run("apply", "-f", file(CAMPAIGN));

            assertThat(run.err()).containsSubsequence("not there", "first", "second");
        }

        @Test
        void names_the_line_of_a_syntax_error() throws IOException {
            Run run = run("apply", "-f", file("name: a\nname: b\n"));

            assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
            assertThat(run.err()).contains("campaign.yaml:2").contains("stands here for the second time");
        }

        @Test
        void says_that_there_is_no_such_file() {
            Run run = run("apply", "-f", "/nowhere/campaign.yaml");

            assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
            assertThat(run.err()).contains("there is no file /nowhere/campaign.yaml");
        }

        @Test
        void waits_until_the_campaign_has_succeeded() throws IOException {
            planner.on("POST", "/campaigns", 202, "{\"campaign\":\"calico-3-22\"}")
                    .on("GET", "/campaigns/calico-3-22", 200, campaign(CampaignPhase.RUNNING, Map.of("running", 3)))
                    .on("GET", "/campaigns/calico-3-22", 200, campaign(CampaignPhase.SUCCEEDED, Map.of("succeeded", 3)))
                    .on("GET", "/campaigns/calico-3-22/clusters", 200, "[]")
                    .onEvents("id: 1\nevent: campaign.status\ndata: {}\n\n");

            Run run = run("apply", "-f", file(CAMPAIGN), "--wait");

            assertThat(run.exitCode()).isEqualTo(ExitCodes.OK);
            assertThat(run.out()).contains("running: 3 running", "calico-3-22 succeeded after 1m30s");
        }

        @Test
        void waits_for_a_campaign_that_the_planner_has_not_taken_up_yet() throws IOException {
            planner.on("POST", "/campaigns", 202, "{\"campaign\":\"calico-3-22\"}")
                    .on("GET", "/campaigns/calico-3-22", 404, "{\"title\":\"unknown\",\"status\":404}")
                    .on("GET", "/campaigns/calico-3-22", 200, campaign(CampaignPhase.SUCCEEDED, Map.of("succeeded", 3)))
                    .on("GET", "/campaigns/calico-3-22/clusters", 200, "[]")
                    .onEvents("");

            assertThat(run("apply", "-f", file(CAMPAIGN), "--wait").exitCode()).isEqualTo(ExitCodes.OK);
        }

        @Test
        void ends_with_1_and_the_commands_to_run_next_when_the_campaign_is_held() throws IOException {
            planner.on("POST", "/campaigns", 202, "{\"campaign\":\"calico-3-22\"}")
                    .on("GET", "/campaigns/calico-3-22", 200, campaign(CampaignPhase.HELD, Map.of("failed", 1)))
                    .on(
                            "GET",
                            "/campaigns/calico-3-22/clusters",
                            200,
                            "["
                                    + Samples.json(Samples.cluster(
                                            "c02", ClusterPhase.FAILED, HoldReason.GATE_FAILED, "no pod came"))
                                    + "]")
                    .on(
                            "GET",
                            "/campaigns/calico-3-22/explanation",
                            200,
                            Samples.json(Samples.explanation(Samples.reason(
                                    "gate-failed",
                                    "c02",
                                    EndedBy.OWNER,
                                    "no pod came",
                                    "put it right, then: retry calico-3-22 --cluster c02",
                                    "or leave it out: skip calico-3-22 --cluster c02"))))
                    .onEvents("");

            Run run = run("apply", "-f", file(CAMPAIGN), "--wait");

            assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
            assertThat(run.out())
                    .contains("c02: no pod came", "retry calico-3-22 --cluster c02", "skip calico-3-22 --cluster c02");
        }
    }

    @Nested
    class Status {

        @Test
        void names_who_waits_and_what_to_type_and_nothing_that_goes_on_by_itself() {
            planner.on("GET", "/campaigns/calico-3-22", 200, campaign(CampaignPhase.HELD, Map.of("held", 1)))
                    .on("GET", "/campaigns/calico-3-22/clusters", 200, "[]")
                    .on(
                            "GET",
                            "/campaigns/calico-3-22/explanation",
                            200,
                            Samples.json(Samples.explanation(
                                    Samples.reason(
                                            "preflight-objections",
                                            "c02",
                                            EndedBy.OWNER,
                                            "too old",
                                            "or leave it out: skip calico-3-22 --cluster c02"),
                                    Samples.reason("places", "c03", EndedBy.ITSELF, "All places are taken."))));

            Run run = run("status", "calico-3-22");

            assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
            assertThat(run.out())
                    .contains("Waits for you:", "c02: too old", "skip calico-3-22 --cluster c02 --server")
                    .doesNotContain("All places are taken");
        }

        @Test
        void says_above_everything_that_everything_is_stopped() {
            planner.on("GET", "/campaigns", 200, "[" + campaign(CampaignPhase.RUNNING, Map.of()) + "]")
                    .on(
                            "GET",
                            "/fleet",
                            200,
                            "{\"stop\":{\"by\":\"ada\",\"reason\":\"a bad release\",\"at\":\"2026-11-28T10:00:00Z\"},\"summary\":\"\"}");

            assertThat(run("status").out())
                    .startsWith("EVERYTHING IS STOPPED by ada since "
                            + Times.clock(Instant.parse("2026-11-28T10:00:00Z")) + ": a bad release")
                    .contains("resume --all --reason");
        }

        @Test
        void shows_when_the_next_cluster_starts_on_the_clocks_of_its_window() throws IOException {
            CampaignStatus status = Samples.campaign(CampaignPhase.SCHEDULED, Map.of("pending", 3));
            ObjectNode scheduled = EventJson.mapper().valueToTree(status);
            scheduled.set(
                    "schedule",
                    EventJson.mapper()
                            .valueToTree(new ScheduleStatus(
                                    Instant.parse("2026-11-28T21:00:00Z"),
                                    "Europe/Berlin",
                                    Duration.ofMinutes(45),
                                    12)));
            planner.on("GET", "/campaigns/calico-3-22", 200, scheduled.toString())
                    .on("GET", "/campaigns/calico-3-22/clusters", 200, "[]")
                    .on("GET", "/campaigns/calico-3-22/explanation", 200, Samples.json(Samples.explanation()));

            Run run = run("status", "calico-3-22");

            assertThat(run.exitCode()).isEqualTo(ExitCodes.OK);
            assertThat(run.out())
                    .contains("schedule: the next start is Sat 2026-11-28 22:00+01:00 (Europe/Berlin); a cluster takes"
                            + " 45m00s, as 95% of 12 did");
        }

        @Test
        void says_what_is_used_of_its_limits_and_when_it_is_expected_to_end() throws IOException {
            CampaignStatus status =
                    Samples.campaign(CampaignPhase.RUNNING, Map.of("succeeded", 1, "running", 1, "pending", 1));
            ObjectNode done = EventJson.mapper().valueToTree(Samples.cluster("c01", ClusterPhase.SUCCEEDED, null, ""));
            ((ObjectNode) done.at("/steps/0"))
                    .put(
                            "finishedAt",
                            Samples.START.plus(Duration.ofMinutes(10)).toString());
            String clusters = "[" + done + ","
                    + Samples.json(Samples.cluster("c02", ClusterPhase.RUNNING, null, "")) + ","
                    + Samples.json(Samples.waiting("c03", "other")) + "]";
            planner.on("GET", "/campaigns/calico-3-22", 200, Samples.json(status))
                    .on("GET", "/campaigns/calico-3-22/clusters", 200, clusters)
                    .on("GET", "/campaigns/calico-3-22/explanation", 200, Samples.json(Samples.explanation()));

            Run run = run("status", "calico-3-22");

            assertThat(run.out())
                    .contains(
                            "in flight 1 of 3, 0 of 1 failures allowed",
                            "expected end: ",
                            ", as 1 cluster took so far");
            JsonNode end = EventJson.mapper()
                    .readTree(run("status", "calico-3-22", "-o", "json").out())
                    .path("expectedEnd");
            assertThat(end.path("measured").asInt()).isEqualTo(1);
            // Both that are left have a place: the one that waits takes ten minutes.
            assertThat(Duration.between(
                            Instant.now(), Instant.parse(end.path("p95").asText())))
                    .isBetween(Duration.ofMinutes(9), Duration.ofMinutes(11));
        }

        @Test
        void shows_waves_and_clusters_and_what_waits() {
            planner.on(
                            "GET",
                            "/campaigns/calico-3-22",
                            200,
                            campaign(CampaignPhase.RUNNING, Map.of("running", 1, "held", 1)))
                    .on(
                            "GET",
                            "/campaigns/calico-3-22/clusters",
                            200,
                            "["
                                    + Samples.json(Samples.cluster("c01", ClusterPhase.RUNNING, null, "upgrading"))
                                    + ","
                                    + Samples.json(Samples.cluster(
                                            "c02", ClusterPhase.HELD, HoldReason.TRAFFIC_REVIEW, "review it"))
                                    + "]")
                    .on(
                            "GET",
                            "/campaigns/calico-3-22/explanation",
                            200,
                            Samples.json(Samples.explanation(Samples.reason(
                                    "traffic-review",
                                    "c02",
                                    EndedBy.PEOPLE,
                                    "review it",
                                    "look: review calico-3-22 --cluster c02"))));

            Run run = run("status", "calico-3-22");

            assertThat(run.exitCode()).isEqualTo(ExitCodes.OK);
            assertThat(run.out())
                    .contains(
                            "upgrade to v3.22.5",
                            "3/10 nodes",
                            "look:  ./calico-fleet review calico-3-22 --cluster c02")
                    .contains("--server " + planner.url())
                    .doesNotContain("\u001b");
        }

        @Test
        void prints_the_servers_json_and_nothing_else() throws IOException {
            planner.on("GET", "/campaigns", 200, "[" + campaign(CampaignPhase.RUNNING, Map.of()) + "]");

            Run run = run("status", "-o", "json");

            assertThat(EventJson.mapper().readTree(run.out()).at("/0/campaign").asText())
                    .isEqualTo("calico-3-22");
        }

        @Test
        void prints_yaml() {
            planner.on("GET", "/campaigns", 200, "[" + campaign(CampaignPhase.RUNNING, Map.of()) + "]");

            assertThat(run("status", "-o", "yaml").out()).startsWith("- campaign: calico-3-22");
        }

        @Test
        void says_what_the_server_suggests_for_a_name_it_does_not_know() {
            planner.on("GET", "/campaigns/calico", 404, """
                    {"title":"unknown campaign","status":404,"detail":"there is no campaign calico",
                     "problems":[{"field":"name","message":"unknown","suggestion":"calico-3-22"}]}""");

            Run run = run("status", "calico");

            assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
            assertThat(run.err()).contains("there is no campaign calico", "did you mean calico-3-22?");
        }
    }

    @Nested
    class Servers {

        @Test
        void one_that_is_not_there_is_exit_code_3_with_its_url_and_what_to_start() {
            String url = planner.url();
            planner.close();

            Run run = Run.of("status", "--server", url);

            assertThat(run.exitCode()).isEqualTo(ExitCodes.UNREACHABLE);
            assertThat(run.err()).contains(url, "connection refused", "up --kubeconfigs DIR", "CALICO_FLEET_SERVER");
        }

        @Test
        void something_else_on_the_port_is_exit_code_3() {
            planner.onHtml("/campaigns", 200);

            Run run = run("status");

            assertThat(run.exitCode()).isEqualTo(ExitCodes.UNREACHABLE);
            assertThat(run.err()).contains("not as a calico-fleet planner does");
        }

        @Test
        void an_address_that_is_none_is_exit_code_2() {
            Run run = Run.of("status", "--server", "localhost");

            assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
            assertThat(run.err()).contains("'localhost'", "http://127.0.0.1:8080");
        }
    }

    @Test
    void a_demo_at_a_speed_at_which_nothing_moves_is_refused() {
        for (String speed : new String[] {"0", "-1", "1001"}) {
            Run run = Run.of("demo", "--speed", speed);
            assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
            assertThat(run.err()).contains("--speed is " + speed);
        }
    }

    @Test
    void clusters_are_a_row_each() {
        planner.on("GET", "/clusters", 200, """
                [{"cluster":"c01","executor":"e","labels":{"env":"prod"},"reachable":true,"problem":"",
                  "kubernetesVersion":"v1.21.14","calicoVersion":"v3.13.4","summary":"","campaign":null},
                 {"cluster":"c02","executor":"e","labels":{},"reachable":false,"problem":"timeout",
                  "kubernetesVersion":"","summary":"","campaign":"calico-3-22"}]""");

        assertThat(run("clusters").out().lines())
                .hasSize(3)
                .anySatisfy(line -> assertThat(line).contains("c01", "v3.13.4", "env=prod", "reachable"));
    }

    @Test
    void no_command_and_unknown_commands_are_exit_code_2_with_the_usage() {
        assertThat(Run.of().exitCode()).isEqualTo(ExitCodes.USAGE);
        Run run = Run.of("aply");
        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains("apply");
    }

    @Test
    void help_is_printed_with_exit_code_0() {
        Run run = Run.of("--help");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("up", "apply", "status", "Exit codes");
        assertThat(Run.of("approve", "--help").out()).contains("--conflicts", "keep-mine, take-new");
    }

    private Run run(String... arguments) {
        return planner.run(arguments);
    }

    private String tokens() throws IOException {
        return Files.writeString(folder.resolve("tokens"), "# people\nbob cft_bob\nada cft_ada\n")
                .toString();
    }

    private String file(String text) throws IOException {
        Path file = folder.resolve("campaign.yaml");
        Files.writeString(file, text);
        return file.toString();
    }

    private static String campaign(CampaignPhase phase, Map<String, Integer> phases) {
        return Samples.json(Samples.campaign(phase, phases));
    }
}
