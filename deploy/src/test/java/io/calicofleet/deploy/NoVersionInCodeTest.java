package io.calicofleet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Which releases of Calico do what is data: calico-traits.json and calico-versions.yaml, not code. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class NoVersionInCodeTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final List<String> MODULES = List.of(
            "event-contract",
            "calico-model",
            "planner-service",
            "executor-service",
            "verifier-service",
            "calico-fleet-cli");

    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\\n]*", Pattern.DOTALL);

    /** A comparison with numbers, a version made of numbers, a text that is a version. */
    private static final Pattern VERSION = Pattern.compile("isBefore\\(\\s*[0-9]"
            + "|\\bof\\(\\s*[1-9][0-9]?,\\s*[0-9]+,\\s*[0-9]+\\)"
            + "|(?:minor|major|patch)\\(\\)\\s*[<>=!]=?\\s*[0-9]"
            + "|\"v?3\\.[0-9]+(?:\\.[0-9]+)?\"");

    /** The demo upgrades a fleet of its own between releases that come with it. */
    private static final String DEMO = "/cli/demo/";

    @Test
    void no_version_of_calico_stands_in_java() throws IOException {
        List<String> found = new ArrayList<>();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    if (!file.toString().contains(DEMO)) {
                        String code = COMMENT.matcher(Files.readString(file)).replaceAll("");
                        VERSION.matcher(code)
                                .results()
                                .map(MatchResult::group)
                                .forEach(match -> found.add(file.getFileName() + ": " + match));
                    }
                }
            }
        }
        assertThat(found).isEmpty();
    }
}
