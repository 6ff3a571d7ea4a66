package io.calicofleet.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.calicofleet.cli.local.Installation;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tutorials as people read them: each block {@code sh} is given to a shell, and the lines of the block {@code text} after it have to
 * come in its output, in that order; {@code ...} stands for anything. Only the ports and the folder of data are others, so that nothing
 * that runs on the machine is in the way.
 *
 * <p>The tutorial with Argo CD is run without it, for it cannot run here: {@code kubectl apply} of the folder of the repository stands for what
 * it does with a commit. That Argo CD itself brings the objects so that nothing is left to be brought is not shown by this. Where there is no
 * kubectl, or no git, that page is left out.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(900)
class TutorialIT {

    private static final Path PAGES = Path.of("../docs/tutorials");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(sh|text)\\n(.*?)^```$");
    private static final Pattern PLANNER = Pattern.compile("planner +(http://\\S+)");
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    private Path folder;

    private final List<Process> background = new ArrayList<>();

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : background.reversed()) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
    }

    @Test
    void the_tutorials_say_what_happens() throws Exception {
        assumeTrue(
                Installation.here().missing().stream()
                        .noneMatch(path -> path.toString().contains("quarkus-app")),
                "not packaged, run ./mvnw verify at the top");
        program();
        List<String> pages = new ArrayList<>(
                List.of("your-first-campaign.md", "approvals-and-windows.md", "when-something-goes-wrong.md"));
        if (onPath("kubectl") && onPath("git")) {
            pages.add("with-argo-cd.md");
        }
        for (String page : pages) {
            String said = "";
            for (MatchResult block : BLOCK.matcher(Files.readString(PAGES.resolve(page)))
                    .results()
                    .toList()) {
                said = block.group(1).equals("sh") ? run(block.group(2)) : said;
                if (block.group(1).equals("text")) {
                    assertThat(said).as(page).containsPattern(expected(block.group(2)));
                }
            }
        }
    }

    /** The lines in their order, whatever is between them; blanks are blanks. */
    private static Pattern expected(String block) {
        StringBuilder pattern = new StringBuilder("(?s)");
        for (String line : block.lines().toList()) {
            for (String word : line.strip().split("\\s+", -1)) {
                pattern.append(word.equals("...") ? "[^\\n]*?" : Pattern.quote(word))
                        .append("[ \\t]*");
            }
            pattern.append(".*?");
        }
        return Pattern.compile(pattern.toString());
    }

    /** {@code ./calico-fleet}, without its build; as there, the first command leaves an archive of classes to the others. */
    private void program() throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("calico-fleet.home")).toAbsolutePath();
        Files.createSymbolicLink(folder.resolve("cluster-simulator"), home.resolve("cluster-simulator"));
        Path program = folder.resolve("calico-fleet");
        Files.writeString(program, """
                #!/bin/sh
                if [ "$1" = up ]; then set -- "$@" --http-port 0 --kafka-port 0 --data "%1$s/data"; fi
                if [ "$1 $2" = "practice start" ]; then
                  set -- "$@" --bootstrap-servers "$(sed -n 's/^ *Kafka  *//p' "%1$s/planner")"
                fi
                [ -f "%1$s/classes.jsa" ] || archive=-XX:ArchiveClassesAtExit=%1$s/classes.jsa
                exec "%2$s/bin/java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \\
                  "${archive:--XX:SharedArchiveFile=%1$s/classes.jsa}" -Xlog:disable -Xlog:all=error:stderr -Xlog:cds*=off:stderr \\
                  -Duser.home="%1$s" -Dcalico-fleet.home="%3$s" -cp "$(echo "%3$s"/calico-fleet-cli/target/calico-fleet-cli-*.jar):%3$s/calico-fleet-cli/target/lib/*" \\
                  io.calicofleet.cli.Main "$@"
                """.formatted(folder, System.getProperty("java.home"), home));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        run("./calico-fleet help");
    }

    /** What it printed; of what goes on in the background, once it says how to end it. */
    private String run(String block) throws IOException, InterruptedException {
        boolean goesOn = block.strip().endsWith("&");
        String script = goesOn ? "exec " + block.strip().replaceFirst("&$", "") : block;
        Path out = Files.createTempFile(folder, "out", ".txt");
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-e", "-c", script)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().put("HOME", folder.toString());
        String server = server();
        if (!server.isEmpty()) {
            builder.environment().put("CALICO_FLEET_SERVER", server);
        }
        Process process = builder.start();
        if (goesOn) {
            background.add(process);
            await().atMost(PATIENCE).until(() -> !process.isAlive() || text(out).contains("Ctrl-C"));
            assertThat(process.isAlive()).as(text(out)).isTrue();
            if (script.contains(" up ")) {
                Files.writeString(folder.resolve("planner"), text(out));
            }
            return text(out);
        }
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as(script)
                .isTrue();
        assertThat(process.exitValue()).as("%s\n%s", script, text(out)).isZero();
        return text(out);
    }

    private String server() throws IOException {
        Path said = folder.resolve("planner");
        Matcher planner = PLANNER.matcher(Files.exists(said) ? text(said) : "");
        return planner.find() ? planner.group(1) : "";
    }

    private static boolean onPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
