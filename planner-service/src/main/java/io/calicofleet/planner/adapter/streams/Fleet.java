package io.calicofleet.planner.adapter.streams;

import io.calicofleet.event.ClusterAnnounced;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.core.ClusterCandidate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clusters executors serve: a global store holds the payloads of {@code clusters} as they are, since Kafka Streams may
 * fill it from the topic without asking anybody. They are read when a snapshot is taken.
 */
final class Fleet {

    /** The name of the global store. */
    static final String STORE = "fleet";

    private static final Logger LOGGER = LoggerFactory.getLogger(Fleet.class);

    private Fleet() {}

    /** All clusters. */
    static List<ClusterCandidate> snapshot(KeyValueStore<String, byte[]> store) {
        List<ClusterCandidate> candidates = new ArrayList<>();
        try (var all = store.all()) {
            while (all.hasNext()) {
                var entry = all.next();
                try {
                    ClusterAnnounced cluster = EventJson.read(entry.value, ClusterAnnounced.class);
                    candidates.add(new ClusterCandidate(
                            cluster.cluster(), cluster.labels(), cluster.reachable() ? "" : cluster.problem()));
                } catch (IOException e) {
                    LOGGER.atWarn()
                            .addKeyValue("key", entry.key)
                            .setCause(e)
                            .log("an announcement of a cluster cannot be read");
                }
            }
        }
        return candidates;
    }

    /** Keeps the global store as the topic is. */
    static final class Keeper implements Processor<String, byte[], Void, Void> {

        private @Nullable KeyValueStore<String, byte[]> store;

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            store = context.getStateStore(STORE);
        }

        @Override
        public void process(Record<String, byte[]> record) {
            if (store != null && record.key() != null) {
                store.put(record.key(), record.value());
            }
        }
    }
}
