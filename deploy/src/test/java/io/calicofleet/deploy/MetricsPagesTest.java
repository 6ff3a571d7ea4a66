package io.calicofleet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code docs/reference/metrics-*.md} list the metrics the services register, and no others. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MetricsPagesTest {

    private static final Pattern PREFIX = Pattern.compile("String PREFIX = \"([a-z.]+)\"");
    private static final Pattern METRIC =
            Pattern.compile("(?:builder|counter|timer|gauge)\\(\\s*(PREFIX \\+ )?\"([a-z.]+)\"");
    private static final Pattern LISTED = Pattern.compile("(?m)^\\| `([a-z.]+)` \\|");

    @ParameterizedTest
    @MethodSource("io.calicofleet.deploy.Services#all")
    void the_page_lists_every_metric(String service) throws IOException {
        Set<String> listed = new TreeSet<>();
        Matcher names = LISTED.matcher(Files.readString(Path.of("../docs/reference/metrics-" + service + ".md")));
        while (names.find()) {
            listed.add(names.group(1));
        }

        assertThat(listed).isEqualTo(registered(service)).isNotEmpty();
    }

    private static Set<String> registered(String service) throws IOException {
        Set<String> registered = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Services.sources(service))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                String source = Files.readString(file);
                if (!source.contains("io.micrometer")) {
                    continue;
                }
                Matcher prefix = PREFIX.matcher(source);
                String first = prefix.find() ? prefix.group(1) : "";
                Matcher metric = METRIC.matcher(source);
                while (metric.find()) {
                    // A helper of a class with a prefix takes the name without it.
                    boolean whole = metric.group(1) == null
                            && (first.isEmpty() || metric.group(2).startsWith(service));
                    registered.add((whole ? "" : first) + metric.group(2));
                }
            }
        }
        return registered;
    }
}
