package io.calicofleet.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.calicofleet.broker.TemporaryBroker;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.CommonClientConfigs;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class KafkaStartIT {

    @Test
    @Timeout(60)
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
            await().untilAsserted(() ->
                    assertThat(start.missing()).singleElement().asString().contains("Kafka does not answer", servers));
        }
    }
}
