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

/** The script of the probers, run by a real busybox: each pod on an address of this machine. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ProberScriptIT {

    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static final Path SCRIPT =
            Path.of("src/main/resources/continuity/prober.sh").toAbsolutePath();
    private static final List<String> TOOLS = List.of(
            "sh",
            "awk",
            "wget",
            "nslookup",
            "nc",
            "httpd",
            "sleep",
            "timeout",
            "cat",
            "head",
            "chmod",
            "mkdir",
            "mkfifo",
            "rm");
    private static final Duration SOON = Duration.ofSeconds(90);
    /** Below those that FreePorts gives: another test that listened there on all addresses for a moment kept a prober from it. */
    private static final String PORT = "12099";

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
        plan("", "", "a 127.0.0.21\nb 127.0.0.22\nc 127.0.0.23\n");
        await().atMost(SOON)
                .until(() -> heard("a").paths().size() == 7
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

    @Test
    void every_kind_of_path_is_dialled_and_a_kept_connection_outlives_a_silence_and_its_break_is_counted()
            throws IOException {
        // Given
        start("a", "127.0.0.21");
        start("b", "127.0.0.22");
        start("peer", "a", "127.0.0.31");
        start("host", "a", "127.0.0.41");
        start("host", "b", "127.0.0.42");
        plan("a 127.0.0.31\n", "a 127.0.0.41\nb 127.0.0.42\n", "a 127.0.0.21\nb 127.0.0.22\n");
        List<String> answering = List.of(
                "host-to-host kept b/127.0.0.42",
                "host-to-host new b/127.0.0.42",
                "host-to-pod kept b/127.0.0.22",
                "host-to-pod new a/127.0.0.21",
                "host-to-pod new b/127.0.0.22",
                "pod-to-pod kept b/127.0.0.22",
                "pod-to-pod new b/127.0.0.22",
                "pod-to-pod-same-node kept a/127.0.0.31",
                "pod-to-pod-same-node new a/127.0.0.31",
                "pod-to-service kept 127.0.0.21",
                "pod-to-service new 127.0.0.21");
        await().atMost(SOON).untilAsserted(() -> {
            Heard heard = heard("a");
            assertThat(heard.paths().stream()
                            .filter(path -> heard.total(path).answers() > 3)
                            .map(path -> path.kind() + (path.kept() ? " kept " : " new ") + path.to()))
                    .containsExactlyInAnyOrderElementsOf(answering);
        });
        assertThat(kept("a").breaks()).isZero();
        // When: what holds the connections to the pod of b is stopped for some tries, and its listener is not
        List<ProcessHandle> ends = server("127.0.0.22").children().toList();
        for (ProcessHandle end : ends) {
            signal(end, "-STOP");
        }
        long lost = kept("a").lost();
        await().atMost(SOON).until(() -> kept("a").lost() >= lost + 2);
        for (ProcessHandle end : ends) {
            signal(end, "-CONT");
        }
        // Then
        long before = kept("a").answers();
        await().atMost(SOON).until(() -> kept("a").answers() > before + 1);
        assertThat(kept("a").gap()).isGreaterThan(200);
        assertThat(kept("a").breaks()).isZero();
        // When: the other end closes it
        for (ProcessHandle end : server("127.0.0.22").children().toList()) {
            signal(end, "-KILL");
        }
        // Then
        long again = kept("a").answers();
        await().atMost(SOON).until(() -> kept("a").breaks() == 1 && kept("a").answers() > again + 1);
        assertThat(heard("a")
                        .total(new Heard.Path("a", "pod-to-pod-same-node", true, "a/127.0.0.31"))
                        .breaks())
                .isZero();
    }

    private void plan(String near, String hosts, String peers) throws IOException {
        Files.writeString(directory.resolve("plan/service"), "127.0.0.21\n");
        Files.writeString(directory.resolve("plan/near"), near);
        Files.writeString(directory.resolve("plan/hosts"), hosts);
        Files.writeString(directory.resolve("plan/peers"), peers);
    }

    private Heard.Total kept(String node) throws IOException {
        return heard(node).total(new Heard.Path(node, "pod-to-pod", true, "b/127.0.0.22"));
    }

    private void start(String node, String address) throws IOException {
        start("pod", node, address);
    }

    private void start(String role, String node, String address) throws IOException {
        ProcessBuilder prober = new ProcessBuilder(directory.resolve("bin/sh").toString(), SCRIPT.toString());
        prober.environment().clear();
        prober.environment().put("PATH", directory.resolve("bin").toString());
        prober.environment().put("NODE", node);
        prober.environment().put("ROLE", role);
        prober.environment().put("PORT", PORT);
        prober.environment().put("LISTEN", address + ":" + PORT);
        prober.environment().put("PLAN", directory.resolve("plan").toString());
        prober.environment().put("WWW", directory.resolve(role + node + "/www").toString());
        prober.environment().put("REPORT", "100");
        prober.environment().put("KUBERNETES_SERVICE_HOST", "127.0.0.24");
        prober.environment().put("KUBERNETES_SERVICE_PORT", PORT);
        prober.redirectErrorStream(true)
                .redirectOutput(directory.resolve(role + "-" + node + ".log").toFile());
        started.add(prober.start());
    }

    private static ProcessHandle server(String address) {
        // Each connection is held by a child of it with the same command line.
        return ProcessHandle.allProcesses()
                .filter(process -> isServer(process, address))
                .filter(process -> process.parent()
                        .filter(parent -> isServer(parent, address))
                        .isEmpty())
                .findFirst()
                .orElseThrow();
    }

    private static boolean isServer(ProcessHandle process, String address) {
        return process.info()
                .commandLine()
                .filter(line -> line.contains("-p " + address + ":" + PORT))
                .isPresent();
    }

    private void signal(ProcessHandle process, String signal) throws IOException {
        Process kill = new ProcessBuilder(BUSYBOX.toString(), "kill", signal, String.valueOf(process.pid())).start();
        started.add(kill);
    }

    private Heard heard(String node) throws IOException {
        Heard heard = new Heard();
        for (String role : List.of("pod", "host")) {
            Path log = directory.resolve(role + "-" + node + ".log");
            if (Files.exists(log)) {
                heard.add(node, Files.readAllLines(log));
            }
        }
        return heard;
    }

    private Heard.Total total(String node, String kind, String to) throws IOException {
        return heard(node).total(new Heard.Path(node, kind, false, to));
    }
}
