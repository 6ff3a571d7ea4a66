package io.calicofleet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.FakePlanner;
import io.calicofleet.cli.Run;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class EventsCommandTest {

    private final FakePlanner planner = new FakePlanner();

    @AfterEach
    void closePlanner() {
        planner.close();
    }

    @Test
    void events_of_a_campaign_that_does_not_exist_are_2_with_the_nearest_one() {
        planner.on("GET", "/campaigns", 200, "[]").onEvents("").on("GET", "/campaigns/nope", 404, """
                {"title":"There is no such thing","status":404,"detail":"There is no campaign 'nope'.",
                 "problems":[{"field":"","message":"There is no campaign 'nope'.","allowed":"","suggestion":"hope"}]}
                """);

        Run run = run("events", "--campaign", "nope");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains("There is no campaign 'nope'.", "did you mean hope?");
    }

    @Test
    void events_are_printed_once_each_a_line() {
        planner.on("GET", "/campaigns", 200, "[]").onEvents("""
                : hello

                id: e1
                event: step.requested
                data: {"id":"e1","time":"2026-11-23T08:00:00Z","campaign":"a","subject":"c01",
                data:  "data":{"summary":"do it"}}

                id: e1
                event: step.requested
                data: {"id":"e1"}

                """);

        Run run = run("events", "--campaign", "a");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).containsOnlyOnce("step.requested").contains("a/c01", "do it");
        assertThat(planner.asked())
                .extracting(FakePlanner.Asked::path)
                .contains("/api/v1/events?campaign=a&from=beginning&to=now");
    }

    @Test
    void events_go_on_where_the_connection_broke_until_the_server_says_that_it_was_all() {
        planner.on("GET", "/campaigns", 200, "[]")
                .onCutEvents(requested("e1", "first"))
                .onEvents(requested("e1", "first") + requested("e2", "second"));

        Run run = run("events");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).containsOnlyOnce("first").containsOnlyOnce("second");
    }

    private static String requested(String id, String summary) {
        return "id: %s\nevent: step.requested\ndata: {\"data\":{\"summary\":\"%s\"}}\n\n".formatted(id, summary);
    }

    @Test
    void an_unknown_type_of_event_is_exit_code_2_with_what_was_meant() {
        planner.on("GET", "/campaigns", 200, "[]").on("GET", "/events", 422, """
                {"title":"invalid","status":422,"detail":"The stream asked for does not exist.",
                 "problems":[{"field":"type","message":"'step.juged' is no type of event.","allowed":"step.judged",
                              "suggestion":"step.judged"}]}""");

        for (String follow : List.of("--follow", "--campaign=x")) {
            Run run = run("events", "--type", "step.juged", follow);
            assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
            assertThat(run.err()).contains("'step.juged' is no type of event", "did you mean step.judged?");
        }
    }

    private Run run(String... arguments) {
        return planner.run(arguments);
    }
}
