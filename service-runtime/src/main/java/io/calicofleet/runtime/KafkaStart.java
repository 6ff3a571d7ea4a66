package io.calicofleet.runtime;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.LogKeys;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.TopicDifference;
import io.calicofleet.kafka.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for Kafka, creates the topics that are missing, and goes on with what needs them: on a thread of its own, so that
 * the service is up and can say what it waits for. Does not go on with topics in which records would be lost; of what is less than
 * wanted it warns.
 */
public final class KafkaStart implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(KafkaStart.class);
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final int ADMIN_TIMEOUT_MILLIS = 5000;
    private static final Duration LOOK = Duration.ofSeconds(5);

    /** A broker that starts again is no trouble. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Map<String, Object> client;
    private final Optional<Short> copies;
    private final Next next;
    private final Duration look;
    private final Duration patience;
    private final CountDownLatch gone = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Set<String> warned = new HashSet<>();
    private final Thread thread;
    private volatile @Nullable String problem = "topics: not looked for yet";

    /** What needs the topics. */
    public interface Next {

        /**
         * Goes on, once the topics are there.
         *
         * @param admin to ask Kafka with; closed afterwards
         * @throws ExecutionException where Kafka does not answer any more: all is tried again
         * @throws InterruptedException where the service is stopped meanwhile
         */
        void run(Admin admin) throws ExecutionException, InterruptedException;
    }

    /**
     * Starts nothing yet.
     *
     * @param client the properties of Kafka clients
     * @param copies of each partition of topics created here; empty: what the broker has as its default
     * @param next is run once, unless it asks to be tried again
     */
    public KafkaStart(Map<String, Object> client, Optional<Short> copies, Next next) {
        this(client, copies, next, LOOK, PATIENCE);
    }

    KafkaStart(Map<String, Object> client, Optional<Short> copies, Next next, Duration look, Duration patience) {
        this.client = Map.copyOf(client);
        this.copies = requireNonNull(copies, "copies");
        this.next = requireNonNull(next, "next");
        this.look = requireNonNull(look, "look");
        this.patience = requireNonNull(patience, "patience");
        this.thread = Thread.ofPlatform().name("kafka-start").daemon().unstarted(this::run);
    }

    /** Begins; comes back at once. */
    public void start() {
        thread.start();
    }

    /** Returns when it has gone on, failed or was closed. */
    public void await() throws InterruptedException {
        gone.await();
    }

    /** What is missing of broker and topics, now as at the start, one sentence each. */
    public List<String> missing() {
        String trouble = problem;
        return trouble == null ? List.of() : List.of(trouble);
    }

    /** Waits for that long; false where the service is stopped meanwhile. */
    private boolean pause(Duration time) throws InterruptedException {
        return !stopped.await(time.toMillis(), TimeUnit.MILLISECONDS);
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
            while (!done() && pause(AGAIN)) {
                LOGGER.atDebug().log("Kafka is asked again");
            }
            gone.countDown();
            watch();
        } catch (InterruptedException expected) {
            // Stopped while it started.
        } catch (RuntimeException e) {
            problem = "start: " + e.getMessage();
            LOGGER.atError().setCause(e).log("the service cannot start");
        } finally {
            gone.countDown();
        }
    }

    /** Asks the brokers from time to time; clients that wait for them do not say so. */
    private void watch() throws InterruptedException {
        try (Admin admin = admin()) {
            long answered = System.nanoTime();
            while (pause(look)) {
                try {
                    admin.describeCluster().nodes().get();
                    answered = System.nanoTime();
                    if (problem != null) {
                        LOGGER.atInfo().log("Kafka answers again");
                        problem = null;
                    }
                } catch (ExecutionException e) {
                    Duration silent = Duration.ofNanos(System.nanoTime() - answered);
                    if (silent.compareTo(patience) >= 0 && problem == null) {
                        problem = "Kafka does not answer for " + silent.toSeconds() + " s, at "
                                + client.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG)
                                + ": see whether its brokers run and have room on their disks; what is shown may be old";
                        LOGGER.atWarn()
                                .addKeyValue(LogKeys.REASON, e.getMessage())
                                .log(problem);
                    }
                }
            }
        }
    }

    private boolean done() throws InterruptedException {
        try (Admin admin = admin()) {
            return topicsAreThere(admin) && goesOn(admin);
        } catch (KafkaException e) {
            return waits(e);
        }
    }

    private Admin admin() {
        Map<String, Object> properties = new HashMap<>(client);
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ADMIN_TIMEOUT_MILLIS);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ADMIN_TIMEOUT_MILLIS);
        return Admin.create(properties);
    }

    private boolean topicsAreThere(Admin admin) throws InterruptedException {
        try {
            List<Topic> created = Topics.create(admin, copies);
            if (!created.isEmpty()) {
                LOGGER.atInfo().addKeyValue(LogKeys.TOPIC, created).log("topics created");
            }
            List<TopicDifference> differences = TopicDifference.all(admin);
            List<String> losing = differences.stream()
                    .filter(TopicDifference::loses)
                    .map(TopicDifference::text)
                    .toList();
            if (!losing.isEmpty()) {
                throw new IllegalStateException(String.join("; ", losing)
                        + "; set it so, or where that cannot be, as with partitions, delete the topic while no campaign runs: it is"
                        + " made anew");
            }
            differences.stream()
                    .map(TopicDifference::text)
                    .filter(warned::add)
                    .forEach(difference -> LOGGER.atWarn().log(difference));
            problem = null;
            return true;
        } catch (KafkaException | IllegalStateException e) {
            return waits(e);
        }
    }

    private boolean goesOn(Admin admin) throws InterruptedException {
        try {
            next.run(admin);
            return true;
        } catch (ExecutionException e) {
            return waits(e);
        }
    }

    private boolean waits(Exception e) {
        problem = "topics: " + e.getMessage() + ", at " + client.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG);
        LOGGER.atWarn().addKeyValue(LogKeys.REASON, problem).log("waits for Kafka");
        return false;
    }
}
