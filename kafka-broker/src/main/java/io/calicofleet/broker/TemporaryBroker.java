package io.calicofleet.broker;

import java.util.List;
import java.util.ServiceLoader;

/**
 * A broker for a test. Which kind is said by the system property {@value #PROPERTY}: {@code embedded}, the default, is
 * one in this JVM; {@code containers} is Kafka in a container (Maven profile {@code containers}).
 */
public final class TemporaryBroker implements AutoCloseable {

    /** The system property that chooses the kind of broker. */
    public static final String PROPERTY = "calico-fleet.test-broker";

    private static final String EMBEDDED = "embedded";

    private final TestBroker broker;

    private TemporaryBroker(TestBroker broker) {
        this.broker = broker;
    }

    /**
     * Starts one.
     *
     * @throws IllegalStateException where no broker of the kind asked for is on the class path
     */
    public static TemporaryBroker start() {
        String kind = System.getProperty(PROPERTY, EMBEDDED);
        if (kind.equals(EMBEDDED)) {
            return new TemporaryBroker(EmbeddedBroker.start());
        }
        List<TestBroker.Provider> providers = ServiceLoader.load(TestBroker.Provider.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        return new TemporaryBroker(providers.stream()
                .filter(provider -> provider.name().equals(kind))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("-D" + PROPERTY + "=" + kind
                        + " names no broker: embedded, and with -Pcontainers also containers"))
                .start());
    }

    /** {@code host:port}, for clients. */
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** Stops it and deletes what it kept. */
    @Override
    public void close() {
        broker.close();
    }
}
