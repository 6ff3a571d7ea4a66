package io.calicofleet.cli.local;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is to run on this machine.
 *
 * @param data where the broker's data, logs, caches and temporary files go
 * @param httpPort where the planner listens; 0: any free port
 * @param kafkaPort where our broker listens; 0: any free port
 * @param bootstrapServers the Kafka to use; null: one of our own
 * @param kubeconfigs the folder of kubeconfig files; null: no real clusters
 * @param releases folder or URL of the releases; null: Calico's own release URLs
 * @param drillClusters number of clusters without anything behind them, for drills
 * @param signed whether the services sign what they send, and refuse what is not signed
 * @param kafkaSettings the folder with a file of settings of Kafka's clients for each service, {@code planner.properties} and so on; null: none
 */
public record SystemSettings(
        Path data,
        int httpPort,
        int kafkaPort,
        @Nullable String bootstrapServers,
        @Nullable Path kubeconfigs,
        @Nullable String releases,
        int drillClusters,
        boolean signed,
        @Nullable Path kafkaSettings) {

    /** One whose services sign. */
    public SystemSettings(
            Path data,
            int httpPort,
            int kafkaPort,
            @Nullable String bootstrapServers,
            @Nullable Path kubeconfigs,
            @Nullable String releases,
            int drillClusters) {
        this(data, httpPort, kafkaPort, bootstrapServers, kubeconfigs, releases, drillClusters, true, null);
    }

    /** The same with services that show the Kafka they use who they are. */
    public SystemSettings withKafkaSettings(@Nullable Path folder) {
        return new SystemSettings(
                data, httpPort, kafkaPort, bootstrapServers, kubeconfigs, releases, drillClusters, signed, folder);
    }

    /** The same with services that neither sign nor check. */
    public SystemSettings unsigned() {
        return new SystemSettings(
                data,
                httpPort,
                kafkaPort,
                bootstrapServers,
                kubeconfigs,
                releases,
                drillClusters,
                false,
                kafkaSettings);
    }
}
