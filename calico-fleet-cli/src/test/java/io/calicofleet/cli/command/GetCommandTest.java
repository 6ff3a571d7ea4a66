package io.calicofleet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.FakePlanner;
import io.calicofleet.cli.Run;
import io.calicofleet.cli.output.Times;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class GetCommandTest {

    private static final String FLEET = """
            [{"cluster": "a", "executor": "e0", "labels": {"env": "prod"}, "reachable": true, "problem": "", "calicoVersion": "v3.21.6",
              "installMethod": "operator", "kubernetesVersion": "v1.29.1", "campaign": "calico-3-22"},
             {"cluster": "b", "executor": "e0", "labels": {}, "reachable": false, "problem": "refused", "kubernetesVersion": ""}]
            """;
    private static final String MEMBERS = """
            [{"cluster": "a", "wave": "canary", "phase": "held", "holdReason": "gate-failed", "source": "v3.21.6", "target": "v3.22.5",
              "updatedAt": "2026-01-01T10:00:00.123Z", "summary": "a is held.",
              "steps": [{"step": "calico-3-22/a/inspect/1", "state": "passed", "startedAt": "2026-01-01T10:00:00Z", "message": "ok"},
                        {"step": "calico-3-22/a/backup/2", "state": "failed", "startedAt": "2026-01-01T10:01:00Z", "message": "no"}]}]
            """;

    private final FakePlanner planner = new FakePlanner();

    @AfterEach
    void close() {
        planner.close();
    }

    @Test
    void the_fleet_is_a_table_and_only_its_fields_are_asked_for() {
        planner.on("GET", "/clusters", 200, FLEET);

        Run run = run("get", "clusters");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(run.out().lines())
                .containsExactly(
                        "CLUSTER  CALICO   INSTALL   KUBERNETES  REACHABLE  CAMPAIGN",
                        "a        v3.21.6  operator  v1.29.1     true       calico-3-22",
                        "b        -        -         -           false      -");
        assertThat(asked()).contains("fields=cluster%2CcalicoVersion", "limit=500");
    }

    @Test
    void wide_has_more_columns() {
        planner.on("GET", "/clusters", 200, FLEET);

        assertThat(run("get", "clusters", "-o", "wide").out().lines().skip(1))
                .containsExactly(
                        "a        v3.21.6  operator  v1.29.1     true       calico-3-22  e0        env=prod  -",
                        "b        -        -         -           false      -            e0        -         refused");
    }

    @Test
    void names_can_be_given_back() {
        planner.on("GET", "/clusters", 200, FLEET)
                .on("GET", "/clusters/a", 200, FLEET.strip().substring(1, FLEET.indexOf("},\n") + 1));

        assertThat(run("get", "clusters", "-o", "name").out().lines()).containsExactly("cluster/a", "cluster/b");
        assertThat(run("get", "cluster", "cluster/a", "-o", "jsonpath={.executor}")
                        .out())
                .isEqualTo("e0\n");
    }

    @Test
    void json_is_a_list_with_items_and_of_one_name_the_thing_itself() throws IOException {
        planner.on("GET", "/clusters", 200, FLEET).on("GET", "/clusters/b", 200, "{\"cluster\": \"b\"}");

        assertThat(EventJson.mapper()
                        .readTree(run("get", "clusters", "-o", "json").out())
                        .at("/items/1/cluster")
                        .asText())
                .isEqualTo("b");
        assertThat(EventJson.mapper()
                        .readTree(run("get", "clusters", "b", "-o", "json").out())
                        .at("/cluster")
                        .asText())
                .isEqualTo("b");
        assertThat(run("get", "clusters", "-o", "yaml").out())
                .startsWith("apiVersion: calico-fleet/v1\nkind: List\nitems:");
        assertThat(asked()).doesNotContain("fields=");
    }

    @Test
    void a_template_prints_what_it_names() {
        planner.on("GET", "/clusters", 200, FLEET);

        assertThat(run("get", "clusters", "-o", "jsonpath={range .items[*]}{.cluster}{\"\\n\"}{end}")
                        .out())
                .startsWith("a\nb\n");
    }

    @Test
    void filters_are_for_the_server_which_knows_them() {
        planner.on("GET", "/campaigns/calico-3-22/clusters", 200, MEMBERS);

        Run run = run(
                "get",
                "clusters",
                "-c",
                "calico-3-22",
                "-l",
                "env=prod,!old",
                "--field",
                "phase=held,failed",
                "--field",
                "reason==gate-failed",
                "-q",
                "rack 7",
                "--sort-by",
                "wave",
                "--reverse");

        assertThat(run.out()).contains("CLUSTER  WAVE    PHASE  REASON", "a        canary  held   gate-failed");
        assertThat(asked())
                .contains(
                        "label=env%3Dprod%2C%21old",
                        "&phase=held%2Cfailed", "&reason=gate-failed", "q=rack%207", "sort=-wave");
    }

    @Test
    void steps_are_those_of_a_campaign_or_of_one_of_its_clusters() {
        planner.on("GET", "/campaigns/calico-3-22/clusters", 200, MEMBERS)
                .on(
                        "GET",
                        "/campaigns/calico-3-22/clusters/a",
                        200,
                        MEMBERS.strip().substring(1, MEMBERS.strip().length() - 1));

        assertThat(run("get", "steps", "-c", "calico-3-22", "-o", "name").out().lines())
                .containsExactly("step/calico-3-22/a/inspect/1", "step/calico-3-22/a/backup/2");
        assertThat(run("get", "steps", "-c", "calico-3-22", "--cluster", "a", "-o", "wide")
                        .out())
                .contains("calico-3-22/a/backup/2   failed  " + Times.clock(Instant.parse("2026-01-01T10:01:00Z"))
                        + "  -         no");
        assertThat(run("get", "step", "-c", "calico-3-22", "step/calico-3-22/a/backup/2", "-o", "jsonpath={.state}")
                        .out())
                .isEqualTo("failed\n");
        assertThat(run("get", "step", "-c", "calico-3-22", "calico-3-22/a/backup/3")
                        .exitCode())
                .isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void what_cannot_be_asked_is_told_and_is_2() {
        Stream.of(
                        "get pods",
                        "get steps",
                        "get clusters -o xml",
                        "get clusters -o jsonpath={.a",
                        "get clusters --field phase",
                        "get clusters a -l env=prod",
                        "get clusters --cluster a",
                        "get clusters --watch -o json")
                .forEach(line -> {
                    Run run = run(line.split(" "));
                    assertThat(run.exitCode()).as(line).isEqualTo(ExitCodes.USAGE);
                    assertThat(run.err()).as(line).isNotBlank();
                });
    }

    @Test
    void an_empty_list_says_so_beside_the_output() {
        planner.on("GET", "/campaigns", 200, "[]");

        Run run = run("get", "campaigns");

        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("Nothing found.\n");
    }

    @Test
    void help_of_a_command_is_there_as_a_command_and_as_an_option() {
        assertThat(Run.of("help", "get").out())
                .isEqualTo(Run.of("get", "--help").out())
                .contains("--selector");
    }

    @Test
    void version_is_that_of_the_client_and_of_the_planner() {
        planner.on("GET", "/version", 200, "{\"version\": \"1.2.3\", \"api\": \"v1\"}");

        assertThat(run("version").out()).containsPattern("client  \\S+").contains("server  1.2.3");
        assertThat(run("version", "--client").out()).doesNotContain("server");
        assertThat(run("version", "-o", "json").out()).contains("\"server\" : \"1.2.3\"");
    }

    @Test
    void a_planner_that_is_too_old_to_say_its_version_is_told_so() {
        assertThat(run("version").out()).contains("server  unknown: older than this command line");
    }

    private String asked() {
        return planner.asked().getLast().path();
    }

    private Run run(String... arguments) {
        return planner.run(arguments);
    }
}
