package io.calicofleet.cli.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.calicofleet.cli.Run;
import io.calicofleet.cli.local.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The archive is made, unpacked where nothing else is, and run with nothing but Java. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class DistributionIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void an_archive_runs_where_there_is_nothing_but_java() throws Exception {
        Path made = folder.resolve("made");
        Run run = Run.of("distribution", "--to", made.toString());

        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(shell(made, "sha256sum --check SHA256SUMS"))
                .contains(".tar.gz: OK", ".cdx.json: OK")
                .doesNotContain("FAILED");
        assertThat(shell(made, "tar --numeric-owner --full-time -tvzf *.tar.gz | awk '{print $2, $4, $5}' | sort -u"))
                .as("owner and time tell nothing of this build")
                .matches("0/0 \\S+ 00:00:00\\s");

        Path unpacked = Files.createDirectory(folder.resolve("a folder"));
        assertThat(shell(unpacked, "tar -xzf ../made/*.tar.gz")).isEmpty();
        Path home;
        try (Stream<Path> all = Files.list(unpacked)) {
            List<Path> top = all.toList();
            assertThat(top).hasSize(1);
            home = top.getFirst();
        }
        assertThat(home.resolve("pom.xml")).doesNotExist();
        assertThat(Installation.here().home().resolve("deploy"))
                .as("all of deploy that is no source is in it")
                .isDirectoryNotContaining(part -> !Set.of("src", "target", "pom.xml")
                                .contains(part.getFileName().toString())
                        && !Files.exists(home.resolve("deploy").resolve(part.getFileName())));
        theSbomNamesEachLibrary(made, home);
        whatIsPublishedIsThere(made);

        assertThat(shell(home, "./calico-fleet version --client")).startsWith("client  ");
        assertThat(shell(home, "./kubectl-calico_fleet test")).contains("needs the sources", "exit code 2");
        assertThat(shell(home, "./calico-fleet distribution")).contains("needs the sources", "exit code 2");
        assertThat(shell(
                        home,
                        ". completions/calico-fleet.bash && COMP_LINE='./calico-fleet rel' COMP_POINT=18"
                                + " && _calico_fleet && echo \"${COMPREPLY[@]}\""))
                .startsWith("releases");
        assertThat(home.resolve("man/man1/calico-fleet-apply.1")).content().contains(".SH SYNOPSIS");
        servicesAreWhole(home);
    }

    /** Each service has all that its start looks for: the same files, and of the same size, as where it was built. */
    private static void servicesAreWhole(Path home) throws IOException {
        Path built = Installation.here().home();
        for (String service : List.of("planner", "executor", "verifier", "integrations")) {
            Path app = Path.of(service + "-service/target/quarkus-app");
            Map<String, Long> there = sizes(home.resolve(app));
            assertThat(there).containsKey("quarkus-run.jar").isEqualTo(sizes(built.resolve(app)));
        }
    }

    private static Map<String, Long> sizes(Path folder) throws IOException {
        Map<String, Long> sizes = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sizes.put(folder.relativize(file).toString(), Files.size(file));
            }
        }
        return sizes;
    }

    /** By the names that jreleaser.yml has. */
    private static void whatIsPublishedIsThere(Path made) throws IOException {
        String published = Files.readString(Installation.here().home().resolve("jreleaser.yml"));
        List<String> names = Pattern.compile("target/distribution/([^\"]+)")
                .matcher(published)
                .results()
                .map(name -> name.group(1)
                        .replace("{{projectVersion}}", Installation.here().version()))
                .toList();
        assertThat(names)
                .hasSize(2)
                .allSatisfy(name -> assertThat(made.resolve(name)).exists());
    }

    private static void theSbomNamesEachLibrary(Path made, Path home) throws IOException {
        JsonNode sbom;
        try (Stream<Path> files = Files.list(made)) {
            sbom = JSON.readTree(files.filter(file -> file.toString().endsWith(".cdx.json"))
                    .findFirst()
                    .orElseThrow()
                    .toFile());
        }
        Set<String> references = new TreeSet<>();
        Set<String> told = new TreeSet<>();
        sbom.path("components").forEach(component -> {
            assertThat(references.add(component.path("bom-ref").asText()))
                    .as("%s is there once", component)
                    .isTrue();
            String name = component.path("name").asText() + "-"
                    + component.path("version").asText();
            told.add(name);
            told.add(component.path("group").asText() + "." + name);
        });
        sbom.path("dependencies")
                .forEach(dependency -> dependency
                        .path("dependsOn")
                        .forEach(on -> assertThat(references).contains(on.asText())));
        List<String> unknown = new ArrayList<>();
        int libraries = 0;
        try (Stream<Path> files = Files.walk(home)) {
            for (Path jar : files.filter(file -> file.toString().matches(".*/lib/.*\\.jar"))
                    .toList()) {
                libraries++;
                String name = jar.getFileName().toString().replaceFirst("\\.jar$", "");
                // A classifier, such as that of a processor, is behind the version.
                if (told.stream().noneMatch(known -> name.equals(known) || name.startsWith(known + "-"))) {
                    unknown.add(name);
                }
            }
        }
        assertThat(libraries).isGreaterThan(300);
        assertThat(unknown).as("libraries the SBOM does not name").isEmpty();
    }

    /** What bash says there; a failure with its exit code. */
    private String shell(Path where, String script) throws IOException, InterruptedException {
        Path said = folder.resolve("said.txt");
        int code = bash(where, script).redirectOutput(said.toFile()).start().waitFor();
        return Files.readString(said) + (code == 0 ? "" : "\nexit code " + code);
    }

    /** With no more than a system and this Java. */
    private static ProcessBuilder bash(Path where, String script) {
        ProcessBuilder bash = new ProcessBuilder("bash", "-c", script)
                .directory(where.toFile())
                .redirectErrorStream(true);
        bash.environment().clear();
        bash.environment().put("PATH", "/usr/bin:/bin");
        bash.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return bash;
    }
}
