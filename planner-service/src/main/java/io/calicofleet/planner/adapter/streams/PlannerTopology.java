package io.calicofleet.planner.adapter.streams;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.planner.core.campaign.CampaignHeader;
import io.calicofleet.planner.core.campaign.ClusterState;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.TopicNameExtractor;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The planner's topology:
 *
 * <pre>
 *  commands --+                                     +--> steps, status (by the event's type)
 *  progress --+--> campaigns (one per partition) ---+
 *  verdicts --+      |  stores: headers, clusters   +--> dead-letters
 *                    |
 *  clusters ----> fleet (global store, read only)
 * </pre>
 *
 * <p>Commands, progress and verdicts are keyed by campaign and have the same number of partitions, so one campaign lives on
 * one partition with all that is said to it.
 */
public final class PlannerTopology {

    /** The sink of events. */
    static final String EVENTS = "events";

    /** The sink of dead letters. */
    static final String DEAD_LETTERS = "dead-letters";

    /** The store of campaign headers. */
    static final String HEADERS = "campaign-headers";

    /** The store of clusters in campaigns. */
    static final String CLUSTERS = "campaign-clusters";

    private static final String CAMPAIGNS = "campaigns";
    private static final String INPUTS = "inputs";

    private PlannerTopology() {}

    /**
     * The topology.
     *
     * @param core who decides
     * @param engagements the campaign each cluster is active in, as known now
     * @param tick how often time passes
     * @param meters what is counted
     */
    public static Topology build(
            Decider core, Supplier<Map<ClusterId, CampaignName>> engagements, Duration tick, StreamMeters meters) {
        Topology topology = new Topology();
        topology.addSource(
                INPUTS,
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                Topic.COMMANDS.topicName(),
                Topic.PROGRESS.topicName(),
                Topic.VERDICTS.topicName());
        topology.addProcessor(CAMPAIGNS, () -> new CampaignProcessor(core, engagements, tick, meters), INPUTS);
        topology.addStateStore(store(HEADERS, EventCodec.json(CampaignHeader.class)), CAMPAIGNS);
        topology.addStateStore(store(CLUSTERS, EventCodec.json(ClusterState.class)), CAMPAIGNS);
        TopicNameExtractor<String, Event<? extends FleetEvent>> topicOfType =
                (key, event, context) -> event.data().type().topic().topicName();
        topology.addSink(EVENTS, topicOfType, new StringSerializer(), EventCodec.serializer(), CAMPAIGNS);
        topology.addSink(
                DEAD_LETTERS,
                Topic.DEAD_LETTERS.topicName(),
                new ByteArraySerializer(),
                new ByteArraySerializer(),
                CAMPAIGNS);
        topology.addGlobalStore(
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(Fleet.STORE), Serdes.String(), Serdes.ByteArray())
                        .withLoggingDisabled(),
                "cluster-announcements",
                new StringDeserializer(),
                new ByteArrayDeserializer(),
                Topic.CLUSTERS.topicName(),
                "fleet-keeper",
                Fleet.Keeper::new);
        return topology;
    }

    private static <T> StoreBuilder<?> store(String name, Serde<T> values) {
        return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), Serdes.String(), values)
                .withLoggingEnabled(Map.of(
                        "max.message.bytes",
                        Topic.STATUS.settings().getOrDefault("max.message.bytes", String.valueOf(4 * 1024 * 1024))));
    }
}
