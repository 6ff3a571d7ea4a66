package io.calicofleet.planner.adapter.commands;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.planner.port.CommandSender;
import io.calicofleet.runtime.trace.Traced;
import io.calicofleet.runtime.trace.Tracing;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** An idempotent producer that waits for all replicas. Made at the first command, when the broker's name is known to resolve. */
public final class KafkaCommandSender implements CommandSender, AutoCloseable {

    private final Map<String, Object> client;
    private final Duration timeout;
    private final UnaryOperator<Producer<String, byte[]>> signed;
    private @Nullable Producer<String, byte[]> producer;
    private boolean closed;

    /**
     * Makes no connection yet.
     *
     * @param client the properties of Kafka clients
     * @param timeout how long the broker may take to acknowledge a command
     * @param signed what signs what a producer sends
     */
    public KafkaCommandSender(
            Map<String, Object> client, Duration timeout, UnaryOperator<Producer<String, byte[]>> signed) {
        this.client = Map.copyOf(client);
        this.signed = requireNonNull(signed, "signed");
        this.timeout = requireNonNull(timeout, "timeout");
    }

    @Override
    public void send(Event<? extends FleetEvent> command) {
        String topic = command.data().type().topic().topicName();
        try (Traced sent = Tracing.send(command.attributes(), topic)) {
            try {
                acknowledged(command.in(sent.context()));
            } catch (RuntimeException e) {
                sent.failed(e.getClass().getSimpleName());
                throw e;
            }
        }
    }

    private void acknowledged(Event<? extends FleetEvent> command) {
        try {
            producer().send(EventCodec.record(command)).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw notAccepted("the planner is stopping", e);
        } catch (TimeoutException e) {
            throw notAccepted("Kafka did not acknowledge it within " + timeout, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RecordTooLargeException) {
                throw new CommandTooLargeException(
                        "The command is too large for the topic " + Topic.COMMANDS
                                + " as it is set: say less at once, or"
                                + " raise its max.message.bytes to "
                                + Topic.MAX_RECORD_BYTES + ".",
                        e);
            }
            throw notAccepted("Kafka refused it: " + e.getCause(), e);
        } catch (KafkaException e) {
            throw notAccepted("Kafka cannot be used: " + e.getMessage(), e);
        }
    }

    /** Takes no more commands and waits for those on their way. */
    @Override
    public void close() {
        Producer<String, byte[]> open;
        synchronized (this) {
            closed = true;
            open = producer;
            producer = null;
        }
        if (open != null) {
            open.close(timeout);
        }
    }

    private synchronized Producer<String, byte[]> producer() {
        if (closed) {
            throw new KafkaException("the planner is stopping");
        }
        Producer<String, byte[]> open = producer;
        if (open == null) {
            Map<String, Object> properties = new HashMap<>(client);
            properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
            properties.put(ProducerConfig.ACKS_CONFIG, "all");
            // With more, the first command on a new partition may be overtaken and then refused for ever (KAFKA-15591).
            properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
            properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
            properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topic.MAX_RECORD_BYTES);
            properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeout.toMillis());
            properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) timeout.toMillis());
            properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) timeout.toMillis());
            open = signed.apply(new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer()));
            producer = open;
        }
        return open;
    }

    private static CommandNotAcceptedException notAccepted(String why, Exception cause) {
        return new CommandNotAcceptedException("The command was not accepted: " + why, cause);
    }
}
