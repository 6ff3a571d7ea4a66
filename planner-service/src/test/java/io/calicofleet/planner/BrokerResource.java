package io.calicofleet.planner;

import io.calicofleet.broker.TemporaryBroker;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/** A real broker for tests of the whole service. */
public final class BrokerResource implements QuarkusTestResourceLifecycleManager {

    private TemporaryBroker broker;

    @Override
    public Map<String, String> start() {
        broker = TemporaryBroker.start();
        return Map.of(
                "kafka.bootstrap.servers",
                broker.bootstrapServers(),
                "planner.access.token-file",
                People.tokens().toString(),
                "planner.access.file",
                People.access().toString(),
                "planner.access.passkeys",
                People.passkeys().toString());
    }

    @Override
    public void stop() {
        broker.close();
    }
}
