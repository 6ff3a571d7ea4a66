package io.calicofleet.integrations.adapter.webhook;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.LogKeys;
import io.calicofleet.event.Topic;
import io.calicofleet.integrations.core.Answer;
import io.calicofleet.integrations.core.Backoff;
import io.calicofleet.integrations.core.Tries;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.kafka.Received;
import io.calicofleet.kafka.Undelivered;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Tells one endpoint what it wants to know. It has a consumer group of its own, so that one that is slow or away keeps no other waiting; of
 * each partition one message after the other is sent, so that what is said of a campaign on one topic comes in its order. Where it is and how
 * often it has tried is kept in Kafka: a restart goes on there. What was sent and not committed is sent again, with the same webhook-id.
 */
final class EndpointDelivery implements AutoCloseable {

    /** Before the name of the endpoint: the consumer group. */
    static final String GROUP = "calico-fleet-integrations-webhook-";

    private static final Logger LOGGER = LoggerFactory.getLogger(EndpointDelivery.class);
    private static final Duration BUSY = Duration.ofMillis(20);
    private static final Duration IDLE = Duration.ofMillis(200);
    private static final Duration COMMIT_WITHIN = Duration.ofSeconds(5);
    private static final long COMMITTED_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int SESSION_MILLIS = 6000;
    private static final int PORTION = 100;
    private static final int PORTION_BYTES = 8 * 1024 * 1024;

    private final Endpoint endpoint;
    private final WebhookSender sender;
    private final UndeliveredTopic undelivered;
    private final Backoff backoff;
    private final InstantSource clock;
    private final DoubleSupplier dice;
    private final WebhookMeters meters;
    private final Map<String, Object> config;
    private final Map<TopicPartition, Lane> lanes = new ConcurrentHashMap<>();
    private final Queue<Sent> sent = new ConcurrentLinkedQueue<>();
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
    private volatile String trouble = "";
    private long committedAt;

    /** What there is to send: an event, as what, and what it is sent again for. */
    private record Wanted(
            Event<? extends FleetEvent> event,
            Message message,
            ConsumerRecord<byte[], byte[]> record,
            @Nullable Undelivered again) {}

    /** What came of sending; {@code wanted} is null where what was to be sent again is there no more. */
    private record Sent(
            Lane lane, @Nullable Wanted wanted, @Nullable Undelivered again, Answer answer, long nanos) {}

    /**
     * Starts nothing yet.
     *
     * @param consumers settings of Kafka's consumers of events
     * @param dice from 0 to 1
     */
    EndpointDelivery(
            Endpoint endpoint,
            WebhookSender sender,
            UndeliveredTopic undelivered,
            Backoff backoff,
            Map<String, Object> consumers,
            InstantSource clock,
            DoubleSupplier dice,
            WebhookMeters meters) {
        this.endpoint = requireNonNull(endpoint, "endpoint");
        this.sender = requireNonNull(sender, "sender");
        this.undelivered = requireNonNull(undelivered, "undelivered");
        this.backoff = requireNonNull(backoff, "backoff");
        this.clock = requireNonNull(clock, "clock");
        this.dice = requireNonNull(dice, "dice");
        this.meters = requireNonNull(meters, "meters");
        this.config = new HashMap<>(consumers);
        config.put(ConsumerConfig.GROUP_ID_CONFIG, GROUP + endpoint.name());
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, "integrations-webhook-" + endpoint.name());
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        // Who was killed is soon replaced.
        config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_MILLIS);
        config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, SESSION_MILLIS / 3);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, PORTION);
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, PORTION_BYTES);
        this.thread =
                Thread.ofPlatform().name("webhook-" + endpoint.name()).daemon().unstarted(this::run);
        meters.watch(endpoint.name(), () -> (int)
                lanes.values().stream().filter(lane -> lane.tries().count() > 0).count());
    }

    /** Begins; comes back at once. */
    void start() {
        thread.start();
    }

    /** Why it does not take anything at this moment; empty where it does, or was told nothing yet. */
    String trouble() {
        return trouble;
    }

    @Override
    public void close() {
        stopping.countDown();
        KafkaConsumer<byte[], byte[]> opened = consumer;
        if (opened != null) {
            opened.wakeup();
        }
        try {
            // Where Kafka was never there it has not begun.
            boolean unused = thread.getState() == Thread.State.NEW || thread.join(COMMIT_WITHIN.multipliedBy(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        workers.shutdownNow();
        sender.close();
    }

    private boolean stopped() {
        return stopping.getCount() == 0;
    }

    private void run() {
        while (!stopped()) {
            try (KafkaConsumer<byte[], byte[]> opened =
                    new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                consumer = opened;
                opened.subscribe(topics(), new Partitions(opened));
                while (!stopped()) {
                    turn(opened);
                }
            } catch (WakeupException expected) {
                LOGGER.atDebug().log("the webhooks of an endpoint stop");
            } catch (KafkaException e) {
                log(LOGGER.atWarn(), e.toString()).log("what an endpoint is told cannot be read; it is tried again");
            } catch (InterruptedException e) {
                return;
            } finally {
                lanes.clear();
            }
            pause();
        }
    }

    private List<String> topics() {
        Set<String> topics = new HashSet<>(Set.of(Undelivered.TOPIC));
        endpoint.subscription().topics().stream().map(Topic::topicName).forEach(topics::add);
        return List.copyOf(topics);
    }

    /** One poll, and what there is to do after it. */
    private void turn(KafkaConsumer<byte[], byte[]> opened) throws InterruptedException {
        boolean busy = lanes.values().stream().anyMatch(lane -> !lane.isEmpty());
        for (ConsumerRecord<byte[], byte[]> record : opened.poll(busy ? BUSY : IDLE)) {
            Lane lane = lanes.get(new TopicPartition(record.topic(), record.partition()));
            if (lane != null) {
                lane.add(record);
            }
        }
        for (Sent one = sent.poll(); one != null; one = sent.poll()) {
            if (lanes.containsValue(one.lane())) {
                answered(one);
            }
        }
        lanes.values().forEach(this::advance);
        List<TopicPartition> full = new ArrayList<>();
        List<TopicPartition> empty = new ArrayList<>();
        lanes.forEach((partition, lane) -> (lane.isEmpty() ? empty : full).add(partition));
        opened.pause(full);
        opened.resume(empty);
        if (System.nanoTime() - committedAt >= COMMITTED_EVERY_NANOS) {
            commit(opened, lanes.keySet());
        }
    }

    private void advance(Lane lane) {
        for (ConsumerRecord<byte[], byte[]> record = lane.due(clock.instant());
                record != null;
                record = lane.due(clock.instant())) {
            if (record.topic().equals(Undelivered.TOPIC)) {
                Optional<Undelivered> asked = askedAgain(record);
                if (asked.isPresent()) {
                    send(
                            lane,
                            () -> undelivered.original(asked.get()).flatMap(found -> wanted(found, asked.get())),
                            asked.get());
                    return;
                }
            } else {
                Optional<Wanted> wanted = wanted(record, null);
                if (wanted.isPresent()) {
                    send(lane, () -> wanted, null);
                    return;
                }
            }
            lane.done(clock.instant());
        }
    }

    private Optional<Wanted> wanted(ConsumerRecord<byte[], byte[]> record, @Nullable Undelivered again) {
        return EventCodec.read(record.headers(), record.value()) instanceof Received.Parsed parsed
                ? endpoint.message(parsed.event(), record.value())
                        .map(message -> new Wanted(parsed.event(), message, record, again))
                : Optional.empty();
    }

    private Optional<Undelivered> askedAgain(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return Optional.empty();
        }
        try {
            Undelivered entry = EventJson.read(record.value(), Undelivered.class);
            return entry.replay()
                            && entry.endpoint().equals(endpoint.name())
                            && Topic.find(entry.topic()).isPresent()
                    ? Optional.of(entry)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void send(Lane lane, Supplier<Optional<Wanted>> what, @Nullable Undelivered again) {
        lane.sent();
        try {
            workers.execute(() -> {
                long begun = System.nanoTime();
                Optional<Wanted> wanted = Optional.empty();
                Answer answer;
                try {
                    wanted = what.get();
                    answer = wanted.isPresent()
                            ? sender.send(wanted.get().message())
                            : new Answer.Never("its record is on its topic no more, or is not for this endpoint");
                } catch (InterruptedException stopped) {
                    return;
                } catch (RuntimeException e) {
                    answer = new Answer.Later(e.toString(), Optional.empty());
                }
                sent.add(new Sent(lane, wanted.orElse(null), again, answer, System.nanoTime() - begun));
            });
        } catch (RejectedExecutionException expected) {
            // Stopped meanwhile: nothing of it is committed.
        }
    }

    private void answered(Sent one) throws InterruptedException {
        Instant now = clock.instant();
        Lane lane = one.lane();
        meters.sent(endpoint.name(), one.answer(), Duration.ofNanos(one.nanos()));
        switch (one.answer()) {
            case Answer.Taken taken -> {
                trouble = "";
                if (one.again() == null || listed(() -> undelivered.remove(requireNonNull(one.again())), lane, now)) {
                    lane.done(now);
                }
            }
            case Answer.Later later -> {
                trouble = later.reason();
                Tries tries = lane.tries().failed(later, backoff, now, dice.getAsDouble());
                if (backoff.over(tries.first(), now)) {
                    giveUp(one, tries, later.reason(), now);
                } else {
                    log(LOGGER.atWarn(), later.reason())
                            .addKeyValue("tries", tries.count())
                            .log("an endpoint does not take a webhook; it is tried again");
                    lane.again(tries);
                }
            }
            case Answer.Never never -> {
                Tries before = lane.tries();
                giveUp(one, new Tries(before.count() + 1, before.first(), now), never.reason(), now);
            }
        }
    }

    private void giveUp(Sent one, Tries tries, String reason, Instant now) throws InterruptedException {
        Undelivered entry = entry(one, tries, reason, now);
        if (entry != null && !listed(() -> undelivered.put(entry), one.lane(), now)) {
            return;
        }
        meters.givenUp(endpoint.name());
        log(LOGGER.atError(), reason)
                .addKeyValue("tries", tries.count())
                .addKeyValue("webhook", entry == null ? "" : entry.id())
                .log("a webhook is given up; `webhooks replay` sends it again");
        one.lane().done(now);
    }

    private @Nullable Undelivered entry(Sent one, Tries tries, String reason, Instant now) {
        Undelivered again = one.again();
        if (again != null) {
            return new Undelivered(
                    again.endpoint(),
                    again.id(),
                    again.type(),
                    again.campaign(),
                    again.summary(),
                    again.topic(),
                    again.partition(),
                    again.offset(),
                    again.tries() + tries.count(),
                    again.first(),
                    now,
                    reason,
                    false);
        }
        Wanted wanted = one.wanted();
        if (wanted == null) {
            return null;
        }
        CampaignName campaign = wanted.event().attributes().campaign();
        return new Undelivered(
                endpoint.name(),
                wanted.message().id(),
                wanted.event().data().type().shortName(),
                campaign == null ? null : campaign.value(),
                wanted.event().data().summary(),
                wanted.record().topic(),
                wanted.record().partition(),
                wanted.record().offset(),
                tries.count(),
                tries.first(),
                now,
                reason,
                false);
    }

    /** Something to do with the dead list. */
    private interface Listing {
        void run() throws ExecutionException, InterruptedException;
    }

    /** Whether it was done; where it was not, all of it is tried again. */
    private boolean listed(Listing listing, Lane lane, Instant now) throws InterruptedException {
        try {
            listing.run();
            return true;
        } catch (ExecutionException | KafkaException e) {
            log(LOGGER.atWarn(), e.toString()).log("the list of webhooks that were given up cannot be written");
            lane.again(lane.tries().failed(new Answer.Later("", Optional.empty()), backoff, now, dice.getAsDouble()));
            return false;
        }
    }

    /** What cannot be committed now is at the next turn. */
    private void commit(KafkaConsumer<byte[], byte[]> opened, Collection<TopicPartition> partitions) {
        committedAt = System.nanoTime();
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (TopicPartition partition : partitions) {
            Lane lane = lanes.get(partition);
            OffsetAndMetadata kept = lane == null ? null : lane.toCommit();
            if (kept != null) {
                offsets.put(partition, kept);
            }
        }
        if (offsets.isEmpty()) {
            return;
        }
        try {
            opened.commitSync(offsets, COMMIT_WITHIN);
            offsets.forEach((partition, kept) -> {
                Lane lane = lanes.get(partition);
                if (lane != null) {
                    lane.committed(kept);
                }
            });
        } catch (WakeupException e) {
            throw e;
        } catch (KafkaException e) {
            LOGGER.atDebug().addKeyValue(LogKeys.REASON, e.toString()).log("a position could not be committed");
        }
    }

    private LoggingEventBuilder log(LoggingEventBuilder entry, String reason) {
        return entry.addKeyValue("endpoint", endpoint.name()).addKeyValue(LogKeys.REASON, reason);
    }

    private void pause() {
        try {
            boolean unused = stopping.await(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            stopping.countDown();
        }
    }

    /** What Kafka tells of partitions, while it is polled. */
    private final class Partitions implements ConsumerRebalanceListener {

        private final KafkaConsumer<byte[], byte[]> opened;

        Partitions(KafkaConsumer<byte[], byte[]> opened) {
            this.opened = opened;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            Instant now = clock.instant();
            Map<TopicPartition, OffsetAndMetadata> kept = opened.committed(Set.copyOf(partitions));
            for (TopicPartition partition : partitions) {
                OffsetAndMetadata before = kept.get(partition);
                if (before != null) {
                    lanes.put(
                            partition,
                            new Lane(
                                    before.offset(),
                                    Tries.parse(before.metadata()).orElse(Tries.none(now))));
                    continue;
                }
                if (endpoint.fromBeginning() || partition.topic().equals(Undelivered.TOPIC)) {
                    opened.seekToBeginning(List.of(partition));
                } else {
                    opened.seekToEnd(List.of(partition));
                }
                lanes.put(partition, new Lane(opened.position(partition), Tries.none(now)));
            }
            // From here on nothing is missed, whenever it ends.
            commit(opened, partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            commit(opened, partitions);
            lanes.keySet().removeAll(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            lanes.keySet().removeAll(partitions);
        }
    }
}
