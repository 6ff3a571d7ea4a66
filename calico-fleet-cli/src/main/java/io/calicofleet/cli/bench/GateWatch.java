package io.calicofleet.cli.bench;

import static io.calicofleet.cli.bench.TopicReader.header;

import io.calicofleet.event.EventType;
import io.calicofleet.event.StepId;
import io.calicofleet.event.Topic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures gate latencies of one campaign by reading its topics, committed records only:
 *
 * <pre>
 * from  the timestamp of the record of the check that satisfied the gate: the executor's producer sets it as it sends. It is
 *       the last one that was sent before the verdict.
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
    private final Map<StepId, Progress> steps = new HashMap<>();
    private volatile boolean closed;

    /** What was read of a step; its records come in no order. */
    private static final class Progress {
        /** Timestamps of its checks. */
        final List<Long> checks = new ArrayList<>();

        @Nullable
        Long verdict;

        /** When the request of the step after it was seen. */
        @Nullable
        Long next;

        Stream<Long> latency() {
            Long judged = verdict;
            Long asked = next;
            return judged == null || asked == null
                    ? Stream.of()
                    : checks.stream()
                            .filter(check -> check <= judged)
                            .max(Comparator.naturalOrder())
                            .map(check -> asked - check)
                            .stream();
        }
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
        return Latencies.of(steps.values().stream().flatMap(Progress::latency).toList());
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
        if (EventType.CHECKS_OBSERVED.encode().equals(type)) {
            of(step).checks.add(record.timestamp());
        } else if (EventType.STEP_JUDGED.encode().equals(type)) {
            Progress progress = of(step);
            if (progress.verdict == null) {
                progress.verdict = record.timestamp();
                judged.incrementAndGet();
            }
        } else if (EventType.STEP_REQUESTED.encode().equals(type) && step.ordinal() > 1) {
            Progress before = of(new StepId(step.campaign(), step.cluster(), step.kind(), step.ordinal() - 1));
            if (before.next == null) {
                before.next = now;
            }
        }
    }

    private Progress of(StepId step) {
        return steps.computeIfAbsent(step, any -> new Progress());
    }
}
