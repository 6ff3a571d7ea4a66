package io.calicofleet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Every hazard and every answer to the ASVS names a test that is there, and a hazard of the catalogue by the name it has. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HazardsPageTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    private static final Pattern IN_ITALICS = Pattern.compile("(?<!\\*)\\*([a-z0-9-]+[a-z0-9])\\*(?!\\*)");
    private static final Pattern ID = Pattern.compile("(?m)^  - id: (\\S+)$");

    private static final Path MERGES = ROOT.resolve("executor-service/src/test/resources/merge");
    private static final Path GATES = ROOT.resolve("verifier-service/src/test/resources/gates");

    @Test
    void every_hazard_names_tests_and_golden_cases_that_are_there() throws IOException {
        Set<String> classes = testClasses();
        List<String> absent = new ArrayList<>();
        List<String> rows = rows("hazards.md");
        for (String row : rows) {
            String tests = row.substring(row.lastIndexOf(" | ") + 3);
            List<String> named = quoted(tests);
            if (named.isEmpty() && !tests.startsWith("the same")) {
                absent.add("no test: " + row);
            }
            named.stream()
                    .filter(name -> !classes.contains(name)
                            && !Files.isDirectory(MERGES.resolve(name))
                            && !Files.isDirectory(GATES.resolve(name)))
                    .forEach(name -> absent.add(name + ": " + row));
        }
        assertThat(rows).hasSizeGreaterThan(40);
        assertThat(absent).isEmpty();
    }

    @Test
    void every_yes_to_the_asvs_names_tests_that_are_there() throws IOException {
        Set<String> classes = testClasses();
        List<String> rows = rows("asvs.md");
        List<String> wrong = new ArrayList<>();
        for (String row : rows) {
            String answer = row.split(" \\| ", -1)[1];
            List<String> named = quoted(row.substring(row.lastIndexOf(" | ") + 3));
            if (!List.of("yes", "partly", "no", "not here").contains(answer)
                    || (answer.equals("yes") && named.isEmpty())) {
                wrong.add("no answer, or a yes without a test: " + row);
            }
            named.stream()
                    .filter(name -> !classes.contains(name) && !Files.isRegularFile(ROOT.resolve(name)))
                    .forEach(name -> wrong.add(name + ": " + row));
        }
        assertThat(rows).hasSizeGreaterThan(40);
        assertThat(wrong).isEmpty();
    }

    @Test
    void every_hazard_in_italics_is_in_the_catalogue() throws IOException {
        String catalogue = Files.readString(ROOT.resolve("planner-service/src/main/resources/calico-versions.yaml"));
        Set<String> ids =
                ID.matcher(catalogue).results().map(match -> match.group(1)).collect(Collectors.toSet());
        List<String> named = rows("hazards.md").stream()
                .flatMap(
                        row -> IN_ITALICS.matcher(row.replaceAll("`[^`]*`", "")).results())
                .map(match -> match.group(1))
                .toList();
        assertThat(named).hasSizeGreaterThan(20).isSubsetOf(ids);
    }

    /** Of the table of a page, without its head. */
    private static List<String> rows(String page) throws IOException {
        return Files.readAllLines(ROOT.resolve("docs/reference").resolve(page)).stream()
                .filter(line -> line.startsWith("| ") && line.endsWith(" |"))
                .filter(line ->
                        !line.startsWith("| hazard") && !line.startsWith("| section") && !line.startsWith("| ---"))
                .map(line -> line.substring(0, line.length() - 2))
                .toList();
    }

    private static List<String> quoted(String text) {
        return QUOTED.matcher(text).results().map(match -> match.group(1)).toList();
    }

    private static Set<String> testClasses() throws IOException {
        Set<String> names;
        try (Stream<Path> all = Files.walk(ROOT, 12)) {
            names = all.map(path -> path.toString())
                    .filter(path -> path.contains("/src/test/java/") && path.endsWith(".java"))
                    .map(path -> path.substring(path.lastIndexOf('/') + 1, path.length() - ".java".length()))
                    .collect(Collectors.toSet());
        }
        return names;
    }
}
