package io.calicofleet.integrations.adapter.sql;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.calicofleet.broker.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL of Debian's package, in a folder of its own. As root it runs as the user {@code postgres}, for it refuses to run as root. */
final class Postgres implements AutoCloseable {

    private static final String USER = "calico_fleet";

    private final Path programs;
    private final Path folder;
    private final int port;
    private @Nullable Process server;

    private Postgres(Path programs, Path folder, int port) {
        this.programs = programs;
        this.folder = folder;
        this.port = port;
    }

    /** Skips the test where there is none. */
    static Postgres start() throws IOException, InterruptedException {
        Optional<Path> programs = programs();
        assumeTrue(
                programs.isPresent(),
                "no PostgreSQL here (apt-get install postgresql): what is written into SQL is not tested");
        Path folder = Files.createTempDirectory(Path.of("/tmp"), "calico-fleet-postgres");
        Postgres postgres = new Postgres(programs.orElseThrow(), folder, FreePorts.next());
        if (isRoot()) {
            run(List.of("chown", "postgres:", folder.toString()));
        }
        run(postgres.asUser(
                "initdb", "-D", postgres.data(), "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "-N"));
        postgres.go();
        return postgres;
    }

    /** Starts it, again perhaps; it refuses to start while children of one that was killed still end. */
    void go() {
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            Process running = server;
            if (running == null || !running.isAlive()) {
                server = launch();
            }
            return answers();
        });
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(asUser(
                        "postgres",
                        "-D",
                        data(),
                        "-p",
                        String.valueOf(port),
                        "-k",
                        folder.toString(),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "fsync=off"))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    /** Ends it at once, as a crash does; its children see that and end too. */
    void kill() throws InterruptedException {
        Process running = server;
        if (running != null) {
            running.destroyForcibly().waitFor();
            server = null;
        }
    }

    Database database() {
        return new Database("jdbc:postgresql://127.0.0.1:" + port + "/postgres", USER, null);
    }

    @Override
    public void close() {
        try {
            kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // Its children may still write while they end.
        await().atMost(Duration.ofMinutes(1)).until(this::deleted);
    }

    private boolean deleted() {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
            return true;
        } catch (IOException | RuntimeException e) {
            return Files.notExists(folder);
        }
    }

    private boolean answers() {
        try (Connection connection = database().connect()) {
            return connection.isValid(5);
        } catch (SQLException e) {
            return false;
        }
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    private List<String> asUser(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        }
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static Optional<Path> programs() throws IOException {
        Path versions = Path.of("/usr/lib/postgresql");
        if (!Files.isDirectory(versions)) {
            return Optional.empty();
        }
        try (Stream<Path> all = Files.list(versions)) {
            return all.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.naturalOrder());
        }
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String told = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + ": " + told);
        }
    }
}
