package io.calicofleet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.FakePlanner;
import io.calicofleet.cli.Run;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SimulateCommandTest {

    private static final String NOBODY = "http://127.0.0.1:1";

    @TempDir
    private Path folder;

    private Path campaign;

    @BeforeEach
    void campaign() throws IOException {
        campaign = Files.writeString(folder.resolve("campaign.yaml"), """
                apiVersion: calico-fleet/v1
                kind: Campaign
                name: calico-3-28
                target: v3.28.5
                clusters: {matchLabels: {env: prod}}
                waves:
                  - {name: canary, clusters: {count: 2}, soak: PT4H}
                  - {name: rest}
                maxConcurrent: 4
                failureBudget: {maxFailures: 1}
                """);
    }

    private Run simulate(String... arguments) {
        List<String> all = new ArrayList<>(
                List.of("simulate", "-f", campaign.toString(), "--start", "2026-12-01T08:00:00Z", "--server", NOBODY));
        all.addAll(List.of(arguments));
        return Run.of(all.toArray(String[]::new));
    }

    private JsonNode json(String... arguments) throws IOException {
        String[] all = new String[arguments.length + 2];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "-o";
        all[arguments.length + 1] = "json";
        Run run = simulate(all);
        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.OK);
        return EventJson.mapper().readTree(run.out());
    }

    @Test
    void says_when_it_would_be_done_by_what_is_assumed_and_draws_it() {
        Run run = simulate("--clusters", "22", "--spread", "0%", "--runs", "5");

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.OK);
        assertThat(run.out().lines())
                .startsWith(
                        "calico-3-28: 22 clusters, 5 runs from 2026-12-01T08:00:00Z on, seed 1",
                        "Assumed: a cluster takes 2m00s and 40s for each node (10 where it does not say), 25% more or less; the release"
                                        .replace("25%", "0%")
                                + " is bad on 0%, and nobody retries; 0% have host endpoints; people answer after 0s.",
                        "",
                        "WITH        FINISH P50  FINISH P95  FINISHES  TOUCHED P50  P95  FAILED P50  P95  AT ONCE",
                        // Two at once, a soak of four hours, five times four at once; each takes 8m40s.
                        "as written       4h52m       4h52m    5 of 5           22   22           0    0        4",
                        "",
                        "clusters done over time  # in 95 of 100 runs  : in half of them",
                        " 100% |                                                           #")
                .contains("       0                        2h26m                         4h52m");
    }

    @Test
    void the_same_seed_says_the_same_and_more_at_once_is_done_sooner() throws IOException {
        String[] arguments = {"--clusters", "60", "--failure-rate", "2%", "--with", "maxConcurrent=20"};
        JsonNode result = json(arguments);

        assertThat(json(arguments)).isEqualTo(result);
        assertThat(result.path("clusters").asInt()).isEqualTo(60);
        JsonNode rows = result.path("forecasts");
        assertThat(rows.findValuesAsText("with")).containsExactly("as written", "maxConcurrent=20");
        assertThat(rows.findValuesAsText("mostAtOnce")).containsExactly("4", "20");
        assertThat(took(rows.get(1), "p95")).isLessThan(took(rows.get(0), "p50"));
        assertThat(took(rows.get(0), "p50")).isLessThanOrEqualTo(took(rows.get(0), "p95"));
        assertThat(rows.get(0).at("/ends/p50").asText()).startsWith("2026-12-01T");
        JsonNode last = rows.get(0).path("progress").get(49);
        assertThat(last.path("p95").asInt()).isEqualTo(60);
    }

    private static Duration took(JsonNode row, String percentile) {
        return Duration.parse(row.path("took").path(percentile).asText());
    }

    @Test
    void a_bad_release_reaches_few_and_why_it_stops_is_said() {
        Run run = simulate(
                "--clusters",
                "100",
                "--failure-rate",
                "100%",
                "--runs",
                "3",
                "--with",
                "waves[0].clusters.count=1",
                "--with",
                "waves=[{name: all}]");

        assertThat(run.out().lines())
                .anySatisfy(line -> assertThat(line).matches("as written +- +- +0 of 3 +2 +2 +2 +2 +2"))
                .anySatisfy(
                        line -> assertThat(line).matches("waves\\[0].clusters.count=1 +- +- +0 of 3 +1 +1 +1 +1 +1"))
                .anySatisfy(line -> assertThat(line).matches("waves=\\[\\{name: all}] +- +- +0 of 3 +5 +5 +5 +5 +4"));
        assertThat(run.out()).contains("A run that does not finish stops: ");
    }

    @Test
    void clusters_come_from_a_file_or_from_the_planner_or_are_made_up() throws IOException {
        Path file = Files.writeString(folder.resolve("clusters.yaml"), """
                eu-1: {labels: {env: prod}, nodes: 100}
                eu-2: {labels: {env: prod}}
                test: {labels: {env: test}}
                """);

        assertThat(simulate("--clusters", file.toString(), "--runs", "2").out())
                .startsWith("calico-3-28: 2 clusters, 2 runs");
        try (FakePlanner planner = new FakePlanner()) {
            planner.on("GET", "/clusters", 200, """
                    [{"cluster":"a","executor":"e","labels":{"env":"prod"},"reachable":true,"problem":"","kubernetesVersion":"",
                      "summary":"a"},
                     {"cluster":"b","executor":"e","labels":{"env":"prod"},"reachable":true,"problem":"","kubernetesVersion":"",
                      "summary":"b"},
                     {"cluster":"c","executor":"e","labels":{"env":"prod"},"reachable":true,"problem":"","kubernetesVersion":"",
                      "summary":"c"}]""");

            assertThat(simulate("--server", planner.url()).err()).contains("--server"); // twice is one too many
            Run run = Run.of("simulate", "-f", campaign.toString(), "--server", planner.url(), "--runs", "2");
            assertThat(run.out()).as(run.err()).startsWith("calico-3-28: 3 clusters, 2 runs");
        }
        Run madeUp = simulate("--runs", "2");
        assertThat(madeUp.err()).contains("No planner answers, so there are 100 clusters that are made up");
        assertThat(madeUp.out()).startsWith("calico-3-28: 100 clusters, 2 runs");
    }

    @Test
    void made_up_clusters_are_named_and_labelled_as_the_campaign_asks() throws IOException {
        Files.writeString(campaign, """
                apiVersion: calico-fleet/v1
                kind: Campaign
                name: by-region
                target: v3.28.5
                clusters: {matchLabels: {env: prod}}
                waves:
                  - {name: eu, clusters: {matchLabels: {region: eu}}, maxConcurrent: 1}
                  - {name: named, clusters: {names: [canary-7]}}
                  - {name: rest}
                maxConcurrent: 100%
                """);

        JsonNode result = json("--clusters", "30", "--spread", "0%", "--runs", "1");

        assertThat(result.path("clusters").asInt()).isEqualTo(30);
        // Fifteen are of that region, one after the other; then one, then all others.
        assertThat(result.at("/forecasts/0/took/p50").asText())
                .isEqualTo("PT" + 17 * 520 / 3600 + "H" + 17 * 520 % 3600 / 60 + "M20S");
    }

    @Test
    void what_is_wrong_is_told_with_the_line() throws IOException {
        Files.writeString(campaign, Files.readString(campaign).replace("maxConcurrent: 4", "maxConcurent: 4"));
        assertThat(simulate("--clusters", "5"))
                .satisfies(run -> assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE))
                .satisfies(run ->
                        assertThat(run.err()).contains("campaign.yaml:9: maxConcurent", "did you mean maxConcurrent?"));
    }

    @Test
    void options_out_of_bounds_are_refused() {
        for (List<String> wrong : List.of(
                List.of("--failure-rate", "5"),
                List.of("--failure-rate", "101%"),
                List.of("--runs", "0"),
                List.of("--clusters", "0"),
                List.of("--clusters", "nowhere.yaml"),
                List.of("--per-node", "40s"),
                List.of("--with", "maxConcurrent"),
                List.of("--with", "waves[7].soak=PT1H"),
                List.of("--with", "maxConcurrent.x=1"))) {
            Run run = simulate(wrong.toArray(String[]::new));
            assertThat(run.exitCode()).as(wrong + run.err()).isEqualTo(ExitCodes.USAGE);
            assertThat(run.err()).as(wrong.toString()).contains(wrong.get(0));
        }
        assertThat(simulate("--clusters", "5", "--with", "maxConcurrent=many").err())
                .contains("With maxConcurrent=many the campaign is wrong");
        assertThat(Run.of("simulate", "-f", campaign.toString(), "--start", "soon")
                        .err())
                .contains("--start is 'soon'");
    }
}
