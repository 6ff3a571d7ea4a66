package io.calicofleet.cli.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What is alive in the heap of a JVM, after a full collection.
 *
 * @param bytes all of it
 * @param largest the classes that take most, a line each
 */
public record LiveHeap(long bytes, List<String> largest) {

    private static final int LARGEST = 12;
    private static final int PATIENCE_SECONDS = 30;

    public LiveHeap {
        largest = List.copyOf(largest);
    }

    /** Of a process; empty where it cannot be told, such as without a JDK. */
    public static Optional<LiveHeap> of(long pid) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            String.valueOf(pid),
                            "GC.class_histogram")
                    .redirectErrorStream(true)
                    .start();
            // A process that stands still answers never.
            CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .execute(process::destroyForcibly);
            List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            process.waitFor();
            return read(lines);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Reads the histogram; its last line begins with Total. */
    static Optional<LiveHeap> read(List<String> lines) {
        List<String> largest = new ArrayList<>();
        for (String line : lines) {
            String[] words = line.strip().split("\\s+", -1);
            if (words.length >= 3 && words[0].equals("Total")) {
                return Optional.of(new LiveHeap(Long.parseLong(words[2]), largest));
            }
            if (words.length >= 4 && words[0].endsWith(":") && largest.size() < LARGEST) {
                largest.add(words[3] + " " + words[1] + " of " + words[2] + " bytes");
            }
        }
        return Optional.empty();
    }
}
