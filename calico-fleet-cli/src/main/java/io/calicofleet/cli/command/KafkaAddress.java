package io.calicofleet.cli.command;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.local.BootstrapServers;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which Kafka a command talks to, and as whom. */
final class KafkaAddress {

    private static final String PREFIX = "kafka.";

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9092",
            description = "The Kafka of the system. Default: 127.0.0.1:9092, where up has its own")
    private String servers = "127.0.0.1:9092";

    @Option(
            names = "--kafka-settings",
            paramLabel = "FILE",
            description = "How to show that Kafka who this is: settings such as kafka.security.protocol=SSL")
    private @Nullable Path settings;

    /**
     * The settings of clients.
     *
     * @throws CliException where they cannot be read, or nobody answers
     */
    Map<String, Object> client() {
        BootstrapServers.check(servers);
        Properties read = new Properties();
        if (settings != null) {
            try (Reader reader = Files.newBufferedReader(settings)) {
                read.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                throw CliException.usage("--kafka-settings: " + settings + " cannot be read: " + e.getMessage());
            }
        }
        Map<String, Object> client = new HashMap<>();
        for (String name : read.stringPropertyNames()) {
            client.put(name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name, read.getProperty(name));
        }
        client.put("bootstrap.servers", servers);
        client.put("metric.reporters", "");
        return client;
    }
}
