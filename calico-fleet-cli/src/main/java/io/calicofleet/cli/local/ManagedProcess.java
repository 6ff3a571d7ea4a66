package io.calicofleet.cli.local;

import io.calicofleet.cli.CliException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A running child. Its standard input is a pipe nothing is written to: its end tells the child that the launcher is gone,
 * see {@link Child}. Ctrl-C in the terminal does not reach it: the launcher stops its children in their order.
 */
final class ManagedProcess {

    /** The shell lets the signals of the terminal be ignored, then becomes the program: same process id. */
    private static final List<String> DEAF_TO_THE_TERMINAL =
            List.of("/bin/sh", "-c", "trap '' INT QUIT HUP; exec \"$@\"", "calico-fleet");

    private final ProcessSpec spec;
    private final Process process;

    private ManagedProcess(ProcessSpec spec, Process process) {
        this.spec = spec;
        this.process = process;
    }

    /** Starts it. */
    static ManagedProcess start(ProcessSpec spec) {
        List<String> command = new ArrayList<>(DEAF_TO_THE_TERMINAL);
        command.addAll(spec.command());
        try {
            Files.createDirectories(parent(spec.log()));
            return new ManagedProcess(
                    spec,
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(
                                    ProcessBuilder.Redirect.appendTo(spec.log().toFile()))
                            .start());
        } catch (IOException e) {
            throw CliException.unreachable("cannot start the " + spec.name() + ": " + e.getMessage());
        }
    }

    String name() {
        return spec.name();
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.isAlive();
    }

    int exitCode() {
        return process.exitValue();
    }

    CompletableFuture<Process> onExit() {
        return process.onExit();
    }

    /** Asks it to stop, and makes it stop when it has not by then. */
    void stop(Duration patience) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
            process.waitFor();
        }
    }

    /** The last lines of its log. */
    List<String> lastLines(int count) {
        try {
            List<String> lines = Files.readAllLines(spec.log(), StandardCharsets.ISO_8859_1);
            return lines.subList(Math.max(0, lines.size() - count), lines.size());
        } catch (IOException e) {
            return List.of("(its log " + spec.log() + " cannot be read: " + e.getMessage() + ")");
        }
    }

    private static Path parent(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? Path.of("/") : parent;
    }
}
