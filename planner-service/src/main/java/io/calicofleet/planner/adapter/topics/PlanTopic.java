package io.calicofleet.planner.adapter.topics;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPlan;
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
    public Optional<PlanMade> made(CampaignName campaign, ClusterId cluster, ClusterPlan known) {
        AtomicReference<@Nullable PlanMade> found = new AtomicReference<>();
        reader.readUntil(Topic.PLANS, campaign + "/" + cluster, known.madeAt(), record -> {
            PlanMade made = read(record).orElse(null);
            boolean same = made != null
                    && made.plan().digest().equals(known.digest())
                    && made.plan().madeAt().equals(known.madeAt());
            if (same) {
                found.set(made);
            }
            return same;
        });
        return Optional.ofNullable(found.get());
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
