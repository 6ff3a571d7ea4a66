package io.calicofleet.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The machine's kubectl, with a kubeconfig and a home of its own. */
final class Kubectl {

    private final Path home;

    /** What a call printed, both streams, and its exit code. */
    record Result(int code, String output) {}

    Kubectl(Path home, String kubeconfig) {
        this.home = home;
        try {
            Files.writeString(home.resolve("config"), kubeconfig);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where kubectl is, if it is on this machine. */
    static Optional<Path> path() {
        String path = System.getenv("PATH");
        return path == null
                ? Optional.empty()
                : java.util.Arrays.stream(path.split(java.io.File.pathSeparator, -1))
                        .map(directory -> Path.of(directory, "kubectl"))
                        .filter(Files::isExecutable)
                        .findFirst();
    }

    Result run(String... arguments) {
        return runWith("", arguments);
    }

    /** Runs kubectl with a text on its standard input. */
    Result runWith(String input, String... arguments) {
        List<String> command = new ArrayList<>(List.of(path().orElseThrow().toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("HOME", home.toString());
        builder.environment().put("KUBECONFIG", home.resolve("config").toString());
        try {
            Process process = builder.start();
            try (var out = process.getOutputStream()) {
                out.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
