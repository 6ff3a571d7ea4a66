package io.calicofleet.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code docs/reference/metrics.md}, and what running services say. */
final class MetricsPage {

    private static final Path HOME = Installation.here().home();
    private static final Pattern SECTION = Pattern.compile("(?ms)^## (\\w+)$(.*?)(?=^## |\\z)");
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `(calico_fleet_\\w+)` \\| (\\w+) \\| [^|]+ \\| ([^|]*)\\|");
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\w+) (\\w+)$");
    private static final Pattern SAMPLE = Pattern.compile("(?m)^(\\w+)(?:\\{(.*)})? \\S+$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");
    private static final Pattern ASKED = Pattern.compile("\\b(?:calico_fleet|jvm|process)_[a-z0-9_]*[a-z0-9]");
    /** What Prometheus adds to a summary or a histogram. */
    private static final Pattern PART = Pattern.compile("_(count|sum|max|bucket)$");

    private static final String TOTAL = "_total";

    private MetricsPage() {}

    /** A service has each metric that the page lists of it, with that type and those labels, and no other one of ours. */
    static void assertIsTrueOf(FleetService service, String scraped) throws IOException {
        Matcher sections = SECTION.matcher(Files.readString(HOME.resolve("docs/reference/metrics.md")));
        Map<String, String> listed = new TreeMap<>();
        while (sections.find()) {
            if (sections.group(1).equalsIgnoreCase(service.id())) {
                ROW.matcher(sections.group(2))
                        .results()
                        .forEach(row -> listed.put(
                                row.group(1),
                                row.group(2) + " " + labels(row.group(3).replaceAll("[`, ]+", " "))));
            }
        }
        Map<String, Set<String>> labels = new TreeMap<>();
        SAMPLE.matcher(scraped)
                .results()
                .forEach(sample -> labels.computeIfAbsent(
                                PART.matcher(sample.group(1)).replaceAll(""), name -> new TreeSet<>())
                        .addAll(labelsOf(sample)));
        Map<String, String> running = new TreeMap<>();
        TYPE.matcher(scraped)
                .results()
                .filter(type -> type.group(1).startsWith("calico_fleet_")
                        && !type.group(1).endsWith("_max"))
                .forEach(type -> {
                    // As OpenMetrics has it, the type of a counter is told without the ending of its samples.
                    boolean counter = type.group(2).equals("counter");
                    String name = counter && !type.group(1).endsWith(TOTAL) ? type.group(1) + TOTAL : type.group(1);
                    running.put(name, type.group(2) + " " + labels.getOrDefault(name, new TreeSet<>()));
                });

        assertThat(running)
                .as("metrics of the %s", service.id())
                .isEqualTo(listed)
                .isNotEmpty();
    }

    /** Each metric that dashboards and alerts ask for is among what all the services say. */
    static void assertIsEnoughForDashboardsAndAlerts(List<String> scraped) throws IOException {
        Path files = HOME.resolve("deploy/charts/calico-fleet/files");
        Set<String> asked = new TreeSet<>();
        try (Stream<Path> all = Files.walk(files)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                ASKED.matcher(Files.readString(file))
                        .results()
                        .map(MatchResult::group)
                        .forEach(asked::add);
            }
        }
        Set<String> there = scraped.stream()
                .flatMap(text -> SAMPLE.matcher(text).results().map(sample -> sample.group(1)))
                .collect(Collectors.toSet());

        assertThat(asked).hasSizeGreaterThan(20).isSubsetOf(there);
    }

    private static Set<String> labels(String text) {
        return Arrays.stream(text.strip().split(" +", -1))
                .filter(label -> !label.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Without what Prometheus itself adds to a histogram. */
    private static Set<String> labelsOf(MatchResult sample) {
        return sample.group(2) == null
                ? Set.of()
                : LABEL.matcher(sample.group(2))
                        .results()
                        .map(label -> label.group(1))
                        .filter(label -> !label.equals("le"))
                        .collect(Collectors.toSet());
    }
}
