package io.calicofleet.planner;

import io.calicofleet.broker.TemporaryBroker;
import io.calicofleet.planner.adapter.http.ConnectionLimits;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/** A real broker for tests of the whole service. */
public final class BrokerResource implements QuarkusTestResourceLifecycleManager {

    private TemporaryBroker broker;

    @Override
    public Map<String, String> start() {
        // As Main does; it must be before the first server of Netty.
        ConnectionLimits.install();
        broker = TemporaryBroker.start();
        return Map.of("kafka.bootstrap.servers", broker.bootstrapServers());
    }

    @Override
    public void stop() {
        broker.close();
    }
}
