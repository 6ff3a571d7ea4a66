package io.calicofleet.executor.core.continuity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script of the probers, run by a real busybox: two nodes on two addresses of this machine. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ProberScriptIT {

    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static final Path SCRIPT =
            Path.of("src/main/resources/continuity/prober.sh").toAbsolutePath();
    private static final List<String> TOOLS =
            List.of("sh", "awk", "wget", "nslookup", "httpd", "sleep", "timeout", "cat", "head", "grep", "mkdir");
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final String PORT = "18099";

    @TempDir
    private Path directory;

    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void tools() throws IOException {
        assumeTrue(
                Files.isExecutable(BUSYBOX) && Files.isReadable(Path.of("/proc/sys/kernel/random/boot_id")),
                "skipped: there is no busybox (apt-get install busybox)");
        Path tools = Files.createDirectories(directory.resolve("bin"));
        for (String tool : TOOLS) {
            Files.createSymbolicLink(tools.resolve(tool), BUSYBOX);
        }
        Files.createDirectories(directory.resolve("plan"));
    }

    @AfterEach
    void stop() {
        for (Process prober : started) {
            // Its paths and its httpd are processes of their own.
            List<ProcessHandle> all = Stream.concat(prober.descendants(), Stream.of(prober.toHandle()))
                    .toList();
            all.forEach(ProcessHandle::destroyForcibly);
        }
        ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains(directory.toString()))
                        .isPresent())
                .forEach(ProcessHandle::destroyForcibly);
    }

    @Test
    void a_peer_that_stops_answering_is_a_gap_of_that_path_alone_and_what_never_answered_is_no_answer()
            throws IOException {
        // Given
        start("a", "127.0.0.21");
        start("b", "127.0.0.22");
        start("c", "127.0.0.23");
        Files.writeString(directory.resolve("plan/service"), "127.0.0.21\n");
        Files.writeString(directory.resolve("plan/peers"), "a 127.0.0.21\nb 127.0.0.22\nc 127.0.0.23\n");
        await().atMost(SOON)
                .until(() -> heard("a").paths().size() == 5
                        && total("a", "pod-to-pod", "b/127.0.0.22").answers() > 3
                        && total("a", "pod-to-pod", "c/127.0.0.23").answers() > 3);
        assertThat(total("a", "pod-to-pod", "b/127.0.0.22").gap()).isZero();
        // When: b is stopped for some tries
        ProcessHandle server = server("127.0.0.22");
        signal(server, "-STOP");
        long others = total("a", "pod-to-pod", "c/127.0.0.23").answers();
        // A busy machine may lose a try of the other path too, but that one goes on.
        await().atMost(SOON)
                .until(() -> total("a", "pod-to-pod", "b/127.0.0.22").lost() >= 2
                        && total("a", "pod-to-pod", "c/127.0.0.23").answers() > others + 1);
        signal(server, "-CONT");
        // Then
        long before = total("a", "pod-to-pod", "b/127.0.0.22").answers();
        await().atMost(SOON)
                .until(() -> total("a", "pod-to-pod", "b/127.0.0.22").answers() > before + 1);
        assertThat(total("a", "pod-to-pod", "b/127.0.0.22").gap()).isGreaterThan(100);
        assertThat(total("c", "pod-to-pod", "b/127.0.0.22").gap()).isGreaterThan(100);
        assertThat(total("a", "pod-to-pod", "c/127.0.0.23").lost())
                .isLessThan(total("a", "pod-to-pod", "b/127.0.0.22").lost());
        assertThat(total("b", "pod-to-service", "127.0.0.21").answers()).isPositive();
        // Nobody listens there.
        assertThat(total("a", "pod-to-api", "127.0.0.24").answers()).isZero();
    }

    private void start(String node, String address) throws IOException {
        ProcessBuilder prober = new ProcessBuilder(directory.resolve("bin/sh").toString(), SCRIPT.toString());
        prober.environment().clear();
        prober.environment().put("PATH", directory.resolve("bin").toString());
        prober.environment().put("NODE", node);
        prober.environment().put("PORT", PORT);
        prober.environment().put("LISTEN", address + ":" + PORT);
        prober.environment().put("PLAN", directory.resolve("plan").toString());
        prober.environment().put("WWW", directory.resolve(node + "/www").toString());
        prober.environment().put("REPORT", "100");
        prober.environment().put("KUBERNETES_SERVICE_HOST", "127.0.0.24");
        prober.environment().put("KUBERNETES_SERVICE_PORT", PORT);
        prober.redirectErrorStream(true)
                .redirectOutput(directory.resolve(node + ".log").toFile());
        started.add(prober.start());
    }

    private static ProcessHandle server(String address) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains("-p " + address + ":" + PORT))
                        .isPresent())
                .findFirst()
                .orElseThrow();
    }

    private void signal(ProcessHandle process, String signal) throws IOException {
        Process kill = new ProcessBuilder(BUSYBOX.toString(), "kill", signal, String.valueOf(process.pid())).start();
        started.add(kill);
    }

    private Heard heard(String node) throws IOException {
        Heard heard = new Heard();
        heard.add(node, Files.readAllLines(directory.resolve(node + ".log")));
        return heard;
    }

    private Heard.Total total(String node, String kind, String to) throws IOException {
        return heard(node).total(new Heard.Path(node, kind, to));
    }
}
