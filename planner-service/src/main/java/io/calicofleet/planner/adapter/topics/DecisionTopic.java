package io.calicofleet.planner.adapter.topics;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.DecisionMade;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.Received;
import io.calicofleet.planner.core.replay.Recorded;
import io.calicofleet.planner.port.DecisionReader;
import io.calicofleet.planner.port.journal.Journal;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The decisions of planners, from the topic itself. */
public final class DecisionTopic implements DecisionReader {

    private final TopicReader reader;

    /** Reads by this. */
    public DecisionTopic(TopicReader reader) {
        this.reader = reader;
    }

    @Override
    public @Nullable String read(CampaignName campaign, @Nullable Instant since, Consumer<Recorded> taker) {
        Journal journal = new Journal();
        AtomicReference<@Nullable String> unreadable = new AtomicReference<>();
        reader.read(Topic.DECISIONS, campaign.value(), since, record -> {
            if (unreadable.get() == null) {
                unreadable.set(read(journal, record, taker));
            }
        });
        return unreadable.get();
    }

    private static @Nullable String read(
            Journal journal, ConsumerRecord<String, byte[]> record, Consumer<Recorded> taker) {
        try {
            Received received = EventCodec.read(record.headers(), record.value());
            if (!(received instanceof Received.Parsed parsed && parsed.event().data() instanceof DecisionMade made)) {
                return unreadable(
                        record, received instanceof Received.Unreadable wrong ? wrong.reason() : "it is no decision");
            }
            journal.read(record.offset(), made).ifPresent(taker);
            return null;
        } catch (IOException | IllegalArgumentException e) {
            return unreadable(record, String.valueOf(e.getMessage()));
        }
    }

    private static String unreadable(ConsumerRecord<String, byte[]> record, String why) {
        return "The decision at offset " + record.offset() + " cannot be read, and none after it is shown: " + why
                + ".";
    }
}
