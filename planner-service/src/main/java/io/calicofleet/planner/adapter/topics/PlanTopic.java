package io.calicofleet.planner.adapter.topics;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.PlanMade;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.Received;
import io.calicofleet.planner.port.PlanReader;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The plans executors have made, from the topic itself. */
public final class PlanTopic implements PlanReader {

    private final TopicReader reader;

    /** Reads by this. */
    public PlanTopic(TopicReader reader) {
        this.reader = reader;
    }

    @Override
    public Optional<PlanMade> newest(CampaignName campaign, ClusterId cluster, Instant since) {
        AtomicReference<@Nullable ConsumerRecord<String, byte[]>> last = new AtomicReference<>();
        reader.read(Topic.PLANS, campaign + "/" + cluster, since, last::set);
        return read(last.get());
    }

    @Override
    public void read(CampaignName campaign, Instant since, Consumer<PlanMade> taker) {
        reader.read(Topic.PLANS, since, record -> {
            if (record.key() != null && record.key().startsWith(campaign + "/")) {
                read(record).ifPresent(taker);
            }
        });
    }

    private static Optional<PlanMade> read(@Nullable ConsumerRecord<String, byte[]> record) {
        return record != null
                        && EventCodec.read(record.headers(), record.value()) instanceof Received.Parsed parsed
                        && parsed.event().data() instanceof PlanMade made
                ? Optional.of(made)
                : Optional.empty();
    }
}
