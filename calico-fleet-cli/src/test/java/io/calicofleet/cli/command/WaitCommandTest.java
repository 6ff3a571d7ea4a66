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
class WaitCommandTest {

    private final FakePlanner planner = new FakePlanner();

    @AfterEach
    void close() {
        planner.close();
    }

    @Test
    void it_ends_when_the_campaign_is_there_and_is_0() {
        planner.on("GET", "/campaigns/c", 404, "{\"status\":404}")
                .on("GET", "/campaigns/c", 200, phase("running"))
                .on("GET", "/campaigns/c", 200, phase("succeeded"));

        Run run = run("wait campaign/c --for=phase=succeeded --timeout 1m");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(run.out()).isEqualTo("campaign/c is succeeded\n");
        assertThat(planner.asked()).hasSize(3);
    }

    @Test
    void what_is_not_so_in_time_is_1_and_says_how_it_is() {
        planner.on("GET", "/campaigns/c/clusters/a", 200, phase("running"));

        Run run = run("wait cluster/a -c c --for phase=held,failed --timeout 0s");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.err()).isEqualTo("timed out: cluster/a is running: It is.\n");
    }

    @Test
    void what_has_ended_another_way_is_not_waited_for() {
        planner.on("GET", "/campaigns/c", 200, phase("aborted"));

        Run run = run("wait campaign/c --for=phase=succeeded --timeout 1h");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.err()).isEqualTo("campaign/c is aborted: It is.\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wait",
                "wait c --for=phase=held",
                "wait campaign/c --for=succeeded",
                "wait campaign/c --for=phase=done",
                "wait cluster/a --for=phase=held",
                "wait campaign/c --for=phase=held --timeout soon",
                "wait campaign/c"
            })
    void what_cannot_be_waited_for_is_2(String command) {
        assertThat(run(command).exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(planner.asked()).isEmpty();
    }

    private static String phase(String phase) {
        return "{\"phase\":\"" + phase + "\",\"summary\":\"It is.\"}";
    }

    private Run run(String command) {
        return Run.of(Stream.concat(Arrays.stream(command.split(" ")), Stream.of("--server", planner.url()))
                .toArray(String[]::new));
    }
}
