package io.calicofleet.planner.adapter.streams;

import io.calicofleet.event.ClusterAnnounced;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.LogKeys;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.core.ClusterCandidate;
import io.calicofleet.planner.core.Twin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    private final KeyValueStore<String, byte[]> store;

    /** What was read of the store before: a snapshot reads what is new since the last one. */
    private Map<String, Known> known = Map.of();

    private final Twins twins;

    Fleet(KeyValueStore<String, byte[]> store, Twins twins) {
        this.store = store;
        this.twins = twins;
    }

    /** The same cluster under another id, served by another executor; null: there is none. */
    @Nullable
    Twin twin(ClusterId cluster) {
        return twins.of(cluster, store);
    }

    /** Which real cluster it is, as its executor announced it last; null where it did not. */
    @Nullable
    String uid(ClusterId cluster) {
        return twins.uid(cluster, store);
    }

    /** The labels of a cluster; empty where it is not known. */
    Map<String, String> labels(ClusterId cluster) {
        byte[] json = store.get(cluster.value());
        ClusterCandidate candidate =
                json == null ? null : read(cluster.value(), json).candidate();
        return candidate == null ? Map.of() : candidate.labels();
    }

    /**
     * What an announcement says.
     *
     * @param json as it is in the store
     * @param candidate what it says; null: it cannot be read
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by identity
    private record Known(byte[] json, @Nullable ClusterCandidate candidate) {}

    /** All clusters. */
    List<ClusterCandidate> snapshot() {
        Map<String, Known> now = new HashMap<>();
        List<ClusterCandidate> candidates = new ArrayList<>();
        try (var all = store.all()) {
            while (all.hasNext()) {
                var entry = all.next();
                Known before = known.get(entry.key);
                Known read = before != null && before.json() == entry.value ? before : read(entry.key, entry.value);
                now.put(entry.key, read);
                if (read.candidate() != null) {
                    candidates.add(read.candidate());
                }
            }
        }
        known = now;
        return candidates;
    }

    private static Known read(String key, byte[] json) {
        try {
            ClusterAnnounced cluster = EventJson.read(json, ClusterAnnounced.class);
            return new Known(
                    json,
                    new ClusterCandidate(
                            cluster.cluster(),
                            cluster.labels(),
                            cluster.reachable() ? "" : cluster.problem(),
                            cluster.calicoVersion()));
        } catch (IOException e) {
            LOGGER.atWarn()
                    .addKeyValue("key", key)
                    .addKeyValue(LogKeys.REASON, e.getMessage())
                    .log("an announcement of a cluster cannot be read");
            return new Known(json, null);
        }
    }

    /** Keeps the global store as the topic is. */
    static final class Keeper implements Processor<String, byte[], Void, Void> {

        private final Twins twins;
        private @Nullable KeyValueStore<String, byte[]> store;

        Keeper(Twins twins) {
            this.twins = twins;
        }

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            store = context.getStateStore(STORE);
        }

        @Override
        public void process(Record<String, byte[]> record) {
            if (store != null && record.key() != null) {
                store.put(record.key(), record.value());
                twins.heard(record.key(), record.value());
            }
        }
    }
}
