package io.calicofleet.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.calicofleet.broker.TemporaryBroker;
import io.calicofleet.event.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class KafkaStartIT {

    @Test
    @Timeout(180)
    void a_broker_that_goes_away_is_told_and_who_waited_for_the_start_is_not_kept() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        KafkaStart start;
        String servers;
        try (TemporaryBroker broker = TemporaryBroker.start()) {
            servers = broker.bootstrapServers();
            start = new KafkaStart(
                    Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, servers),
                    Optional.of((short) 1),
                    admin -> begun.countDown(),
                    Duration.ofMillis(200),
                    Duration.ofSeconds(1));
            start.start();
            start.await();
            assertThat(begun.getCount()).isZero();
            assertThat(start.missing()).isEmpty();
        }
        try (start) {
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(start.missing())
                            .singleElement()
                            .asString()
                            .contains("Kafka does not answer", servers));
        }
    }

    @Test
    @Timeout(180)
    void with_a_topic_of_other_partitions_it_does_not_go_on_until_that_is_put_right() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        String name = Topic.STEPS.topicName();
        try (TemporaryBroker broker = TemporaryBroker.start();
                Admin admin =
                        Admin.create(Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()))) {
            // Given: as where a consumer came first, and the broker made the topic
            admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get();
            try (KafkaStart start = new KafkaStart(
                    Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()),
                    Optional.of((short) 1),
                    any -> begun.countDown())) {
                // When
                start.start();
                // Then
                await().atMost(Duration.ofMinutes(1))
                        .untilAsserted(() -> assertThat(start.missing())
                                .singleElement()
                                .asString()
                                .contains("topic " + name + ": partitions is 1, wanted " + Topic.PARTITIONS));
                assertThat(begun.getCount()).isOne();
                // When
                admin.deleteTopics(List.of(name)).all().get();
                start.await();
                // Then
                assertThat(begun.getCount()).isZero();
                assertThat(start.missing()).isEmpty();
            }
        }
    }
}
