package io.calicofleet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.FakePlanner;
import io.calicofleet.cli.Run;
import io.calicofleet.cli.Samples;
import io.calicofleet.event.EndedBy;
import io.calicofleet.event.Explanation.Reason;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ExplainCommandTest {

    private static final Reason HELD = Samples.reason(
            "gate-failed",
            "c02",
            EndedBy.OWNER,
            "A pod is not ready.",
            "put it right, then: retry calico-3-22 --cluster c02",
            "or leave it out: skip calico-3-22 --cluster c02");
    private static final Reason WAITS =
            Samples.reason("places", "c03", EndedBy.ITSELF, "All 3 places are taken: 2 running, 1 held.");

    private final FakePlanner planner = new FakePlanner();

    @AfterEach
    void closePlanner() {
        planner.close();
    }

    @Test
    void a_campaign_is_explained_by_who_ends_it_with_rule_time_evidence_and_commands() {
        planner.on("GET", "/campaigns/calico-3-22/explanation", 200, Samples.json(Samples.explanation(HELD, WAITS)));

        Run run = run("explain", "calico-3-22");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(run.out())
                .contains("calico-3-22  places 1 of 3  failures 1 of 1")
                .containsSubsequence(
                        "Waits for whoever owns the cluster, then for you",
                        "c02  gate-failed  since",
                        "A pod is not ready.",
                        "pod calico-node-1: not ready",
                        "rule:  The rule of gate-failed.",
                        "ends:  Somebody does something.",
                        "put it right, then:  ./calico-fleet retry calico-3-22 --cluster c02",
                        "or leave it out:     ./calico-fleet skip calico-3-22 --cluster c02",
                        "Goes on by itself",
                        "c03  places",
                        "All 3 places are taken: 2 running, 1 held.");
    }

    @Test
    void a_cluster_is_explained_in_each_campaign_that_has_it() {
        planner.on("GET", "/campaigns/c02/explanation", 404, "{\"status\":404}")
                .on("GET", "/clusters/c02/explanation", 200, "[" + Samples.json(Samples.explanation(HELD)) + "]");

        // The planner knows no campaign of that name, and the cluster.
        Run run = run("explain", "c02");

        assertThat(run.out()).contains("c02  gate-failed", "A pod is not ready.");
    }

    @Test
    void a_cluster_no_campaign_has_waits_for_nothing() {
        planner.on("GET", "/campaigns/c02/explanation", 404, "{\"status\":404}")
                .on("GET", "/clusters/c02/explanation", 200, "[]");

        assertThat(run("explain", "c02").out()).contains("No campaign that is not over has c02: nothing waits.");
    }

    @Test
    void a_name_of_neither_is_exit_code_2_with_what_was_probably_meant() {
        planner.on("GET", "/campaigns/calico/explanation", 404, """
                {"status":404,"problems":[{"field":"","message":"","suggestion":"calico-3-22"}]}""");

        Run run = run("explain", "calico");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains("There is no campaign and no cluster 'calico'; did you mean calico-3-22?");
    }

    @Test
    void the_servers_json_is_printed_as_it_is() throws IOException {
        planner.on(
                "GET", "/campaigns/calico-3-22/clusters/c02/explanation", 200, Samples.json(Samples.explanation(HELD)));

        Run run = run("explain", "calico-3-22", "--cluster", "c02", "-o", "json");

        assertThat(EventJson.mapper()
                        .readTree(run.out())
                        .at("/reasons/0/endedBy")
                        .asText())
                .isEqualTo("owner");
    }

    private Run run(String... arguments) {
        return planner.run(arguments);
    }
}
