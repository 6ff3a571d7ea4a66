package io.calicofleet.simulator.demo;

import io.calicofleet.simulator.TrafficLine;
import io.calicofleet.simulator.TrafficSink;
import io.calicofleet.simulator.json.Json;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends kernel log lines to {@code calico-fleet.traffic} as node log shippers do: key cluster, value {@code {"cluster",
 * "node", "log"}}. Lines that Kafka cannot take fast enough are lost, as with a real shipper.
 */
public final class KafkaTrafficSink implements TrafficSink, AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(KafkaTrafficSink.class);
    private static final String TOPIC = "calico-fleet.traffic";
    private static final int WAITING = 20_000;

    private final BlockingQueue<TrafficLine> queue = new ArrayBlockingQueue<>(WAITING);
    private final AtomicBoolean losing = new AtomicBoolean();
    private final KafkaProducer<String, String> producer;
    private final Thread sender;

    /** Connects to a broker, which may come up later. */
    public KafkaTrafficSink(String bootstrapServers) {
        this.producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers", bootstrapServers,
                        "client.id", "cluster-simulator",
                        "linger.ms", "50",
                        "acks", "1",
                        "max.block.ms", "10000",
                        "enable.idempotence", "false"),
                new StringSerializer(),
                new StringSerializer());
        this.sender = Thread.ofPlatform().name("simulator-traffic").daemon().start(this::send);
    }

    @Override
    public void accept(TrafficLine line) {
        if (!queue.offer(line)) {
            LOGGER.atDebug().addKeyValue("cluster", line.cluster()).log("a kernel log line was lost");
        }
    }

    private void send() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                TrafficLine line = queue.take();
                String value = Json.object()
                        .put("cluster", line.cluster())
                        .put("node", line.node())
                        .put("log", line.log())
                        .toString();
                try {
                    var unused =
                            producer.send(new ProducerRecord<>(TOPIC, line.cluster(), value), (sent, e) -> tell(e));
                } catch (KafkaException e) {
                    tell(e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Says once that lines are lost, and once that they are no longer. */
    private void tell(@Nullable Exception problem) {
        if (problem != null && !losing.getAndSet(true)) {
            LOGGER.atWarn()
                    .log("Kafka does not take kernel log lines, they are lost until it does: {}", problem.getMessage());
        } else if (problem == null && losing.getAndSet(false)) {
            LOGGER.atInfo().log("Kafka takes kernel log lines again");
        }
    }

    @Override
    public void close() {
        sender.interrupt();
        producer.close(Duration.ofSeconds(2));
    }
}
