package io.calicofleet.integrations.adapter.webhook;

import io.calicofleet.integrations.core.Backoff;
import io.calicofleet.runtime.SettingsFile.WrongFileException;
import io.calicofleet.runtime.http.Outgoing;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.DoubleSupplier;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/** The webhooks of all endpoints. */
public final class Webhooks implements AutoCloseable {

    private final UndeliveredTopic undelivered;
    private final Map<String, EndpointDelivery> deliveries = new TreeMap<>();

    /**
     * How messages are sent.
     *
     * @param outgoing where to
     * @param origin as who, a DNS name
     * @param timeout of a whole request
     * @param backoff when again
     * @param clock for signatures and pauses
     * @param dice from 0 to 1
     */
    public record Sending(
            Outgoing outgoing,
            String origin,
            Duration timeout,
            Backoff backoff,
            InstantSource clock,
            DoubleSupplier dice) {}

    /**
     * Those of a file; starts nothing yet.
     *
     * @param environment the value of an environment variable; null: there is none
     * @param client settings of Kafka's clients
     * @param consumers the same for those who read events
     * @throws WrongFileException where the file cannot be used
     */
    public Webhooks(
            Path file,
            UnaryOperator<@Nullable String> environment,
            Sending sending,
            Map<String, Object> client,
            Map<String, Object> consumers,
            WebhookMeters meters)
            throws WrongFileException {
        List<Endpoint> endpoints = WebhooksFile.read(file, environment);
        undelivered = new UndeliveredTopic(client, consumers);
        for (Endpoint endpoint : endpoints) {
            WebhookSender sender = new WebhookSender(
                    endpoint, sending.outgoing(), sending.origin(), sending.timeout(), sending.clock());
            deliveries.put(
                    endpoint.name(),
                    new EndpointDelivery(
                            endpoint,
                            sender,
                            undelivered,
                            sending.backoff(),
                            consumers,
                            sending.clock(),
                            sending.dice(),
                            meters));
        }
    }

    /** Makes the topic of the dead list where it is missing, and begins; comes back at once. */
    public void start(Admin admin) throws ExecutionException, InterruptedException {
        UndeliveredTopic.create(admin);
        deliveries.values().forEach(EndpointDelivery::start);
    }

    /** Why endpoints take nothing at this moment, by name. */
    public Map<String, String> troubles() {
        Map<String, String> troubles = new TreeMap<>();
        deliveries.forEach((name, delivery) -> {
            if (!delivery.trouble().isEmpty()) {
                troubles.put(name, delivery.trouble());
            }
        });
        return troubles;
    }

    @Override
    public void close() {
        deliveries.values().forEach(EndpointDelivery::close);
        undelivered.close();
    }
}
