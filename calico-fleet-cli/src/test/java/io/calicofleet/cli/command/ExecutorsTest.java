package io.calicofleet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.cli.FakePlanner;
import io.calicofleet.cli.Run;
import io.calicofleet.cli.Samples;
import io.calicofleet.event.CampaignPhase;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ExecutorsTest {

    private static final String EXECUTORS = """
            [{"executor":"e0","clusters":1,"heardAt":"2026-11-28T10:00:00Z","age":12,"silent":false},
             {"executor":"e1","clusters":1,"heardAt":"2026-11-28T09:00:00Z","age":250,"silent":true}]""";

    private final FakePlanner planner = new FakePlanner();

    @AfterEach
    void closePlanner() {
        planner.close();
    }

    @Test
    void a_cluster_of_a_silent_executor_is_not_shown_as_reachable() {
        planner.on("GET", "/executors", 200, EXECUTORS).on("GET", "/clusters", 200, """
                [{"cluster":"c01","executor":"e0","labels":{},"reachable":true,"problem":"","kubernetesVersion":"","summary":""},
                 {"cluster":"c02","executor":"e1","labels":{},"reachable":true,"problem":"","kubernetesVersion":"","summary":""}]""");

        String out = Run.of("clusters", "--server", planner.url()).out();

        assertThat(out.lines().toList())
                .anySatisfy(line -> assertThat(line).contains("c01", "e0", "reachable"))
                .anySatisfy(line -> assertThat(line)
                        .contains("c02", "e1", "unknown: its executor was last heard 4m10s ago")
                        .doesNotContain("reachable"));
    }

    @Test
    void a_status_says_who_was_heard_when_and_who_is_silent() {
        planner.on("GET", "/executors", 200, EXECUTORS)
                .on(
                        "GET",
                        "/campaigns/calico-3-22",
                        200,
                        Samples.json(Samples.campaign(CampaignPhase.RUNNING, Map.of())))
                .on("GET", "/campaigns/calico-3-22/clusters", 200, "[]");

        assertThat(Run.of("status", "calico-3-22", "--server", planner.url()).out())
                .contains("executor e1 is silent: last heard 4m10s ago; what is shown of its 1 clusters is from then")
                .contains("executors heard: e0 12s ago");
    }

    @Test
    void a_planner_that_does_not_tell_is_shown_as_before() {
        planner.on("GET", "/executors", 404, "{\"status\":404}").on("GET", "/clusters", 200, """
                [{"cluster":"c01","executor":"e0","labels":{},"reachable":true,"problem":"","kubernetesVersion":"","summary":""}]""");

        assertThat(Run.of("clusters", "--server", planner.url()).out()).contains("reachable");
    }
}
