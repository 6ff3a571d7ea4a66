package io.calicofleet.simulator.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.calicofleet.broker.TemporaryBroker;
import io.calicofleet.simulator.TrafficLine;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class KafkaTrafficSinkIT {

    private static final String TOPIC = "calico-fleet.traffic";

    @Test
    void lines_arrive_as_log_shippers_send_them() throws Exception {
        try (TemporaryBroker broker = TemporaryBroker.start();
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
            try (KafkaTrafficSink sink = new KafkaTrafficSink(broker.bootstrapServers());
                    KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                            Map.of(
                                    "bootstrap.servers",
                                    broker.bootstrapServers(),
                                    "group.id",
                                    "test",
                                    "auto.offset.reset",
                                    "earliest"),
                            new StringDeserializer(),
                            new StringDeserializer())) {
                consumer.subscribe(List.of(TOPIC));
                sink.accept(new TrafficLine("c01", "n1", "kernel: calico-packet: IN=eth0"));
                await().atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(consumer.poll(Duration.ofMillis(200)))
                                .singleElement()
                                .satisfies(record -> {
                                    assertThat(record.key()).isEqualTo("c01");
                                    assertThat(record.value())
                                            .isEqualTo(
                                                    "{\"cluster\":\"c01\",\"node\":\"n1\",\"log\":\"kernel: calico-packet:"
                                                            + " IN=eth0\"}");
                                }));
            }
        }
    }
}
