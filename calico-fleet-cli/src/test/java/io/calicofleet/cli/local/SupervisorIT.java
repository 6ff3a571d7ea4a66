package io.calicofleet.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SupervisorIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<String> told = new CopyOnWriteArrayList<>();

    @TempDir
    private Path folder;

    @Test
    void starts_again_what_was_killed_and_says_so() {
        try (Supervisor supervisor = new Supervisor(told::add)) {
            supervisor.start(sleeper("one"));
            long first = supervisor.pid("one").orElseThrow();

            kill(first);

            await().atMost(PATIENCE).until(() -> supervisor.pid("one").orElse(first) != first);
            assertThat(told).containsExactly("the one ended (signal 9); starting it again in 500 ms");
        }
    }

    @Test
    void stops_everything_last_started_first() {
        Supervisor supervisor = new Supervisor(told::add);
        supervisor.start(new ProcessSpec("first", echoing("first"), folder.resolve("order.log")));
        supervisor.start(new ProcessSpec("second", echoing("second"), folder.resolve("order.log")));
        await().atMost(PATIENCE).until(() -> log("order.log").size() == 2);

        supervisor.close();

        assertThat(log("order.log")).endsWith("second ends", "first ends");
        assertThat(supervisor.pid("first")).isEmpty();
        assertThat(told).isEmpty();
    }

    @Test
    void gives_up_what_ends_again_and_again() {
        assertThat(List.of(1, 2, 3, 10))
                .extracting(Supervisor::delay)
                .containsExactly(
                        Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(2), Supervisor.LONGEST_DELAY);
    }

    @Test
    void a_child_ends_when_its_launcher_is_killed() throws IOException {
        Process launcher = new ProcessBuilder(
                        JvmOptions.java(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Launcher.class.getName(),
                        folder.resolve("child.log").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(launcher.getInputStream(), StandardCharsets.UTF_8))) {
            long child = Long.parseLong(out.readLine());
            assertThat(ProcessHandle.of(child))
                    .hasValueSatisfying(process -> assertThat(process.isAlive()).isTrue());

            launcher.destroyForcibly();

            await().atMost(PATIENCE)
                    .until(() -> ProcessHandle.of(child)
                            .filter(ProcessHandle::isAlive)
                            .isEmpty());
        } finally {
            launcher.destroyForcibly();
        }
    }

    /** A launcher that is killed: starts a child that would run for ever, prints its id, and waits. */
    static final class Launcher {

        private Launcher() {}

        public static void main(String[] arguments) throws InterruptedException {
            Supervisor supervisor = new Supervisor(System.err::println);
            supervisor.start(new ProcessSpec(
                    "child",
                    List.of(
                            JvmOptions.java(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Child.class.getName(),
                            "0",
                            Forever.class.getName()),
                    Path.of(arguments[0])));
            System.out.println(supervisor.pid("child").orElseThrow());
            new java.util.concurrent.CountDownLatch(1).await();
        }
    }

    /** A child that would run for ever. */
    static final class Forever {

        private Forever() {}

        public static void main(String[] arguments) throws InterruptedException {
            new java.util.concurrent.CountDownLatch(1).await();
        }
    }

    private ProcessSpec sleeper(String name) {
        return new ProcessSpec(name, List.of("sleep", "600"), folder.resolve(name + ".log"));
    }

    private static List<String> echoing(String name) {
        return List.of(
                "sh",
                "-c",
                "trap 'echo " + name + " ends; exit 0' TERM; echo " + name + "; while :; do sleep 0.1; done");
    }

    private List<String> log(String name) {
        try {
            Path file = folder.resolve(name);
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }
}
