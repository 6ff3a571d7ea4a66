package io.calicofleet.integrations.adapter.chat;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.Explanation;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.LogKeys;
import io.calicofleet.event.Topic;
import io.calicofleet.integrations.core.Glob;
import io.calicofleet.integrations.core.chat.Note;
import io.calicofleet.integrations.core.chat.Notes;
import io.calicofleet.integrations.core.chat.Told;
import io.calicofleet.integrations.core.chat.Told.Next;
import io.calicofleet.integrations.core.chat.Waiting;
import io.calicofleet.integrations.port.Chat;
import io.calicofleet.integrations.port.Planner;
import io.calicofleet.integrations.port.Planner.Away;
import io.calicofleet.integrations.port.Planner.Given;
import io.calicofleet.integrations.port.Planner.Refused;
import io.calicofleet.integrations.port.Planner.Reply;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.Received;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread for each campaign in a room of a chat. The topic of statuses has the current truth and is read from its beginning; what has been said is
 * kept in Kafka before and after it is posted, and what differs is said. A restart so finds its messages again: where it does not know whether one
 * was posted, it looks for its mark. Of several instances, each says what is on its partitions; one that lost them unknowingly may say one
 * thing more.
 */
public final class Threads implements AutoCloseable {

    /** The consumer group, before the room. */
    static final String GROUP = "calico-fleet-integrations-chat-";

    private static final Logger LOGGER = LoggerFactory.getLogger(Threads.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration CLOSED_WITHIN = Duration.ofSeconds(10);
    private static final int SESSION_MILLIS = 6000;
    private static final int NOT_SEEN = 404;

    private final Chat chat;
    private final Planner planner;
    private final Settings settings;
    private final InstantSource clock;
    private final ToldTopic topic;
    private final Map<String, Object> config;
    private final Meters meters;
    private final Map<String, One> campaigns = new HashMap<>();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().name("chat").daemon().unstarted(this::run);
    private volatile @Nullable KafkaConsumer<String, byte[]> consumer;
    private volatile String trouble = "it has not begun yet";
    private Map<String, Told> kept = new HashMap<>();
    private Instant begun = Instant.MAX;
    private Instant quietUntil = Instant.MIN;

    /**
     * What is said, and how often.
     *
     * @param campaigns of which; empty: all
     * @param all whether each phase is told
     * @param pace between two messages of the room
     * @param editEvery between two changes of the message of one campaign; where nothing can be changed, between two messages of how it goes
     * @param lookAgain how long what waits is believed before the planner is asked anew
     */
    public record Settings(List<Glob> campaigns, boolean all, Duration pace, Duration editEvery, Duration lookAgain) {
        public Settings {
            campaigns = List.copyOf(campaigns);
        }

        private boolean wants(CampaignName name) {
            return campaigns.isEmpty() || campaigns.stream().anyMatch(glob -> glob.matches(name.value()));
        }
    }

    /** Counts what is said. */
    public interface Meters {

        /**
         * Something was asked of the chat.
         *
         * @param outcome {@code taken}, {@code later} or {@code never}
         */
        void said(String outcome);
    }

    /** A campaign of the partitions that are ours. */
    private static final class One {
        private CampaignStatus status;
        private final TopicPartition partition;
        private Map<String, Note> beside = Map.of();
        private boolean seen;
        private Instant lookAt = Instant.MIN;
        private Instant edited;

        One(CampaignStatus status, TopicPartition partition, Instant edited) {
            this.status = status;
            this.partition = partition;
            this.edited = edited;
        }
    }

    /**
     * Starts nothing yet.
     *
     * @param client settings of Kafka's clients
     * @param consumers the same for those who read events
     */
    public Threads(
            Chat chat,
            Planner planner,
            Settings settings,
            Map<String, Object> client,
            Map<String, Object> consumers,
            InstantSource clock,
            Meters meters) {
        this.chat = requireNonNull(chat, "chat");
        this.planner = requireNonNull(planner, "planner");
        this.settings = requireNonNull(settings, "settings");
        this.clock = requireNonNull(clock, "clock");
        this.meters = requireNonNull(meters, "meters");
        this.topic = new ToldTopic(chat.room(), client);
        this.config = new HashMap<>(consumers);
        config.put(ConsumerConfig.GROUP_ID_CONFIG, GROUP + chat.room());
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, "integrations-chat-" + chat.room());
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        // Who was killed is soon replaced.
        config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_MILLIS);
        config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, SESSION_MILLIS / 3);
    }

    /** Makes the topic of what was said where it is missing, and begins; comes back at once. */
    public void start(Admin admin) throws ExecutionException, InterruptedException {
        ToldTopic.create(admin);
        thread.start();
    }

    /** Why nothing is said at this moment; empty where it is. */
    public String trouble() {
        return trouble;
    }

    @Override
    public void close() {
        stopping.countDown();
        KafkaConsumer<String, byte[]> opened = consumer;
        if (opened != null) {
            opened.wakeup();
        }
        try {
            // Where Kafka was never there it has not begun.
            boolean unused = thread.getState() == Thread.State.NEW || thread.join(CLOSED_WITHIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        topic.close();
    }

    private boolean stopped() {
        return stopping.getCount() == 0;
    }

    private void run() {
        while (!stopped()) {
            try (KafkaConsumer<String, byte[]> opened =
                    new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
                consumer = opened;
                opened.subscribe(List.of(Topic.STATUS.topicName()), new Partitions(opened));
                while (!stopped()) {
                    turn(opened);
                }
            } catch (WakeupException expected) {
                LOGGER.atDebug().log("the threads of a chat stop");
            } catch (KafkaException | ExecutionException e) {
                waits(e.toString());
            } catch (InterruptedException e) {
                return;
            } finally {
                campaigns.clear();
            }
            try {
                boolean unused = stopping.await(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                stopping.countDown();
            }
        }
    }

    private void waits(String why) {
        if (!why.equals(trouble)) {
            LOGGER.atWarn().addKeyValue(LogKeys.REASON, why).log("a chat is not told what happens; it is tried again");
        }
        trouble = why;
    }

    private void turn(KafkaConsumer<String, byte[]> opened) throws ExecutionException, InterruptedException {
        boolean caughtUp = true;
        for (ConsumerRecord<String, byte[]> record : opened.poll(POLL)) {
            learn(record);
            caughtUp = false;
        }
        // What is said of a status that was replaced since would be taken back at once.
        Instant now = clock.instant();
        if (caughtUp && !now.isBefore(quietUntil)) {
            for (One one : List.copyOf(campaigns.values())) {
                if (say(one, now)) {
                    return;
                }
            }
        }
    }

    private void learn(ConsumerRecord<String, byte[]> record) throws ExecutionException, InterruptedException {
        switch (EventCodec.read(record.headers(), record.value())) {
            case Received.Parsed parsed -> learn(parsed.event().data(), record);
            case Received.Tombstone tombstone -> forget(record.key());
            case Received.Unreadable unreadable -> LOGGER.atDebug().log("a record nobody can read");
        }
    }

    private void learn(FleetEvent event, ConsumerRecord<String, byte[]> record) {
        if (event instanceof CampaignStatus status && settings.wants(status.campaign())) {
            One one = campaigns.computeIfAbsent(
                    status.campaign().value(),
                    name -> new One(status, new TopicPartition(record.topic(), record.partition()), firstEdited()));
            one.status = status;
            one.lookAt = Instant.MIN;
        } else if (event instanceof ClusterStatus status) {
            One one = campaigns.get(status.campaign().value());
            if (one != null) {
                one.lookAt = Instant.MIN;
            }
        }
    }

    /** Where each change is a message more, a restart is no reason for one. */
    private Instant firstEdited() {
        return chat.changes() ? Instant.MIN : clock.instant();
    }

    /** A campaign that was deleted; the key of a cluster is none of ours. */
    private void forget(String key) throws ExecutionException, InterruptedException {
        if (campaigns.remove(key) != null && kept.remove(key) != null) {
            topic.remove(key);
        }
    }

    /** Says one thing of a campaign; whether there was one, or it has to wait. */
    private boolean say(One one, Instant now) throws ExecutionException, InterruptedException {
        String name = one.status.campaign().value();
        Told told = kept.getOrDefault(name, Told.NOTHING);
        boolean over = one.status.phase().terminal();
        if (told.equals(Told.NOTHING) && over && one.status.updatedAt().isBefore(begun)) {
            return false;
        }
        if (!now.isBefore(one.lookAt) && !look(one, now)) {
            return true;
        }
        if (!one.seen) {
            return false;
        }
        boolean mayEdit = !now.isBefore(plus(one.edited, settings.editEvery()));
        Note progress = Notes.progress(one.status);
        Next next = chat.changes()
                ? told.next(progress, one.beside, mayEdit)
                : told.nextAnew(progress, one.beside, mayEdit && !over);
        return switch (next) {
            case Next.Nothing nothing -> false;
            case Next.Forget forget -> keep(name, told.without(forget.key()));
            case Next.Find find -> find(name, told, find.saying(), now);
            case Next.Post post -> post(one, told, post.note(), now);
            case Next.Edit edit -> edit(one, told, edit, now);
        };
    }

    private static Instant plus(Instant at, Duration more) {
        return at.equals(Instant.MIN) ? at : at.plus(more);
    }

    /** Asks the planner what waits, and why; false where it does not answer. */
    private boolean look(One one, Instant now) throws InterruptedException {
        String name = one.status.campaign().value();
        Reply<Explanation> why = planner.explanation(name, null);
        Reply<List<Waiting>> waiting = planner.waiting(name, null);
        if (why instanceof Given<Explanation> reasons && waiting instanceof Given<List<Waiting>> approvals) {
            one.beside = Notes.beside(one.status, reasons.value(), approvals.value(), settings.all());
            one.seen = true;
            trouble = "";
        } else if (why instanceof Refused<Explanation> refused && refused.status() == NOT_SEEN) {
            // Not for this room, or deleted a moment ago.
            one.seen = false;
        } else {
            waits("the planner does not say what waits: " + said(why) + said(waiting));
            quietUntil = now.plus(settings.pace());
            return false;
        }
        // Its view may be some moments behind its topic, and time alone changes what waits.
        one.lookAt = one.status.phase().terminal() ? Instant.MAX : now.plus(settings.lookAgain());
        return true;
    }

    private static String said(Reply<?> reply) {
        return switch (reply) {
            case Away<?> away -> away.reason();
            case Refused<?> refused -> refused.status() + " " + refused.sentence();
            case Given<?> given -> "";
        };
    }

    private boolean keep(String name, Told told) throws ExecutionException, InterruptedException {
        topic.put(name, told);
        kept.put(name, told);
        return true;
    }

    private boolean post(One one, Told told, Note note, Instant now) throws ExecutionException, InterruptedException {
        String name = one.status.campaign().value();
        one.edited = note.key().equals(Note.PROGRESS) && !chat.changes() ? now : one.edited;
        String mark = name + "/" + UUID.randomUUID();
        Told posting = told.posting(note, mark, now);
        keep(name, posting);
        return after(name, posting, note, chat.post(told.thread(), name, note, mark), now);
    }

    private boolean find(String name, Told told, Told.Saying saying, Instant now)
            throws ExecutionException, InterruptedException {
        Chat.Outcome found = chat.find(told.thread(), saying.mark(), saying.at());
        quietUntil = now.plus(settings.pace());
        return switch (found) {
            case Chat.There there -> keep(name, told.found(saying, there.message()));
            case Chat.Absent absent -> keep(name, told.notPosted());
            case Chat.Later later -> later(later);
            case Chat.Never never -> later(new Chat.Later(never.reason(), Optional.empty()));
        };
    }

    private boolean edit(One one, Told told, Next.Edit edit, Instant now)
            throws ExecutionException, InterruptedException {
        String name = one.status.campaign().value();
        Note note = edit.note();
        one.edited = note.key().equals(Note.PROGRESS) ? now : one.edited;
        return after(name, told, note, chat.edit(edit.said().message(), note), now);
    }

    private boolean after(String name, Told told, Note note, Chat.Outcome outcome, Instant now)
            throws ExecutionException, InterruptedException {
        quietUntil = now.plus(settings.pace());
        boolean wanted = note.key().equals(Note.PROGRESS)
                || (campaigns.containsKey(name) && campaigns.get(name).beside.containsKey(note.key()));
        switch (outcome) {
            case Chat.There there -> {
                meters.said("taken");
                trouble = "";
                keep(name, told.with(note, there.message(), !wanted));
            }
            case Chat.Absent absent -> {
                // Somebody deleted it. A thread begins anew; anything else is not said twice.
                meters.said("never");
                keep(name, note.key().equals(Note.PROGRESS) ? Told.NOTHING : told.with(note, "", !wanted));
            }
            case Chat.Later later -> {
                meters.said("later");
                return later(later);
            }
            case Chat.Never never -> {
                meters.said("never");
                LOGGER.atError()
                        .addKeyValue(LogKeys.CAMPAIGN, name)
                        .addKeyValue(LogKeys.REASON, never.reason())
                        .log("a message is not taken, and left out");
                if (told.thread() == null) {
                    return later(new Chat.Later(never.reason(), Optional.of(Duration.ofMinutes(1))));
                }
                keep(name, told.with(note, said(told, note), !wanted));
            }
        }
        return true;
    }

    private static String said(Told told, Note note) {
        Told.Said before = told.said().get(note.key());
        return before == null ? "" : before.message();
    }

    private boolean later(Chat.Later later) {
        waits(later.reason());
        Duration asked = later.earliest().orElse(settings.pace());
        // From the answer on, not from the question.
        quietUntil = clock.instant().plus(asked.compareTo(settings.pace()) < 0 ? settings.pace() : asked);
        return true;
    }

    /** What Kafka tells of partitions, while it is polled. */
    private final class Partitions implements ConsumerRebalanceListener {

        private final KafkaConsumer<String, byte[]> opened;

        Partitions(KafkaConsumer<String, byte[]> opened) {
            this.opened = opened;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            ToldTopic.Kept read = topic.read();
            kept = new HashMap<>(read.campaigns());
            Instant since = read.begun();
            if (since == null) {
                since = clock.instant();
                try {
                    topic.begin(since);
                } catch (ExecutionException e) {
                    throw new KafkaException(e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            begun = since;
            opened.seekToBeginning(partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            campaigns.values().removeIf(one -> partitions.contains(one.partition));
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            onPartitionsRevoked(partitions);
        }
    }
}
