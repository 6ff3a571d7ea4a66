package io.calicofleet.planner.adapter.streams;

import io.calicofleet.event.FleetStop;
import io.calicofleet.event.LogKeys;
import io.calicofleet.event.Stop;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.core.failure.FailureCore.Everything;
import java.io.IOException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether everything is stopped. Each planner holds the whole topic in a global store, which is read to its end before the first
 * campaign goes on: so a stop holds on every partition, over restarts, and for campaigns that are created meanwhile.
 */
final class FleetStops {

    /** The name of the global store. */
    static final String STORE = "fleet-stop";

    private static final Logger LOGGER = LoggerFactory.getLogger(FleetStops.class);

    private final KeyValueStore<String, byte[]> store;
    private byte @Nullable [] read;
    private Everything current = Everything.GOES_ON;

    FleetStops(KeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    /** Who has stopped everything; null: nobody. */
    @Nullable
    Stop current() {
        return everything().stop();
    }

    /** What is said of everything. */
    Everything everything() {
        byte[] json = store.get(FleetStop.KEY);
        if (json != read) {
            read = json;
            current = json == null ? Everything.GOES_ON : everything(json);
        }
        return current;
    }

    /** Where it cannot be read, everything is stopped. */
    private static Everything everything(byte[] json) {
        try {
            FleetStop said = EventJson.read(json, FleetStop.class);
            return new Everything(said.stop(), said.stop() == null ? said.at() : null);
        } catch (IOException e) {
            LOGGER.atError()
                    .addKeyValue(LogKeys.REASON, e.getMessage())
                    .log("it cannot be read whether everything is stopped, so it is");
            return new Everything(FleetStop.UNREADABLE, null);
        }
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
