package io.calicofleet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.FakePlanner;
import io.calicofleet.cli.Run;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ConfirmationTest {

    private final FakePlanner planner = new FakePlanner()
            .on("DELETE", "/campaigns/c", 202, "{}")
            .on("POST", "/campaigns/c/abort", 202, "{}")
            .on("POST", "/campaigns/c/take-over", 202, "{}")
            .on("POST", "/campaigns/c/pause", 202, "{}")
            .on("POST", "/clusters/a/restore", 202, "{\"campaign\":\"restore-a\"}");

    @AfterEach
    void close() {
        planner.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"delete c", "abort c --reason x", "take-over c --cluster a", "restore --cluster a --reason x"})
    void what_cannot_be_taken_back_is_asked_about_at_a_terminal(String command) {
        for (String no : new String[] {"", "\n", "n\n", "nope\n"}) {
            Run refused = Run.typing(no, here(command));
            assertThat(refused.exitCode()).as(no).isEqualTo(ExitCodes.USAGE);
            assertThat(refused.err()).contains("Go on? [y/N]", "nothing was done");
            assertThat(planner.asked()).isEmpty();
        }

        assertThat(Run.typing("y\n", here(command)).exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(planner.asked()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"delete c", "abort c --reason x", "take-over c --cluster a", "restore --cluster a --reason x"})
    void nobody_is_asked_who_says_yes_or_where_it_is_no_terminal(String command) {
        assertThat(Run.typing("", here(command + " --yes")).err()).doesNotContain("Go on?");
        assertThat(Run.of(here(command)).exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(planner.asked()).hasSize(2);
    }

    @Test
    void what_can_be_taken_back_is_not_asked_about() {
        assertThat(Run.typing("", here("pause c")).exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(Run.of(here("pause c --yes")).exitCode()).isEqualTo(ExitCodes.USAGE);
    }

    private String[] here(String command) {
        return Stream.concat(Arrays.stream(command.split(" ")), Stream.of("--server", planner.url()))
                .toArray(String[]::new);
    }
}
