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
class ReplayCommandTest {

    private static final String KEPT = """
            {"campaign":"old","decisions":7,
             "first":{"offset":3,"at":"2026-11-28T09:00:00Z","learned":"campaign.created by ada: made"},
             "last":{"offset":9,"at":"2026-11-28T12:00:00Z","learned":"campaign.deleted by ada: gone"},
             "at":{"offset":4,"at":"2026-11-28T10:00:00Z","learned":"Time passed for old."},""";

    private final FakePlanner planner = new FakePlanner();

    @AfterEach
    void closePlanner() {
        planner.close();
    }

    @Test
    void what_changed_between_two_times_is_a_table_with_what_was_decided_on() {
        planner.on("GET", "/campaigns/old/replay", 200, KEPT + """
                "to":{"offset":5,"at":"2026-11-28T10:00:01Z","learned":"step.accepted old/c1/drill/1"},
                "doubt":"From 2026-11-28T10:00:01Z on, this release decides otherwise.",
                "changes":[{"about":"c1","what":"phase","then":"pending","now":"running"}],
                "between":[{"offset":5,"at":"2026-11-28T10:00:01Z","learned":"step.accepted old/c1/drill/1"}]}""");

        Run run = run("replay", "old", "--at", "2026-11-28T11:00:00+01:00", "--to", "5");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(planner.asked().getFirst().path()).endsWith("/replay?at=2026-11-28T11%3A00%3A00%2B01%3A00&to=5");
        assertThat(run.out())
                .containsSubsequence(
                        "From 2026-11-28T10:00:01Z on, this release decides otherwise.",
                        "from 2026-11-28T10:00:00Z  offset 4  Time passed for old.",
                        "to   2026-11-28T10:00:01Z  offset 5",
                        "7 decisions are kept, offsets 3 to 9",
                        "c1     phase  pending  running",
                        "Decided on:",
                        "offset 5  step.accepted old/c1/drill/1");
    }

    @Test
    void a_campaign_that_was_deleted_then_says_so() {
        planner.on("GET", "/campaigns/old/replay", 200, KEPT + "\"clusters\":[]}");

        assertThat(run("replay", "old").out()).contains("It was deleted.");
    }

    @Test
    void until_when_without_since_when_is_a_wrong_use() {
        assertThat(run("replay", "old", "--to", "5").exitCode()).isEqualTo(ExitCodes.USAGE);
    }

    private Run run(String... arguments) {
        return planner.run(arguments);
    }
}
