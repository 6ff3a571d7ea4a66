package io.calicofleet.cli.bench;

import static io.calicofleet.cli.bench.TopicReader.header;

import io.calicofleet.event.ClusterId;
import io.calicofleet.event.EventType;
import io.calicofleet.event.StepId;
import io.calicofleet.event.Topic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures gate latencies of one campaign by reading its topics, committed records only:
 *
 * <pre>
 * from  the timestamp of the record of the check that satisfied the gate: the executor's producer sets it as it sends.
 *       Which check it was, the verdict tells: it carries the time of the observation that decided.
 * to    the moment the next step of that cluster reaches this consumer. A record of a transaction is visible when it is
 *       committed; the way from the broker to here is included.
 * </pre>
 *
 * <p>The last step of a cluster has no next one and is not measured. One clock: everything runs on this machine.
 */
final class GateWatch {

    private static final Duration POLL = Duration.ofMillis(100);

    private final String campaign;
    private final InstantSource clock = InstantSource.system();
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread;
    private final CountDownLatch started = new CountDownLatch(1);
    private final AtomicInteger judged = new AtomicInteger();
    private final Map<ClusterId, Progress> clusters = new HashMap<>();
    private final List<Long> latencies = new ArrayList<>();
    private volatile boolean closed;

    /** Where a cluster is, as far as the topics were read; they come in no order between them. */
    private static final class Progress {
        /** Checks of the step that is judged next: time of the observation to timestamp of the record. */
        final Map<StepId, Map<String, Long>> checks = new HashMap<>();

        /** By step: when the observation that decided was made. */
        final Map<StepId, String> verdicts = new HashMap<>();

        /** By step: when its request was seen. */
        final Map<StepId, Long> requests = new HashMap<>();
    }

    /**
     * Reads nothing yet.
     *
     * @param portion how long the broker may gather records before it answers; zero where single ones are timed. Where
     *     thousands are, every request would take from the machine that is measured
     */
    GateWatch(String bootstrapServers, String campaign, Duration portion) {
        this.campaign = campaign;
        this.consumer = TopicReader.atEnd(bootstrapServers, portion, Topic.STEPS, Topic.CHECKS, Topic.VERDICTS);
        this.thread = Thread.ofPlatform().name("gate-watch").daemon().start(this::run);
    }

    /** Returns when it reads. */
    void awaitStarted() throws InterruptedException {
        started.await();
    }

    /** How many steps were judged so far. */
    int judged() {
        return judged.get();
    }

    /** Stops reading; then the latencies are complete. */
    void stop() throws InterruptedException {
        closed = true;
        thread.join();
    }

    /** The latencies, after {@link #stop()}. */
    Latencies latencies() {
        return Latencies.of(latencies);
    }

    private void run() {
        try (consumer) {
            started.countDown();
            while (!closed) {
                var records = consumer.poll(POLL);
                long now = clock.millis();
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    read(record, now);
                }
            }
        }
    }

    private void read(ConsumerRecord<byte[], byte[]> record, long now) {
        String text = header(record, "ce_stepid");
        if (text == null || !campaign.equals(header(record, "ce_campaign"))) {
            return;
        }
        StepId step = StepId.parse(text);
        String type = header(record, "ce_type");
        String time = String.valueOf(header(record, "ce_time"));
        Progress progress = clusters.computeIfAbsent(step.cluster(), any -> new Progress());
        if (EventType.CHECKS_OBSERVED.encode().equals(type)) {
            progress.checks.computeIfAbsent(step, any -> new HashMap<>()).putIfAbsent(time, record.timestamp());
            measure(progress, step);
        } else if (EventType.STEP_JUDGED.encode().equals(type)) {
            if (progress.verdicts.putIfAbsent(step, time) == null) {
                judged.incrementAndGet();
                measure(progress, step);
            }
        } else if (EventType.STEP_REQUESTED.encode().equals(type) && step.ordinal() > 1) {
            StepId before = new StepId(step.campaign(), step.cluster(), step.kind(), step.ordinal() - 1);
            progress.requests.putIfAbsent(before, now);
            measure(progress, before);
        }
    }

    /** Once check, verdict and next request of {@code step} are in, whatever their order. */
    private void measure(Progress progress, StepId step) {
        String decided = progress.verdicts.get(step);
        Long next = progress.requests.get(step);
        Long check = decided == null ? null : at(progress.checks.get(step), decided);
        if (next != null && check != null) {
            latencies.add(next - check);
            progress.verdicts.put(step, "");
            progress.checks.remove(step);
            progress.requests.remove(step);
        }
    }

    private static @Nullable Long at(@Nullable Map<String, Long> checks, String time) {
        return checks == null ? null : checks.get(time);
    }
}
