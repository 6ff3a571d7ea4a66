package io.calicofleet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class KafkaClientsTest {

    @Test
    void everything_under_kafka_goes_to_the_clients_with_its_prefix_taken_away() {
        var config = new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(
                        Map.of("kafka.bootstrap.servers", "k:1", "kafka.sasl.mechanism", "PLAIN", "quarkus.x", "y"),
                        "test",
                        100))
                .build();

        assertThat(KafkaClients.properties(config))
                .containsEntry("bootstrap.servers", "k:1")
                .containsEntry("sasl.mechanism", "PLAIN")
                .doesNotContainKey("x");
    }

    @Test
    void the_environment_sets_them_too() {
        var config = new SmallRyeConfigBuilder()
                .withSources(new EnvConfigSource(
                        Map.of("KAFKA_BOOTSTRAP_SERVERS", "k:1", "KAFKA_SECURITY_PROTOCOL", "SASL_SSL"), 300))
                .build();

        assertThat(KafkaClients.properties(config))
                .containsEntry("bootstrap.servers", "k:1")
                .containsEntry("security.protocol", "SASL_SSL");
    }

    @Test
    void without_any_setting_the_broker_is_the_one_of_this_machine() {
        assertThat(KafkaClients.properties(new SmallRyeConfigBuilder().build()))
                .containsEntry("bootstrap.servers", "localhost:9092");
    }
}
