package io.calicofleet.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A broker for a test: on any free port, in a directory that goes with it. */
public final class TemporaryBroker implements AutoCloseable {

    private final Path directory;
    private final KafkaBroker broker;

    private TemporaryBroker(Path directory, KafkaBroker broker) {
        this.directory = directory;
        this.broker = broker;
    }

    /** Starts one. */
    public static TemporaryBroker start() {
        try {
            Path directory = Files.createTempDirectory("calico-fleet-broker");
            return new TemporaryBroker(directory, KafkaBroker.start(directory, 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code host:port}, for clients. */
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** Stops it and deletes what it kept. */
    @Override
    public void close() {
        broker.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
