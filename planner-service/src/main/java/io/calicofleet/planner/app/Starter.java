package io.calicofleet.planner.app;

import io.calicofleet.event.LogKeys;
import io.calicofleet.kafka.Topics;
import io.calicofleet.planner.adapter.streams.FleetStreams;
import io.calicofleet.planner.adapter.view.StatusView;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts what needs Kafka, in order and on a thread of its own, so that the service is up and can say what it waits for:
 *
 * <pre>
 * 1. the topics: created where they are missing; tried again until the broker is there
 * 2. the view: until it has caught up, since decisions ask it which campaigns clusters are in
 * 3. the decisions
 * </pre>
 */
final class Starter implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Starter.class);
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final Duration CATCHING_UP = Duration.ofMillis(20);
    private static final int ADMIN_TIMEOUT_MILLIS = 5000;

    private final Map<String, Object> client;
    private final Optional<Short> replicationFactor;
    private final StatusView view;
    private final FleetStreams streams;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable String problem = "topics: not looked for yet";

    Starter(Map<String, Object> client, Optional<Short> replicationFactor, StatusView view, FleetStreams streams) {
        this.client = Map.copyOf(client);
        this.replicationFactor = replicationFactor;
        this.view = view;
        this.streams = streams;
        this.thread = Thread.ofPlatform().name("planner-start").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** What is missing of broker and topics, one sentence each. */
    List<String> missing() {
        String trouble = problem;
        return trouble == null ? List.of() : List.of(trouble);
    }

    @Override
    public void close() {
        stopped.countDown();
        thread.interrupt();
        try {
            thread.join(AGAIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!topicsAreThere()) {
                if (stopped.await(AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
            view.start();
            while (!view.behind().isEmpty()) {
                if (stopped.await(CATCHING_UP.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
            streams.start();
        } catch (InterruptedException expected) {
            // Stopped while it started.
        } catch (RuntimeException e) {
            problem = "start: " + e.getMessage();
            LOGGER.atError().setCause(e).log("the planner cannot start");
        }
    }

    private boolean topicsAreThere() throws InterruptedException {
        Map<String, Object> properties = new HashMap<>(client);
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ADMIN_TIMEOUT_MILLIS);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ADMIN_TIMEOUT_MILLIS);
        try (Admin admin = Admin.create(properties)) {
            Topics.create(admin, replicationFactor);
            problem = null;
            return true;
        } catch (KafkaException | IllegalStateException e) {
            problem = "topics: " + e.getMessage() + ", at " + client.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG);
            LOGGER.atWarn().addKeyValue(LogKeys.REASON, problem).log("the planner waits for Kafka");
            return false;
        }
    }
}
