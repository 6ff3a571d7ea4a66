package io.calicofleet.cli.demo;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.calicofleet.cli.Run;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.Tokens;
import io.calicofleet.cli.command.Commands;
import io.calicofleet.cli.local.FleetService;
import io.calicofleet.cli.local.Installation;
import io.calicofleet.cli.local.LocalSystem;
import io.calicofleet.cli.local.Ports;
import io.calicofleet.cli.local.SystemSettings;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Everything as the demo starts it, each a process of its own: broker, simulated clusters, the three services. */
final class LiveFleet implements AutoCloseable {

    private static final int SPEED = 10;

    final List<String> told = new CopyOnWriteArrayList<>();
    private final Path folder;
    final LocalSystem system;
    final SimulatedFleet clusters;
    final FleetClient client;

    /** Skips the test where the services are not packaged; returns when all clusters are announced. */
    static LiveFleet start(Path folder, int clusters, boolean withTrouble) throws InterruptedException {
        return start(folder, clusters, SPEED, withTrouble);
    }

    /** The same, with these settings of the planner, and a file of passkeys without any. */
    static LiveFleet start(Path folder, int clusters, boolean withTrouble, Map<String, String> planner)
            throws IOException, InterruptedException {
        Path settings = Files.createDirectory(folder.resolve("settings"));
        for (FleetService service : FleetService.values()) {
            Files.createFile(settings.resolve(service.id() + ".properties"));
        }
        Files.write(
                settings.resolve(FleetService.PLANNER.id() + ".properties"),
                planner.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .toList());
        return start(folder, clusters, SPEED, withTrouble, settings, true);
    }

    /** The same, with traces that go to a collector. */
    static LiveFleet traced(Path folder, int clusters, boolean withTrouble, String collector)
            throws IOException, InterruptedException {
        Path settings = Files.createDirectory(folder.resolve("settings"));
        for (FleetService service : FleetService.values()) {
            Files.writeString(settings.resolve(service.id() + ".properties"), """
                    otel.exporter.otlp.endpoint=%s
                    otel.bsp.schedule.delay=200
                    """.formatted(collector));
        }
        return start(folder, clusters, SPEED, withTrouble, settings, false);
    }

    /** The same, with clusters that are so many times as fast as real ones. */
    static LiveFleet start(Path folder, int clusters, int speed, boolean withTrouble) throws InterruptedException {
        return start(folder, clusters, speed, withTrouble, null, false);
    }

    private static LiveFleet start(
            Path folder, int clusters, int speed, boolean withTrouble, @Nullable Path settings, boolean passkeys)
            throws InterruptedException {
        List<Path> missing = Installation.here().missing().stream()
                .filter(path -> path.toString().contains("quarkus-app"))
                .toList();
        assumeTrue(missing.isEmpty(), () -> "not packaged, run ./mvnw verify at the top: " + missing);
        LiveFleet fleet = new LiveFleet(folder, settings);
        try {
            if (passkeys) {
                fleet.passkeys("[]", "[]");
            }
            fleet.start(clusters, speed, withTrouble);
            return fleet;
        } catch (InterruptedException | RuntimeException e) {
            fleet.close();
            throw e;
        }
    }

    /** Whom its planner knows beside the one who started it; for {@code --actor}. */
    private static final List<String> PEOPLE = List.of("ada", "bob", "carol");

    private LiveFleet(Path folder, @Nullable Path settings) {
        this.folder = folder;
        Path kubeconfigs = folder.resolve("kubeconfigs");
        String releases = Installation.here().demoReleases().toString();
        system = new LocalSystem(
                Installation.here(),
                new SystemSettings(folder, 0, 0, null, kubeconfigs, releases, 0).withKafkaSettings(settings),
                told::add);
        clusters = new SimulatedFleet(system, kubeconfigs, Ports.require(0, "--port"));
        client = system.client();
    }

    private void start(int count, int speed, boolean withTrouble) throws InterruptedException {
        system.startBroker();
        clusters.start(count, Installation.here().demoReleases(), speed, withTrouble);
        system.startServices();
        clusters.awaitReady();
        system.awaitReady(missing -> {});
        try {
            for (String person : PEOPLE) {
                Tokens.add(system.tokenFile(), person);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        system.await(
                "executor", "does not announce", () -> client.get("/clusters").size() == count);
    }

    /**
     * Writes the file of passkeys that planner and executor read when they start.
     *
     * @param people as YAML
     * @param rules those of the executor, as YAML
     */
    void passkeys(String people, String rules) {
        String site = system.address(FleetService.PLANNER).toString().replace("127.0.0.1", "localhost");
        try {
            Files.writeString(folder.resolve("passkeys.yaml"), """
                    site: {id: localhost, origins: ["%s"]}
                    people: %s
                    rules: %s
                    """.formatted(site, people, rules));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Applies a campaign, written into a folder, and waits until it ends or waits for somebody. */
    Run apply(Path folder, String name, String rest) throws IOException {
        Path file = Files.writeString(
                folder.resolve(name + ".yaml"),
                "apiVersion: calico-fleet/v1\nkind: Campaign\nname: " + name + "\n" + rest);
        return run("apply", "-f", file.toString(), "--wait");
    }

    /** Sets what goes wrong in a cluster, as JSON; {@code {}}: nothing. */
    void faults(String id, String wrong) throws IOException {
        clusters.faults(id, EventJson.mapper().readTree(wrong));
    }

    /** The command line as people use it, against this planner. */
    Run run(String... arguments) {
        return Run.of(here(arguments));
    }

    /** The same, by somebody who looks at what it says on the way; its exit code. */
    int run(OutputStream err, String... arguments) {
        Terminal terminal = new Terminal(
                InputStream.nullInputStream(),
                new PrintStream(OutputStream.nullOutputStream()),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of());
        return Commands.line(terminal).execute(here(arguments));
    }

    private String[] here(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(
                "--server",
                system.address(FleetService.PLANNER).toString(),
                "--token-file",
                system.tokenFile().toString()));
        return all.toArray(String[]::new);
    }

    /** A line of a node's log, as a shipper brings it; returns when it is on the topic. */
    void log(String cluster, String node, String line) {
        String value = EventJson.mapper()
                .createObjectNode()
                .put("cluster", cluster)
                .put("node", node)
                .put("log", line)
                .toString();
        Map<String, Object> broker = Map.of("bootstrap.servers", system.bootstrapServers());
        try (Producer<String, String> shipper =
                new KafkaProducer<>(broker, new StringSerializer(), new StringSerializer())) {
            var unused = shipper.send(new ProducerRecord<>(Topic.TRAFFIC.topicName(), cluster, value));
        }
    }

    @Override
    public void close() {
        system.close();
    }
}
