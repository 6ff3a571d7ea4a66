package io.calicofleet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.FakePlanner;
import io.calicofleet.cli.Run;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Approvals that take a passkey, asked for where there is none. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SignedOnThePageTest {

    private static final String WAITING =
            "[{\"subject\":{\"what\":\"before rest\"},\"digest\":\"d1\",\"passkey\":true}]";

    private final FakePlanner planner = new FakePlanner();

    @AfterEach
    void closePlanner() {
        planner.close();
    }

    @Test
    void an_approval_that_takes_a_passkey_is_given_on_the_page_and_waited_for() {
        waitsForAPasskey();
        planner.on("GET", "/campaigns/calico-3-22", 200, "{\"waves\":[]}")
                .on(
                        "GET",
                        "/campaigns/calico-3-22",
                        200,
                        "{\"waves\":[{\"approvals\":[{\"by\":\"ada\",\"digest\":\"d1\"}]}]}");

        Run run = run("approve", "calico-3-22", "--reason", "it runs well");

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.OK);
        assertThat(run.err())
                .contains(
                        "calico-3-22: the approval of before rest is signed with a passkey, and a terminal has none. As ada, open",
                        "https://fleet.example.com/campaigns/calico-3-22?approve=d1&reason=it%20runs%20well\n");
        assertThat(run.out()).isEqualTo("calico-3-22: is approved\n");
        assertThat(planner.asked()).noneMatch(asked -> asked.method().equals("POST"));
    }

    @Test
    void one_that_is_complete_by_it_is_found_in_the_report_and_one_that_nobody_gave_is_1() {
        planner.on("GET", "/campaigns/calico-3-22", 200, "{\"summary\":\"It is over.\"}");
        waitsForAPasskey();
        planner.on("GET", "/campaigns/calico-3-22/approvals", 200, "[]")
                .on("GET", "/campaigns/calico-3-22/approvals", 200, WAITING)
                .on("GET", "/campaigns/calico-3-22/approvals", 200, "[]")
                .on("GET", "/campaigns/calico-3-22/report", 200, """
                        {"events": [{"actor": "ada", "refused": "", "data": {"subject": "d1"}}]}""")
                .on("GET", "/campaigns/calico-3-22/report", 200, """
                        {"events": [{"actor": "ada", "refused": "Not ada.", "data": {"subject": "d1"}},
                                    {"actor": "bob", "refused": "", "data": {"subject": "d1"}}]}""");

        assertThat(run("approve", "calico-3-22", "--reason", "x").exitCode()).isEqualTo(ExitCodes.OK);
        Run other = run("approve", "calico-3-22", "--reason", "x");
        assertThat(other.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(other.err()).contains("waits no longer: It is over.");
    }

    @Test
    void a_passkey_that_does_not_come_in_time_is_1_and_breaking_the_glass_asks_for_none() {
        waitsForAPasskey();
        planner.on("GET", "/campaigns/calico-3-22", 200, "{\"summary\":\"It waits.\"}")
                .on("POST", "/campaigns/calico-3-22/approve", 202, "{\"event\":\"e\"}");

        Run late = run("approve", "calico-3-22", "--reason", "x", "--timeout", "0s");

        assertThat(late.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(late.err()).contains("timed out: ", "still waits: It waits.");
        assertThat(run("approve", "calico-3-22", "--reason", "x", "--break-glass")
                        .out())
                .contains("is approved");
    }

    @Test
    void a_planner_without_passkeys_is_told_by_the_name_of_its_setting() {
        waitsForAPasskey("{\"person\":\"ada\",\"passkeys\":[],\"origins\":[],\"challenge\":\"x\"}");

        Run run = run("approve", "calico-3-22", "--reason", "x");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.err()).contains("planner.access.passkeys");
    }

    @Test
    void the_page_is_opened_with_https_where_the_site_has_that() {
        assertThat(address("\"http://localhost:8080\",\"https://a.example.com\",\"https://b.example.com\""))
                .contains("  https://a.example.com/campaigns/calico-3-22?approve=d1");
    }

    @Test
    void the_page_is_opened_at_the_first_origin_where_none_has_https() {
        assertThat(address("\"http://localhost:8080\",\"http://localhost:9090\""))
                .contains("  http://localhost:8080/campaigns/calico-3-22?approve=d1");
    }

    private String address(String origins) {
        waitsForAPasskey("{\"person\":\"ada\",\"passkeys\":[],\"origins\":[" + origins + "],\"challenge\":\"x\"}");
        planner.on("GET", "/campaigns/calico-3-22", 200, "{\"summary\":\"It waits.\"}");
        return run("approve", "calico-3-22", "--reason", "x", "--timeout", "0s").err();
    }

    private void waitsForAPasskey() {
        waitsForAPasskey("{\"person\":\"ada\",\"passkeys\":[\"k\"],\"site\":\"fleet.example.com\","
                + "\"origins\":[\"https://fleet.example.com\"],\"challenge\":\"x\"}");
    }

    private void waitsForAPasskey(String yours) {
        planner.on("GET", "/campaigns/calico-3-22/approvals", 200, WAITING).on("GET", "/passkeys", 200, yours);
    }

    private Run run(String... arguments) {
        return planner.run(arguments);
    }
}
