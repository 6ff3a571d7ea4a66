package io.calicofleet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ConsumerLagTest {

    @Test
    void it_is_that_of_the_partition_that_is_the_furthest_behind_of_all_consumers_there_are() {
        try (Metrics one = new Metrics(new MetricConfig(), List.of(new ConsumerLag()), Time.SYSTEM);
                Metrics other = new Metrics(new MetricConfig(), List.of(new ConsumerLag()), Time.SYSTEM)) {
            lag(one, "records-lag", "0", 5.0);
            lag(one, "records-lag", "1", Double.NaN);
            lag(one, "records-lag-max", "1", 1000.0);
            MetricName far = lag(other, "records-lag", "2", 70.0);
            assertThat(ConsumerLag.highest()).isEqualTo(70);

            other.removeMetric(far);
            assertThat(ConsumerLag.highest()).isEqualTo(5);
        }
        assertThat(ConsumerLag.highest()).isZero();
    }

    private static MetricName lag(Metrics metrics, String name, String partition, double value) {
        MetricName metric = metrics.metricName(name, "consumer-fetch-manager-metrics", Map.of("partition", partition));
        metrics.addMetric(metric, (Gauge<Double>) (config, now) -> value);
        return metric;
    }
}
