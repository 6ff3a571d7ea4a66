package io.calicofleet.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A broker in this JVM, on any free port, in a directory that goes with it. */
final class EmbeddedBroker implements TestBroker {

    private final Path directory;
    private final KafkaBroker broker;

    private EmbeddedBroker(Path directory, KafkaBroker broker) {
        this.directory = directory;
        this.broker = broker;
    }

    static EmbeddedBroker start() {
        try {
            Path directory = Files.createTempDirectory("calico-fleet-broker");
            return new EmbeddedBroker(directory, KafkaBroker.start(directory, 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

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
