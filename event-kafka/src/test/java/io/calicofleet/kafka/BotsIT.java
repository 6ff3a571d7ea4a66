package io.calicofleet.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.broker.TemporaryBroker;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The bots in {@code bots/}, as they stand there, read a real broker in transactions; one whose language is missing is skipped. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(300)
class BotsIT {

    private static final Path BOTS = Path.of("../bots").toAbsolutePath().normalize();
    private static final Path SAMPLES = Path.of("../event-contract/src/test/resources/samples/v1");
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static TemporaryBroker broker;

    @TempDir
    private Path folder;

    private final List<Process> started = new ArrayList<>();

    @BeforeAll
    static void startBroker() throws InterruptedException {
        broker = TemporaryBroker.start();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            Topics.create(admin, Optional.empty());
        }
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : started) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void the_bot_in_python_tells_each_change_once() throws Exception {
        prepared("python3", "-m", "venv", "venv");
        Path python = folder.resolve("venv/bin/python");
        prepared(
                python.toString(),
                "-m",
                "pip",
                "install",
                "-q",
                "--disable-pip-version-check",
                "-r",
                BOTS.resolve("python/requirements.txt").toString());
        tellsEachChangeOnce(
                "python", python.toString(), BOTS.resolve("python/bot.py").toString());
    }

    @Test
    void the_bot_in_java_tells_each_change_once() throws Exception {
        tellsEachChangeOnce(
                "java",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                BOTS.resolve("java/Bot.java").toString());
    }

    @Test
    void the_bot_in_go_tells_each_change_once() throws Exception {
        prepared(
                "go",
                "-C",
                BOTS.resolve("go").toString(),
                "build",
                "-o",
                folder.resolve("bot").toString(),
                ".");
        tellsEachChangeOnce("go", folder.resolve("bot").toString());
    }

    @Test
    void the_bot_in_typescript_tells_each_change_once() throws Exception {
        for (String file : List.of("bot.ts", "package.json", "package-lock.json", ".npmrc")) {
            Files.copy(BOTS.resolve("typescript").resolve(file), folder.resolve(file));
        }
        prepared("npm", "ci", "--silent", "--ignore-scripts");
        prepared("node", "--import", "tsx", "-e", "0");
        tellsEachChangeOnce("typescript", "node", "--import", "tsx", "bot.ts");
    }

    private void tellsEachChangeOnce(String campaign, String... bot) throws Exception {
        publish(cluster(campaign));
        publish(status(campaign, "running", 1));
        publish(status(campaign, "running", 1));
        Path said = folder.resolve("said");
        Process first = start(said, bot);
        await().atMost(PATIENCE).until(() -> lines(said, campaign).size() == 1);
        publish(status(campaign, "awaiting-approval", 2));
        await().atMost(PATIENCE).until(() -> lines(said, campaign).size() == 2);
        first.destroy();
        assertThat(first.waitFor(30, TimeUnit.SECONDS)).isTrue();

        publish(status(campaign, "awaiting-approval", 3));
        publish(status(campaign, "succeeded", 4));
        Path afterwards = folder.resolve("afterwards");
        start(afterwards, bot);
        await().atMost(PATIENCE).until(() -> !lines(afterwards, campaign).isEmpty());

        assertThat(lines(said, campaign))
                .containsExactly(campaign + " running: number 1", campaign + " awaiting-approval: number 2");
        assertThat(lines(afterwards, campaign)).containsExactly(campaign + " succeeded: number 4");
    }

    /** Each bot reads what the tests of the others have published too. */
    private static List<String> lines(Path said, String campaign) throws IOException {
        try (Stream<String> lines = Files.lines(said)) {
            return lines.filter(line -> line.startsWith(campaign + " ")).toList();
        }
    }

    private Process start(Path said, String... bot) throws IOException {
        List<String> command = new ArrayList<>(List.of(bot));
        command.addAll(
                List.of(broker.bootstrapServers(), folder.resolve("told.json").toString()));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(said.toFile())
                .redirectError(new File(folder.toFile(), "errors"))
                .start();
        started.add(process);
        return process;
    }

    /** Skips the test where the language is missing, or its packages cannot be had. */
    private void prepared(String... command) throws IOException, InterruptedException {
        Path log = folder.resolve("prepared");
        int exit;
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            started.add(process);
            exit = process.waitFor(3, TimeUnit.MINUTES) ? process.exitValue() : -1;
        } catch (IOException e) {
            exit = -1;
        }
        boolean ready = exit == 0;
        String why = Files.exists(log) ? Files.readString(log, UTF_8) : "";
        assumeTrue(ready, () -> "skipped, for this cannot be done here: " + String.join(" ", command) + "\n" + why);
    }

    private static FleetEvent cluster(String campaign) throws IOException {
        ObjectNode sample = sample("cluster.status").put("campaign", campaign);
        sample.remove("step");
        return EventJson.mapper().treeToValue(sample, ClusterStatus.class);
    }

    private static FleetEvent status(String campaign, String phase, int number) throws IOException {
        return EventJson.mapper()
                .treeToValue(
                        sample("campaign.status")
                                .put("campaign", campaign)
                                .put("phase", phase)
                                .put("summary", "number " + number),
                        CampaignStatus.class);
    }

    private static ObjectNode sample(String type) throws IOException {
        JsonNode sample = EventJson.mapper()
                .readTree(SAMPLES.resolve(type).resolve("full.json").toFile());
        return (ObjectNode) (sample.has("data") ? sample.path("data") : sample);
    }

    /** As the planner does: in a transaction, whose end takes a place in the partition too. */
    private static void publish(FleetEvent event) {
        Map<String, Object> config =
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "bots-it");
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            ProducerRecord<String, byte[]> record =
                    EventCodec.record(Event.of("id", "/calico-fleet/planner", Instant.EPOCH, null, null, event));
            producer.send(record);
            producer.commitTransaction();
        }
    }
}
