package io.calicofleet.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/**
 * What dashboards, alerts and documents say of metrics stands in {@code docs/reference/metrics.md}. That the page is true of running services
 * is asked of them by {@code KafkaUsersIT}.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MetricsTest {

    private static final Path FILES = Path.of("charts/calico-fleet/files");
    private static final Path ALERTS = FILES.resolve("alerts.yaml");
    private static final Path ALERTS_TEST = Path.of("src/test/resources/prometheus/alerts-test.yaml");
    private static final Path DOCS = Path.of("../docs");
    private static final Pattern NAME = Pattern.compile("\\bcalico_fleet_[a-z0-9_]*[a-z0-9]");
    private static final Pattern LISTED = Pattern.compile("(?m)^\\| `(calico_fleet_[a-z0-9_]+)` \\| ([a-z]+) \\|");

    @Test
    void whatever_is_said_of_metrics_is_on_their_page() throws IOException {
        Set<String> served = served();
        List<Path> files = new ArrayList<>(List.of(ALERTS, ALERTS_TEST));
        for (Path folder : List.of(FILES.resolve("dashboards"), DOCS)) {
            try (Stream<Path> all = Files.walk(folder)) {
                all.filter(file -> file.toString().matches(".*\\.(json|md)")).forEach(files::add);
            }
        }

        for (Path file : files) {
            assertThat(names(Files.readString(file))).as(file.toString()).isSubsetOf(served);
        }
    }

    @Test
    void every_panel_says_what_it_shows_and_asks_for_something() throws IOException {
        for (Path dashboard : dashboards()) {
            JsonNode board = Golden.YAML.readTree(dashboard.toFile());
            assertThat(board.path("uid").asText()).startsWith("calico-fleet-");
            assertThat(board.path("panels")).isNotEmpty().allSatisfy(panel -> {
                assertThat(panel.path("title").asText()).isNotEmpty();
                if (!panel.path("type").asText().equals("row")) {
                    assertThat(panel.path("description").asText())
                            .as(panel.path("title").asText())
                            .isNotEmpty();
                    assertThat(panel.path("targets")).isNotEmpty();
                }
            });
        }
    }

    @Test
    void every_alert_is_tested_and_says_on_its_page_what_to_do() throws IOException {
        Set<String> alerts = Golden.documents(Files.readString(ALERTS)).getFirst().findValuesAsText("alert").stream()
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> fired = new TreeSet<>();
        Golden.documents(Files.readString(ALERTS_TEST))
                .getFirst()
                .findValues("alert_rule_test")
                .forEach(tests -> tests.forEach(test -> {
                    if (!test.path("exp_alerts").isEmpty()) {
                        fired.add(test.path("alertname").asText());
                    }
                }));
        Set<String> explained = Pattern.compile("(?m)^\\| `(CalicoFleet[A-Za-z]+)` \\|")
                .matcher(Files.readString(DOCS.resolve("operations/alerts.md")))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(fired).isEqualTo(alerts).isNotEmpty();
        assertThat(explained).isEqualTo(alerts);
    }

    @Test
    void alerts_fire_when_they_should_and_not_before() throws IOException, InterruptedException {
        Path promtool = Path.of("/usr/bin/promtool");
        assumeTrue(
                Files.isExecutable(promtool),
                "no promtool here (apt-get install prometheus): the alert rules are not tested");

        Process test = new ProcessBuilder(promtool.toString(), "test", "rules", ALERTS_TEST.toString())
                .redirectErrorStream(true)
                .start();

        String told = new String(test.getInputStream().readAllBytes(), UTF_8);
        assertThat(test.waitFor()).as(told).isZero();
    }

    private static List<Path> dashboards() throws IOException {
        try (Stream<Path> all = Files.list(FILES.resolve("dashboards"))) {
            List<Path> found = all.sorted().toList();
            assertThat(found).isNotEmpty();
            return found;
        }
    }

    private static Set<String> names(String text) {
        return NAME.matcher(text).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The names Prometheus has of what the page lists. */
    private static Set<String> served() throws IOException {
        Set<String> served = new TreeSet<>();
        LISTED.matcher(Files.readString(DOCS.resolve("reference/metrics.md")))
                .results()
                .forEach(metric -> {
                    served.add(metric.group(1));
                    if (!metric.group(2).matches("gauge|counter")) {
                        Stream.of("_count", "_sum", "_max").forEach(part -> served.add(metric.group(1) + part));
                    }
                    if (metric.group(2).equals("histogram")) {
                        served.add(metric.group(1) + "_bucket");
                    }
                });
        assertThat(served).hasSizeGreaterThan(30);
        return served;
    }
}
