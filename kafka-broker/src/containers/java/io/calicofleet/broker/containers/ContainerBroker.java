package io.calicofleet.broker.containers;

import io.calicofleet.broker.TestBroker;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/** Apache Kafka's own image, one broker, with the settings our broker in the JVM has. Skips where there is no Docker. */
public final class ContainerBroker implements TestBroker {

    private static final String IMAGE = System.getProperty("calico-fleet.test-broker.image", "apache/kafka:4.0.0");

    private final KafkaContainer container;

    private ContainerBroker(KafkaContainer container) {
        this.container = container;
    }

    @Override
    public String bootstrapServers() {
        return container.getBootstrapServers();
    }

    @Override
    public void close() {
        container.stop();
    }

    /** Starts containers; found by {@link java.util.ServiceLoader}. */
    public static final class Provider implements TestBroker.Provider {

        /** For {@link java.util.ServiceLoader}. */
        public Provider() {}

        @Override
        public String name() {
            return "containers";
        }

        /** Aborts the test where there is no Docker engine: JUnit reports it as skipped, with the reason. */
        @Override
        @SuppressWarnings("resource") // the broker owns it
        public TestBroker start() {
            if (!DockerClientFactory.instance().isDockerAvailable()) {
                Assumptions.abort(SkippedWithoutDocker.REASON);
            }
            KafkaContainer container = new KafkaContainer(IMAGE)
                    .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
                    .withEnv("KAFKA_MESSAGE_MAX_BYTES", String.valueOf(5 * 1024 * 1024))
                    .withEnv("KAFKA_REPLICA_FETCH_MAX_BYTES", String.valueOf(5 * 1024 * 1024))
                    .withEnv("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0");
            container.start();
            return new ContainerBroker(container);
        }
    }
}
