package io.calicofleet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code docs/reference/settings-*.md} say what the {@code @ConfigMapping} interfaces say: name, default, and the Javadoc of
 * each setting. Read from the sources, since no module may depend on a service.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SettingsPagesTest {

    private static final Pattern MAPPING = Pattern.compile("@ConfigMapping\\(prefix = \"([^\"]+)\"\\)");
    private static final Pattern DEFAULT = Pattern.compile("@WithDefault\\(\"([^\"]*)\"\\)");
    private static final Pattern NAME = Pattern.compile("@WithName\\(\"([^\"]*)\"\\)");
    private static final Pattern TYPE = Pattern.compile("(?:public )?interface (\\w+).*\\{");
    private static final Pattern SETTING = Pattern.compile("([\\w<>.]+) (\\w+)\\(\\);");

    /** One setting. */
    private record Setting(String name, String type, String fallback, String text) {}

    @ParameterizedTest
    @MethodSource("io.calicofleet.deploy.Services#all")
    void the_page_lists_every_setting_with_its_default(String service) throws IOException {
        List<Setting> settings = new ArrayList<>();
        for (Path source : sources(service)) {
            settings.addAll(read(Files.readString(source)));
        }
        assertThat(settings)
                .isNotEmpty()
                .allSatisfy(
                        setting -> assertThat(setting.text()).as(setting.name()).isNotBlank());
        StringBuilder page = new StringBuilder("""
                <!-- Written from the @ConfigMapping of the service; do not edit. To write it anew:
                     ./mvnw -pl deploy -am verify -Dtest=SettingsPagesTest -Dsurefire.failIfNoSpecifiedTests=false -Dgolden.update -->

                # Settings of the %s

                How to give them, and what all services have in common: [settings](settings.md).

                | setting | environment variable | default | meaning |
                | --- | --- | --- | --- |
                """.formatted(service));
        settings.forEach(setting -> page.append("| `%s` | `%s` | %s | %s |\n"
                .formatted(
                        setting.name(),
                        setting.name().toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_"),
                        setting.fallback().isEmpty() ? "" : "`" + setting.fallback() + "`",
                        setting.text())));

        Golden.assertSame(Path.of("../docs/reference/settings-" + service + ".md"), page.toString());
    }

    private static List<Path> sources(String service) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Services.sources(service))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                    .sorted()
                    .toList()) {
                if (Files.readString(file).contains("@ConfigMapping(")) {
                    found.add(file);
                }
            }
        }
        assertThat(found).as("settings of the %s", service).isNotEmpty();
        return found;
    }

    /** Goes through the source line by line; the formatter has laid it out. */
    private static List<Setting> read(String source) {
        Matcher mapping = MAPPING.matcher(source);
        assertThat(mapping.find()).isTrue();
        Map<String, List<Setting>> byType = new LinkedHashMap<>();
        Deque<String> open = new ArrayDeque<>();
        StringBuilder javadoc = new StringBuilder();
        String fallback = "";
        String name = "";
        for (String raw : source.lines().toList()) {
            String line = raw.strip();
            if (line.startsWith("/**")) {
                javadoc.setLength(0);
            }
            if (line.startsWith("/**") || line.startsWith("*")) {
                javadoc.append(line.replaceAll("^/?\\*+/?|\\*/$", "").strip()).append(' ');
            }
            Matcher defaults = DEFAULT.matcher(line);
            if (defaults.find()) {
                fallback = defaults.group(1);
            }
            Matcher named = NAME.matcher(line);
            if (named.find()) {
                name = named.group(1);
            }
            Matcher type = TYPE.matcher(line);
            Matcher setting = SETTING.matcher(line);
            if (type.matches()) {
                open.push(type.group(1));
                byType.put(type.group(1), new ArrayList<>());
                javadoc.setLength(0);
            } else if (setting.matches()) {
                byType.get(open.getFirst())
                        .add(new Setting(
                                name.isEmpty() ? kebab(setting.group(2)) : name,
                                setting.group(1),
                                fallback,
                                plain(javadoc.toString())));
                fallback = "";
                name = "";
                javadoc.setLength(0);
            } else if (line.equals("}") && !open.isEmpty()) {
                open.pop();
            }
        }
        List<Setting> settings = new ArrayList<>();
        String root = byType.keySet().iterator().next();
        flatten(mapping.group(1) + ".", root, byType, settings);
        return settings;
    }

    private static void flatten(String prefix, String type, Map<String, List<Setting>> byType, List<Setting> settings) {
        for (Setting setting : byType.get(type)) {
            if (byType.containsKey(setting.type())) {
                flatten(prefix + setting.name() + ".", setting.type(), byType, settings);
            } else {
                settings.add(new Setting(prefix + setting.name(), setting.type(), setting.fallback(), setting.text()));
            }
        }
    }

    private static String kebab(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    private static String plain(String javadoc) {
        return javadoc.replaceAll("\\{@(?:code|link|literal) ([^}]*)\\}", "`$1`")
                .replaceAll("\\s+", " ")
                .replace("|", "\\|")
                .strip();
    }
}
