package io.calicofleet.planner;

import io.calicofleet.broker.FreePorts;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged planner as a process of its own, as it runs at people's. */
public final class PlannerProcess implements AutoCloseable {

    private static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar");

    private final Process process;
    private final Path log;
    private final int rest;
    private final int management;

    private PlannerProcess(Process process, Path log, int rest, int management) {
        this.process = process;
        this.log = log;
        this.rest = rest;
        this.management = management;
    }

    /** Starts it; does not wait until it is ready. */
    public static PlannerProcess start(Path directory, String bootstrapServers, Map<String, String> settings) {
        try {
            int rest = FreePorts.next();
            int management = FreePorts.next();
            Path log = Files.createTempFile(directory, "planner", ".log");
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
            command.add("-Dkafka.bootstrap.servers=" + bootstrapServers);
            command.add("-Dquarkus.http.port=" + rest);
            command.add("-Dquarkus.management.host=127.0.0.1");
            command.add("-Dquarkus.management.port=" + management);
            command.add("-Dplanner.streams.state-directory=" + directory.resolve("state"));
            settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
            command.add("-jar");
            command.add(JAR.toString());
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .redirectInput(new File("/dev/null"))
                    .start();
            return new PlannerProcess(process, log, rest, management);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where REST is. */
    public URI rest() {
        return URI.create("http://127.0.0.1:" + rest);
    }

    /** Where health and metrics are. */
    public URI management() {
        return URI.create("http://127.0.0.1:" + management);
    }

    /** Whether it has ended. */
    public boolean isOver() {
        return !process.isAlive();
    }

    /** What it has logged. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the planner did not end within 30 s: " + log());
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new AssertionError(e);
        }
    }
}
