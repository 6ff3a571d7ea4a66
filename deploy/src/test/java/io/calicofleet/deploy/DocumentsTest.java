package io.calicofleet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What the documents point to is there. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class DocumentsTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+)$");
    private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```");

    @TestFactory
    Stream<DynamicTest> every_link_leads_somewhere() throws IOException {
        return pages().stream()
                .map(page -> DynamicTest.dynamicTest(
                        ROOT.relativize(page).toString(),
                        () -> assertThat(dead(page)).isEmpty()));
    }

    @TestFactory
    Stream<DynamicTest> every_yaml_file_for_people_to_apply_can_be_read() throws IOException {
        List<Path> files = new ArrayList<>();
        for (String folder :
                List.of("kafka", "kubernetes", "sources", "gitops", "node-logs", "../changelog/unreleased")) {
            try (Stream<Path> all = Files.list(Path.of(folder))) {
                all.filter(file -> file.toString().endsWith(".yaml")).sorted().forEach(files::add);
            }
        }
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(
                        file.toString(),
                        () -> assertThat(Golden.documents(Files.readString(file)))
                                .isNotEmpty()));
    }

    @Test
    void decisions_are_numbered_without_a_gap_and_listed() throws IOException {
        Path folder = ROOT.resolve("docs/adr");
        List<String> names;
        try (Stream<Path> all = Files.list(folder)) {
            names = all.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("README.md"))
                    .sorted()
                    .toList();
        }
        assertThat(names.stream().map(name -> name.substring(0, 5)))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, names.size())
                        .mapToObj("%04d-"::formatted)
                        .toList());
        String index = Files.readString(folder.resolve("README.md"));
        assertThat(names).allSatisfy(name -> assertThat(index).contains("(" + name + ")"));
        for (String name : names) {
            assertThat(Files.readString(folder.resolve(name)))
                    .as(name)
                    .startsWith("# " + Integer.parseInt(name.substring(0, 4)) + ". ")
                    .contains("\n## Context\n", "\n## Decision\n", "\n## Consequences\n", "\n## Rejected\n");
        }
    }

    @Test
    void every_change_has_a_number_of_its_own() throws IOException {
        try (Stream<Path> all = Files.list(ROOT.resolve("changelog/unreleased"))) {
            assertThat(all.map(file -> file.getFileName().toString().substring(0, 5)))
                    .allMatch(number -> number.matches("\\d{4}-"))
                    .doesNotHaveDuplicates();
        }
    }

    private static List<String> dead(Path page) throws IOException {
        List<String> dead = new ArrayList<>();
        var links = LINK.matcher(CODE.matcher(Files.readString(page)).replaceAll(""));
        while (links.find()) {
            String link = links.group(1);
            if (link.matches("[a-z]+:.*")) {
                continue;
            }
            String[] parts = link.split("#", 2);
            Path target =
                    parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
            if (!Files.exists(target)) {
                dead.add(link + " is not there");
            } else if (parts.length == 2 && !anchors(target).contains(parts[1])) {
                dead.add(link + " has no such heading");
            }
        }
        return dead;
    }

    private static Set<String> anchors(Path page) {
        try {
            return HEADING.matcher(CODE.matcher(Files.readString(page)).replaceAll(""))
                    .results()
                    .map(heading -> heading.group(1)
                            .toLowerCase(Locale.ROOT)
                            .replaceAll("[^a-z0-9 _-]", "")
                            .strip()
                            .replace(' ', '-'))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Pages at the top, and all below the folders that are written for people; module READMEs too. */
    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        try (Stream<Path> all = Files.walk(ROOT, 6)) {
            all.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> Stream.of("target", ".git", ".calico-fleet", "node_modules")
                            .noneMatch(name -> ROOT.relativize(file).startsWith(name)
                                    || ROOT.relativize(file).toString().contains("/" + name + "/")))
                    .sorted()
                    .forEach(pages::add);
        }
        assertThat(pages).hasSizeGreaterThan(20);
        return pages;
    }
}
