package io.calicofleet.broker;

/** A broker that lives as long as a test: the one thing tests need to know of it. */
public interface TestBroker extends AutoCloseable {

    /** {@code host:port}, for clients. */
    String bootstrapServers();

    /** Stops it and deletes what it kept. */
    @Override
    void close();

    /** Starts brokers of one kind; found by {@link java.util.ServiceLoader}. */
    interface Provider {

        /** What {@link TemporaryBroker#PROPERTY} has to say for this one to be used. */
        String name();

        /** Starts one; it accepts connections when this returns. */
        TestBroker start();
    }
}
