package io.calicofleet.planner.adapter.streams;

import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.planner.core.Retention;
import io.calicofleet.planner.core.claim.ClaimState;
import io.calicofleet.planner.core.failure.FailureState;
import io.calicofleet.runtime.streams.PromptCommit;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.TopicNameExtractor;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The planner's topology:
 *
 * <pre>
 *  commands ------+                                  +--> steps, status, claims, decisions (by the event's type)
 *  progress ------+--> campaigns (one per partition)-+
 *  verdicts ------+      |  stores: headers, clusters, names +--> dead-letters
 *  claim-answers -+      |
 *                        |
 *  clusters --------> fleet (global store, read only)
 *  fleet -----------> fleet-stop (global store, read only)
 *
 *  claims -----------> claims (one per partition) ---+--> claim-answers
 *                          store: claims             +--> dead-letters
 *
 *  failures ---------> failures (one per partition) -+--> fleet
 *                          store: failures           +--> dead-letters
 * </pre>
 *
 * <p>What goes to campaigns is keyed by campaign and has the same number of partitions, so one campaign lives on one partition with all
 * that is said to it. Claims are keyed by cluster: all that campaigns say of one cluster is on one partition, in one order. So is all that is
 * seen of one failure, whatever campaign it is of. They meet at the same sinks, so Kafka Streams runs them as one task per partition.
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

    /** The store of names that campaigns had which are deleted. */
    static final String NAMES = "campaign-names";

    /** The store of who has which cluster. */
    static final String CLAIMS = "claims";

    /** The store of what failed where. */
    static final String FAILURES = "failures";

    private static final int BATCH_BYTES = 256 * 1024;
    private static final String CAMPAIGNS = "campaigns";
    private static final String INPUTS = "inputs";
    private static final String CALLS = "claim-calls";
    private static final String CLAIM_CORE = "claim-core";
    private static final String FAILURES_SEEN = "failures-seen";
    private static final String FAILURE_CORE = "failure-core";

    private PlannerTopology() {}

    /**
     * The topology.
     *
     * @param core who decides
     * @param tick how often time passes
     * @param retention how long campaigns are kept that are over
     * @param meters what is counted
     */
    public static Topology build(Decider core, Duration tick, Retention retention, StreamMeters meters) {
        return build(core, tick, retention, meters, WorkedTime.Clock.STEADY);
    }

    /** The same, by another steady clock. */
    static Topology build(
            Decider core, Duration tick, Retention retention, StreamMeters meters, WorkedTime.Clock steady) {
        Topology topology = new Topology();
        PromptCommit commit = new PromptCommit();
        Twins twins = new Twins(steady.nanos());
        topology.addSource(
                INPUTS,
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                Topic.COMMANDS.topicName(),
                Topic.PROGRESS.topicName(),
                Topic.VERDICTS.topicName(),
                Topic.CLAIM_ANSWERS.topicName());
        topology.addProcessor(
                CAMPAIGNS, () -> new CampaignProcessor(core, tick, retention, meters, commit, steady, twins), INPUTS);
        topology.addSource(CALLS, new ByteArrayDeserializer(), new ByteArrayDeserializer(), Topic.CLAIMS.topicName());
        topology.addProcessor(CLAIM_CORE, () -> new ClaimProcessor(meters, commit), CALLS);
        topology.addStateStore(store(CLAIMS, EventCodec.json(ClaimState.class)), CLAIM_CORE);
        topology.addSource(
                FAILURES_SEEN, new ByteArrayDeserializer(), new ByteArrayDeserializer(), Topic.FAILURES.topicName());
        topology.addProcessor(FAILURE_CORE, () -> new FailureProcessor(meters, commit, twins), FAILURES_SEEN);
        topology.addStateStore(store(FAILURES, EventCodec.json(FailureState.class)), FAILURE_CORE);
        topology.addStateStore(store(HEADERS, Serdes.ByteArray()), CAMPAIGNS);
        topology.addStateStore(store(CLUSTERS, Serdes.ByteArray()), CAMPAIGNS);
        topology.addStateStore(store(NAMES, Serdes.Long()), CAMPAIGNS);
        TopicNameExtractor<String, ProducerRecord<String, byte[]>> itsTopic = (key, made, context) -> made.topic();
        Serializer<ProducerRecord<String, byte[]>> itsValue = (topic, made) -> made.value();
        topology.addSink(EVENTS, itsTopic, new StringSerializer(), itsValue, CAMPAIGNS, CLAIM_CORE, FAILURE_CORE);
        topology.addSink(
                DEAD_LETTERS,
                Topic.DEAD_LETTERS.topicName(),
                new ByteArraySerializer(),
                new ByteArraySerializer(),
                CAMPAIGNS,
                CLAIM_CORE,
                FAILURE_CORE);
        topology.addGlobalStore(
                global(Fleet.STORE),
                "cluster-announcements",
                new StringDeserializer(),
                new ByteArrayDeserializer(),
                Topic.CLUSTERS.topicName(),
                "fleet-keeper",
                () -> new Fleet.Keeper(twins));
        topology.addGlobalStore(
                global(FleetStops.STORE),
                "fleet-wide",
                new StringDeserializer(),
                new ByteArrayDeserializer(),
                Topic.FLEET.topicName(),
                "stop-keeper",
                FleetStops.Keeper::new);
        return topology;
    }

    private static StoreBuilder<?> global(String name) {
        return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
                .withLoggingDisabled();
    }

    private static <T> StoreBuilder<?> store(String name, Serde<T> values) {
        return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), Serdes.String(), values)
                .withLoggingEnabled(Map.of(
                        "max.message.bytes",
                        Topic.STATUS
                                .settings()
                                .getOrDefault("max.message.bytes", String.valueOf(Topic.MAX_RECORD_BYTES))));
    }

    /**
     * What is best for it.
     *
     * @param poll how long one poll waits for records
     * @param linger how long the producer waits for a batch to fill
     */
    public static Map<String, Object> tuning(Duration poll, Duration linger) {
        return Map.of(
                StreamsConfig.POLL_MS_CONFIG,
                poll.toMillis(),
                StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG),
                linger.toMillis(),
                StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG),
                BATCH_BYTES,
                StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
                Topic.MAX_RECORD_BYTES);
    }
}
