package io.calicofleet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.FakePlanner;
import io.calicofleet.cli.Run;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class DoctorCommandTest {

    private final FakePlanner planner = new FakePlanner();

    /** What it answers where all is well, by path. */
    private final Map<String, String> answers = new HashMap<>(Map.of(
            "/version", "{\"version\":\"" + VersionCommand.client() + "\",\"api\":\"v1\"}",
            "/whoami", "{\"name\":\"ada\",\"grants\":[{\"role\":\"admin\"}]}",
            "/summary", "{\"campaigns\":{\"total\":1}}",
            "/executors", "[{\"executor\":\"east\",\"clusters\":2,\"age\":3,\"silent\":false}]",
            "/clusters", """
                        [{"cluster":"c01","reachable":true,"problem":"","calicoVersion":"v3.22.5"},
                         {"cluster":"c02","reachable":true,"problem":"","calicoVersion":"v3.13.4"}]
                        """,
            "/fleet", "{\"summary\":\"Nothing is stopped.\"}"));

    @AfterEach
    void stop() {
        planner.close();
    }

    @Test
    void where_all_is_well_there_is_nothing_to_do() {
        Run run = run();

        assertThat(run.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(run.out().lines().map(String::stripTrailing))
                .containsExactly(
                        "PART       STATE  WHAT",
                        "planner    ok     answers, version " + VersionCommand.client(),
                        "access     ok     ada is admin",
                        "records    ok     all are read: 1 campaign",
                        "executors  ok     1 executor heard",
                        "clusters   ok     2 clusters reached",
                        "stop       ok     nothing is stopped",
                        "clocks     ok     agree to 15 s: this machine, the planner",
                        "",
                        "not looked at: Kafka (--kafka), certificates and rights of clusters (--kubeconfigs DIR),"
                                + " files of releases (--releases DIR_OR_URL, --target VERSION)");
    }

    @Test
    void what_is_not_well_is_told_with_what_to_do() {
        answers.put("/executors", """
                        [{"executor":"east","clusters":1,"age":3,"silent":false},
                         {"executor":"west","clusters":40,"age":95,"silent":true}]
                        """);
        answers.put("/clusters", """
                        [{"cluster":"c01","reachable":false,"problem":"c01 answers 401: its token has ended"},
                         {"cluster":"c02","reachable":false,"problem":"c02 answers 401: its token has ended"},
                         {"cluster":"c03","reachable":true,"problem":"","calicoVersion":null}]
                        """);
        answers.put("/fleet", """
                        {"stop":{"by":"ada"},"summary":"Everything is stopped by ada: rack 12"}
                        """);

        Run run = run();

        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.out())
                .contains(
                        "executors  ok     1 executor heard",
                        "executors  bad    west was last heard 95 s ago and has 40 clusters",
                        "clusters   bad    c01, c02: c01 answers 401: its token has ended",
                        "clusters   look   c03: no version of Calico is known",
                        "stop       look   Everything is stopped by ada: rack 12",
                        "  executors: See whether it runs and reaches Kafka; its clusters wait meanwhile.",
                        "  stop: resume --all --reason TEXT, once the reason for it is gone.");
    }

    @Test
    void what_only_needs_a_look_stands_in_nobodys_way() {
        answers.put("/version", "{\"version\":\"9.9.9\",\"api\":\"v1\"}");

        Run run = run();

        assertThat(run.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(run.out()).contains("planner    look   is of version 9.9.9, and this command line of");
    }

    @Test
    void a_planner_that_reads_still_and_one_that_does_not_know_who_asks_say_so() {
        answers.keySet().removeAll(List.of("/summary", "/executors"));
        planner.on(
                        "GET",
                        "/summary",
                        503,
                        "{\"title\":\"Not yet\",\"status\":503,\"detail\":\"Kafka does not answer for 20 s\"}")
                .on(
                        "GET",
                        "/executors",
                        401,
                        "{\"title\":\"Unauthorized\",\"status\":401,\"detail\":\"Who are you?\"}");

        Run run = run("-o", "json");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.out())
                .contains("Kafka does not answer for 20 s", "Wait, and ask again", "Who are you?", "Log in: login");
    }

    @Test
    void a_planner_that_does_not_answer_is_all_that_is_told() {
        planner.close();

        Run run = run();

        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.out())
                .containsPattern("planner +bad +the server " + planner.url() + " does not answer")
                .doesNotContain("executors");
    }

    @Test
    void an_executor_that_was_heard_in_the_future_has_a_clock_that_is_ahead_and_one_heard_long_ago_tells_at_its_next() {
        Instant now = Instant.now();
        answers.remove("/executors");
        String executors = """
                [{"executor":"east","clusters":1,"heardAt":"%s","age":0,"silent":false},
                 {"executor":"west","clusters":1,"heardAt":"%s","age":400,"silent":true}]
                """;
        String ahead = now.plusSeconds(600).toString();
        String first = executors.formatted(ahead, now.minusSeconds(400));
        planner.on("GET", "/executors", 200, first)
                .on("GET", "/executors", 200, first)
                .on("GET", "/executors", 200, executors.formatted(ahead, now.minusSeconds(360)));

        Run run = run();

        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.out())
                .containsPattern("clocks +bad +executor east: at least (10m00s|9m5\\ds).* ahead of the others")
                .containsPattern("clocks +bad +executor west: 6m0\\ds behind the others: it is taken for silent");
    }

    private Run run(String... arguments) {
        answers.forEach((path, json) -> planner.on("GET", path, 200, json));
        return Run.of(Stream.concat(
                        Stream.of("doctor"),
                        Stream.concat(Arrays.stream(arguments), Stream.of("--server", planner.url())))
                .toArray(String[]::new));
    }
}
