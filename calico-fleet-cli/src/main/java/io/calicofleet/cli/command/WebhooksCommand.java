package io.calicofleet.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.output.OutputFormat;
import io.calicofleet.cli.output.Table;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.kafka.Undelivered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Receives webhooks to try them, and shows and sends again those that were given up. */
@Command(
        name = "webhooks",
        synopsisSubcommandLabel = "COMMAND",
        description = "Receive webhooks to try them; show those that were given up, and send them again.")
public final class WebhooksCommand implements Runnable {

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    private WebhooksCommand() {}

    /** The command with its own, printing to {@code terminal}. */
    public static CommandLine line(Terminal terminal) {
        return new CommandLine(new WebhooksCommand())
                .addSubcommand(new Receive(terminal))
                .addSubcommand(new Show(terminal))
                .addSubcommand(new Replay(terminal));
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "which command?");
    }

    /** Receives. */
    @Command(
            name = "receive",
            description = {
                "Receive webhooks on this machine, check their signatures, and print a line for each, until Ctrl-C.",
                "It answers the handshake of CloudEvents; what is not signed by the secret is refused with 401."
            })
    static final class Receive implements Callable<Integer> {

        private final Terminal terminal;

        @Option(
                names = "--secret-file",
                paramLabel = "FILE",
                required = true,
                description = "The secret of the endpoint: whsec_ and Base64")
        private Path secret = Path.of("");

        @Option(
                names = "--port",
                paramLabel = "PORT",
                defaultValue = "8099",
                description = "Where it listens, on this machine alone; 0 for any free port. Default: 8099")
        private int port = 8099;

        @Option(
                names = "--answer",
                paramLabel = "STATUS",
                defaultValue = "204",
                description = "What it answers to what is signed, such as 503 to see what comes of that. Default: 204")
        private int answer = 204;

        Receive(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws InterruptedException {
            if (answer < 200 || answer > 599) {
                throw CliException.usage("--answer is a status of HTTP, from 200 to 599, not " + answer);
            }
            try (WebhookReceiver receiver =
                    WebhookReceiver.start(port, Files.readString(secret).strip(), answer, terminal::line)) {
                terminal.line("receiving at " + receiver.address() + "; Ctrl-C ends it.");
                new CountDownLatch(1).await();
                return ExitCodes.OK;
            } catch (IOException e) {
                throw CliException.usage(secret + " cannot be read, or port " + port + " is in use: " + e.getMessage());
            } catch (IllegalArgumentException e) {
                throw CliException.usage(secret + " holds no secret: it is whsec_ and Base64");
            }
        }
    }

    /** Shows the dead list. */
    @Command(name = "undelivered", description = "Show the webhooks that were given up, the oldest first.")
    static final class Show implements Callable<Integer> {

        private final Terminal terminal;

        @Mixin
        private final KafkaAddress kafka = new KafkaAddress();

        @Option(
                names = {"-o", "--output"},
                paramLabel = "FORMAT",
                defaultValue = "table",
                description = "${COMPLETION-CANDIDATES}. Default: table")
        private OutputFormat output = OutputFormat.TABLE;

        @Parameters(paramLabel = "ENDPOINT", arity = "0..1", description = "Only those of this endpoint")
        private @Nullable String endpoint;

        Show(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            List<Undelivered> entries = entries(kafka.client(), endpoint);
            if (output.structured()) {
                ArrayNode all = EventJson.mapper().createArrayNode();
                entries.forEach(entry -> all.add(EventJson.mapper().<JsonNode>valueToTree(entry)));
                output.print(terminal, all);
                return ExitCodes.OK;
            }
            Table table = Table.of("given up", "endpoint", "id", "type", "tries>", "reason", "what");
            for (Undelivered entry : entries) {
                table.row(
                        entry.at().toString(),
                        entry.endpoint(),
                        entry.id(),
                        entry.type(),
                        String.valueOf(entry.tries()),
                        entry.replay() ? "is sent again" : entry.reason(),
                        entry.summary());
            }
            if (table.isEmpty()) {
                terminal.line("No webhook was given up.");
            } else {
                table.print(terminal);
            }
            return ExitCodes.OK;
        }
    }

    /** Sends again. */
    @Command(
            name = "replay",
            description = {
                "Have webhooks sent again that were given up: those named, or all of the endpoint.",
                "They have the same webhook-id as at first. What is not taken comes back to the list."
            })
    static final class Replay implements Callable<Integer> {

        private final Terminal terminal;

        @Mixin
        private final KafkaAddress kafka = new KafkaAddress();

        @Parameters(index = "0", paramLabel = "ENDPOINT", description = "The endpoint")
        private String endpoint = "";

        @Parameters(
                index = "1..*",
                paramLabel = "ID",
                description = "Their webhook-ids, as undelivered shows them; none: all")
        private List<String> ids = new ArrayList<>();

        Replay(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws InterruptedException {
            Map<String, Object> client = kafka.client();
            List<Undelivered> entries = entries(client, endpoint);
            List<String> known = entries.stream().map(Undelivered::id).toList();
            List<String> unknown =
                    ids.stream().filter(id -> !known.contains(id)).toList();
            if (!unknown.isEmpty()) {
                throw CliException.usage("no webhook of " + endpoint + " was given up as " + String.join(", ", unknown)
                        + "; there are " + (known.isEmpty() ? "none" : String.join(", ", known)));
            }
            try (KafkaProducer<String, byte[]> producer =
                    new KafkaProducer<>(client, new StringSerializer(), new ByteArraySerializer())) {
                int asked = 0;
                for (Undelivered entry : entries) {
                    if (ids.isEmpty() || ids.contains(entry.id())) {
                        byte[] again = EventJson.write(
                                entry.again(InstantSource.system().instant()));
                        var unused = producer.send(new ProducerRecord<>(Undelivered.TOPIC, entry.key(), again))
                                .get();
                        asked++;
                    }
                }
                terminal.line(asked + (asked == 1 ? " webhook is" : " webhooks are") + " sent again");
                return ExitCodes.OK;
            } catch (ExecutionException | KafkaException e) {
                throw CliException.unreachable("Kafka does not take it: " + e.getMessage());
            }
        }
    }

    /** The dead list, the oldest first. */
    private static List<Undelivered> entries(Map<String, Object> client, @Nullable String endpoint) {
        Map<String, Object> config = new HashMap<>(client);
        config.put("allow.auto.create.topics", false);
        Map<String, Undelivered> entries = new TreeMap<>();
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.listTopics().getOrDefault(Undelivered.TOPIC, List.of()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    read(record, entries);
                }
            }
        } catch (KafkaException e) {
            throw CliException.unreachable("Kafka does not tell: " + e.getMessage());
        }
        return entries.values().stream()
                .filter(entry -> endpoint == null || entry.endpoint().equals(endpoint))
                .sorted(Comparator.comparing(Undelivered::at))
                .toList();
    }

    private static void read(ConsumerRecord<String, byte[]> record, Map<String, Undelivered> entries) {
        if (record.value() == null) {
            entries.remove(record.key());
            return;
        }
        try {
            entries.put(record.key(), EventJson.read(record.value(), Undelivered.class));
        } catch (IOException e) {
            throw CliException.unreachable("the list has a record that cannot be read, at offset " + record.offset()
                    + ": " + new String(record.value(), UTF_8));
        }
    }
}
