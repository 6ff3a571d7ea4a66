package io.calicofleet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.FakePlanner;
import io.calicofleet.cli.Run;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HistoryCommandTest {

    private final FakePlanner planner = new FakePlanner();

    @AfterEach
    void closePlanner() {
        planner.close();
    }

    @Test
    void each_campaign_has_a_line_with_who_wanted_it_when_and_how_it_went() {
        planner.on("GET", "/clusters/eu-1/history", 200, """
                [{"campaign":"back","procedure":"restore","phase":"running","createdAt":"2026-11-28T12:00:00Z","summary":"eu-1: restore"},
                 {"campaign":"calico-3-22","procedure":"upgrade","phase":"failed","source":"v3.20.6","target":"v3.22.5","author":"ada",
                  "createdAt":"2026-11-28T10:00:00Z","startedAt":"2026-11-28T10:00:05Z","finishedAt":"2026-11-28T10:31:40Z",
                  "summary":"eu-1 failed: no pod came"},
                 {"campaign":"quieter","procedure":"upgrade","phase":"succeeded","source":"v3.20.6","change":"felixConfiguration: logSeverityScreen=Warning",
                  "createdAt":"2026-11-27T10:00:00Z","summary":"eu-1 is done"}]""");

        assertThat(Run.of("history", "eu-1", "--server", planner.url())
                        .out()
                        .lines()
                        .toList())
                .hasSize(4)
                .satisfies(lines -> {
                    assertThat(lines.get(1)).startsWith("back").contains("restore", "running");
                    assertThat(lines.get(2))
                            .startsWith("calico-3-22")
                            .contains("upgrade", "v3.20.6", "v3.22.5", "ada", "failed", "eu-1 failed: no pod came");
                    assertThat(lines.get(3)).contains("v3.20.6", "felixConfiguration: logSeverityScreen=Warning");
                });
    }

    @Test
    void a_cluster_no_campaign_has_is_told_as_such_and_one_nobody_knows_is_an_error() {
        planner.on("GET", "/clusters/eu-1/history", 200, "[]").on("GET", "/clusters/eu-9/history", 404, """
                {"title":"unknown","status":404,"detail":"There is no cluster eu-9. Did you mean eu-1?"}""");

        assertThat(Run.of("history", "eu-1", "--server", planner.url()).out()).contains("No campaign");
        Run unknown = Run.of("history", "eu-9", "--server", planner.url());
        assertThat(unknown.exitCode()).isNotEqualTo(ExitCodes.OK);
        assertThat(unknown.err()).contains("Did you mean eu-1?");
    }
}
