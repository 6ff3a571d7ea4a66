package io.calicofleet.broker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.StringJoiner;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * One Kafka broker that is its own controller, listening on the loopback address. What it is told is on disk in its
 * directory: started there again, it goes on with the same topics and records.
 */
public final class KafkaBroker implements AutoCloseable {

    private final KafkaRaftServer server;
    private final int port;

    private KafkaBroker(KafkaRaftServer server, int port) {
        this.server = server;
        this.port = port;
    }

    /**
     * Starts a broker; it accepts connections when this returns.
     *
     * @param directory where it keeps its data; created and formatted where it is empty
     * @param port where it listens; 0: any free one
     * @throws IOException where the directory cannot be written or formatted
     */
    public static KafkaBroker start(Path directory, int port) throws IOException {
        return start(directory, port, Map.of(), false);
    }

    /**
     * Starts a broker that listens on more ports, for clients that reach it through something else.
     *
     * @param behind by the port it listens on the port that those who come there are told to connect to
     * @param forFaults where clocks are set and processes stopped on purpose: records have the broker's time, not that of whoever sends
     *     them, and it has a session as long as any other broker, so that one that stood still is not taken out by its own controller
     * @throws IOException where the directory cannot be written or formatted
     */
    public static KafkaBroker start(Path directory, int port, Map<Integer, Integer> behind, boolean forFaults)
            throws IOException {
        return start(
                directory,
                port,
                behind,
                forFaults
                        ? Map.of("log.message.timestamp.type", "LogAppendTime", "broker.session.timeout.ms", "9000")
                        : Map.of());
    }

    /**
     * Starts a broker with settings of Kafka's own, such as listeners that ask who somebody is.
     *
     * @param more settings of brokers, in place of or beside those it has
     * @throws IOException where the directory cannot be written or formatted
     */
    public static KafkaBroker start(Path directory, int port, Map<Integer, Integer> behind, Map<String, String> more)
            throws IOException {
        int clientPort = port == 0 ? FreePorts.next() : port;
        Files.createDirectories(directory);
        Properties properties = properties(directory, clientPort, FreePorts.next(), behind);
        properties.putAll(more);
        format(directory, properties);
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
        try {
            server.startup();
        } catch (RuntimeException e) {
            server.shutdown();
            throw e;
        }
        return new KafkaBroker(server, clientPort);
    }

    /** {@code host:port}, for clients. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** Stops it cleanly: what was acknowledged is on disk. */
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    private static Properties properties(
            Path directory, int clientPort, int controllerPort, Map<Integer, Integer> behind) {
        Properties properties = new Properties();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", "1");
        properties.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        properties.put(
                "listeners", "PLAINTEXT://127.0.0.1:" + clientPort + ",CONTROLLER://127.0.0.1:" + controllerPort);
        properties.put("controller.listener.names", "CONTROLLER");
        if (!behind.isEmpty()) {
            StringJoiner listeners = new StringJoiner(",").add(properties.getProperty("listeners"));
            StringJoiner advertised = new StringJoiner(",").add("PLAINTEXT://127.0.0.1:" + clientPort);
            StringJoiner protocols =
                    new StringJoiner(",").add("PLAINTEXT:PLAINTEXT").add("CONTROLLER:PLAINTEXT");
            behind.forEach((listens, told) -> {
                String name = "BEHIND" + listens;
                listeners.add(name + "://127.0.0.1:" + listens);
                advertised.add(name + "://127.0.0.1:" + told);
                protocols.add(name + ":PLAINTEXT");
            });
            properties.put("listeners", listeners.toString());
            properties.put("advertised.listeners", advertised.toString());
            properties.put("listener.security.protocol.map", protocols.toString());
            properties.put("inter.broker.listener.name", "PLAINTEXT");
        }
        properties.put("log.dirs", directory.toString());
        properties.put("auto.create.topics.enable", "false");
        properties.put("message.max.bytes", String.valueOf(5 * 1024 * 1024));
        properties.put("replica.fetch.max.bytes", String.valueOf(5 * 1024 * 1024));
        // One broker cannot replicate; and its own topics need few partitions.
        properties.put("default.replication.factor", "1");
        properties.put("offsets.topic.replication.factor", "1");
        properties.put("offsets.topic.num.partitions", "6");
        properties.put("transaction.state.log.replication.factor", "1");
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("transaction.state.log.num.partitions", "6");
        properties.put("share.coordinator.state.topic.replication.factor", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
        // A service that was killed leaves a transaction behind; look for such often, or its successor waits.
        properties.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
        // A transaction right after the one before has to wait until that one's markers are written, which takes a
        // millisecond here and not 20.
        properties.put("add.partitions.to.txn.retry.backoff.ms", "2");
        // Killed and started again, it may not register before the session of its earlier life has ended at the
        // controller.
        properties.put("broker.session.timeout.ms", "2000");
        properties.put("broker.heartbeat.interval.ms", "500");
        // The keys of one segment at a time; the default takes 128 MiB of the heap, used or not.
        properties.put("log.cleaner.dedupe.buffer.size", String.valueOf(16 * 1024 * 1024));
        // A handful of clients on a small machine: more threads would only wake each other up.
        properties.put("num.network.threads", "1");
        properties.put("num.io.threads", "3");
        // Nobody else will join the groups: do not wait for them.
        properties.put("group.initial.rebalance.delay.ms", "0");
        properties.put("controlled.shutdown.enable", "true");
        return properties;
    }

    private static void format(Path directory, Properties properties) throws IOException {
        if (Files.exists(directory.resolve("meta.properties"))) {
            return;
        }
        Path config = Files.createTempFile("kafka-broker", ".properties");
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        try (PrintStream print = new PrintStream(output, true, StandardCharsets.UTF_8)) {
            try (Writer writer = Files.newBufferedWriter(config)) {
                properties.store(writer, null);
            }
            String[] arguments = {"format", "--cluster-id", Uuid.randomUuid().toString(), "--config", config.toString()
            };
            if (StorageTool.execute(arguments, print) != 0) {
                throw new IOException("cannot format " + directory + ": " + output.toString(StandardCharsets.UTF_8));
            }
        } finally {
            Files.delete(config);
        }
    }
}
