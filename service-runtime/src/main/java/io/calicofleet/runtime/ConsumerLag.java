package io.calicofleet.runtime;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;

/**
 * How far the consumers of this process are behind, as Kafka's client measures it: one number for all of them, so that it is the same series
 * however many topics and partitions there are. Every client of {@link KafkaClients} reports here.
 */
public final class ConsumerLag implements MetricsReporter {

    private static final String LAG = "records-lag";
    private static final Set<KafkaMetric> LAGS = ConcurrentHashMap.newKeySet();

    private final Set<KafkaMetric> own = ConcurrentHashMap.newKeySet();

    /** Made by Kafka's clients, one for each. */
    public ConsumerLag() {}

    /** Records of the partition that is the furthest behind, as its consumer saw it last; 0 where none is read. */
    public static double highest() {
        return LAGS.stream()
                .map(KafkaMetric::metricValue)
                .filter(Double.class::isInstance)
                .mapToDouble(Double.class::cast)
                .filter(Double::isFinite)
                .max()
                .orElse(0);
    }

    @Override
    public void init(List<KafkaMetric> metrics) {
        metrics.forEach(this::metricChange);
    }

    @Override
    public void metricChange(KafkaMetric metric) {
        if (metric.metricName().name().equals(LAG)) {
            own.add(metric);
            LAGS.add(metric);
        }
    }

    @Override
    public void metricRemoval(KafkaMetric metric) {
        own.remove(metric);
        LAGS.remove(metric);
    }

    @Override
    public void configure(Map<String, ?> settings) {
        // There is nothing to set.
    }

    @Override
    public void close() {
        LAGS.removeAll(own);
    }
}
