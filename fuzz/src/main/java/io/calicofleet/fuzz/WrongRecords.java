package io.calicofleet.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.ClusterSelector;
import io.calicofleet.event.EventType;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.Received;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Makes records that no service of ours sends: wrong by structure, by bytes, by headers, by key; or each right, but nobody's, in an order
 * that cannot be, and again. None is a forgery that nobody could tell from the real thing: what is about a real cluster is of a campaign
 * that does not have it. The same seed makes the same records. Not thread-safe.
 */
public final class WrongRecords {

    private static final List<Topic> ANY_TOPIC = Arrays.stream(Topic.values())
            .filter(topic -> topic != Topic.DEAD_LETTERS)
            .toList();
    private static final List<EventType> ANY_TYPE = List.of(EventType.values());
    private static final int LARGE = 300;
    private static final int REMEMBERED = 2000;
    private static final List<String> ATTRIBUTES = List.of(
            "ce_specversion",
            "ce_id",
            "ce_source",
            "ce_type",
            "ce_time",
            "ce_subject",
            "ce_campaign",
            "ce_stepid",
            "ce_actor",
            "ce_traceparent",
            "content-type");

    private final Samples samples;
    private final Foreign foreign;
    private final Random random;
    private final TreeMutator trees;
    private final ByteMutator bytes;
    private final List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();
    private long made;

    /**
     * Made of these samples, about these campaigns and clusters.
     *
     * @param seed which ones
     */
    public WrongRecords(Samples samples, Foreign foreign, long seed) {
        this.samples = samples;
        this.foreign = foreign;
        this.random = new Random(seed);
        this.trees = new TreeMutator(random);
        this.bytes = new ByteMutator(random);
    }

    /** The next one for that topic. */
    public ProducerRecord<byte[], byte[]> next(Topic topic) {
        made++;
        // Every record on a compacted topic is the truth for its key; one of before would be it again.
        if (topic.kept() != Topic.Kept.COMPACTED && !sent.isEmpty() && random.nextInt(40) == 0) {
            ProducerRecord<byte[], byte[]> again = sent.get(random.nextInt(sent.size()));
            return new ProducerRecord<>(topic.topicName(), null, again.key(), again.value(), again.headers());
        }
        ProducerRecord<byte[], byte[]> record = harmless(made(topic));
        if (sent.size() < REMEMBERED) {
            sent.add(record);
        } else {
            sent.set(random.nextInt(REMEMBERED), record);
        }
        return record;
    }

    private ProducerRecord<byte[], byte[]> made(Topic topic) {
        Topic of = random.nextInt(30) == 0 ? ANY_TOPIC.get(random.nextInt(ANY_TOPIC.size())) : topic;
        Samples.Sample sample = samples.any(of, random);
        String campaign = foreign.campaign(random);
        String cluster = about(topic)
                ? foreign.healthy(random)
                : topic == Topic.STATUS ? Foreign.cluster(random.nextInt(Foreign.FEW)) : foreign.cluster(random);
        JsonNode data = Samples.about(sample.data(), campaign, cluster);
        if (about(topic) || sample.type() == EventType.STEP_REQUESTED) {
            // Whoever has a cluster has a later epoch than this.
            withoutEpoch(data);
        }
        byte @Nullable [] value = value(data);
        byte @Nullable [] key = key(topic, campaign, cluster);
        return new ProducerRecord<>(topic.topicName(), null, key, value, headers(sample.type()));
    }

    /** Whether the next record is about a real cluster; never where nobody could tell that it is wrong. */
    private boolean about(Topic topic) {
        return switch (topic) {
            case PROGRESS, VERDICTS, CHECKS, CLAIM_ANSWERS, STEPS -> made % 50 == 0;
            // Its line has an end.
            case CLAIMS -> made % 2000 == 0;
            case CLUSTERS, COMMANDS, TRAFFIC, PLANS, DECISIONS, STATUS, FLEET, FAILURES, AUDIT, DEAD_LETTERS -> false;
        };
    }

    private static void withoutEpoch(JsonNode data) {
        if (data.path("parameters") instanceof ObjectNode parameters) {
            parameters.remove("epoch");
        }
    }

    private byte @Nullable [] value(JsonNode data) {
        return switch (random.nextInt(20)) {
            case 0, 1, 2 -> data.toString().getBytes(UTF_8);
            case 3, 4, 5 -> bytes.mutated(data.toString().getBytes(UTF_8));
            case 6 -> random.nextInt(3) == 0 ? null : random.nextInt(LARGE) == 0 ? large(data) : new byte[0];
            default -> trees.mutated(data).getBytes(UTF_8);
        };
    }

    /** Close to what a record may have, so that what is said of it beside may not fit. */
    private byte[] large(JsonNode data) {
        int size = Topic.MAX_RECORD_BYTES - 600 - random.nextInt(4000);
        byte[] large = new byte[size];
        byte[] start = data.toString().getBytes(UTF_8);
        Arrays.fill(large, (byte) (random.nextBoolean() ? ' ' : '['));
        System.arraycopy(start, 0, large, 0, Math.min(start.length, size));
        return large;
    }

    private byte @Nullable [] key(Topic topic, String campaign, String cluster) {
        String right = switch (topic) {
            case CLUSTERS, CLAIMS, STEPS, CHECKS, TRAFFIC -> cluster;
            // The right key of the fleet would stop all that is right, and so would the same failure on several
            // clusters.
            case COMMANDS, CLAIM_ANSWERS, PROGRESS, VERDICTS, DECISIONS, FLEET, FAILURES, AUDIT, DEAD_LETTERS ->
                campaign;
            case PLANS -> campaign + "/" + cluster;
            case STATUS -> random.nextInt(3) == 0 ? campaign : campaign + "/" + cluster;
        };
        return switch (random.nextInt(60)) {
            case 0 -> null;
            case 1 -> new byte[0];
            // Each key on a compacted topic is kept.
            case 2 ->
                topic.kept() == Topic.Kept.COMPACTED
                        ? (right + "/\u0000").getBytes(UTF_8)
                        : bytes.mutated(right.getBytes(UTF_8));
            case 3 -> foreign.cluster(random).getBytes(UTF_8);
            case 4 -> ("x".repeat(Oddities.length(random, 3000)) + "/").getBytes(UTF_8);
            default -> right.getBytes(UTF_8);
        };
    }

    private Headers headers(@Nullable EventType type) {
        Headers headers = new RecordHeaders();
        if (type == null && random.nextInt(3) > 0) {
            return headers;
        }
        set(headers, "content-type", "application/json");
        set(headers, "ce_specversion", "1.0");
        set(headers, "ce_id", "fuzz/" + made);
        set(headers, "ce_source", "/calico-fleet/fuzz");
        set(headers, "ce_type", (type == null ? EventType.STEP_JUDGED : type).encode());
        set(headers, "ce_time", time());
        int changes = random.nextInt(6) == 0 ? 1 + random.nextInt(3) : 0;
        for (int i = 0; i < changes; i++) {
            changed(headers);
        }
        return headers;
    }

    private String time() {
        return switch (random.nextInt(30)) {
            case 0 -> "+999999999-12-31T23:59:59.999999999Z";
            case 1 -> "-999999999-01-01T00:00:00Z";
            case 2 -> "2999-01-01T00:00:00Z";
            case 3 -> "1970-01-01T00:00:00Z";
            case 4 -> "2026-11-23T10:00:00+01:00";
            default -> Instant.now().toString();
        };
    }

    private void changed(Headers headers) {
        String name = ATTRIBUTES.get(random.nextInt(ATTRIBUTES.size()));
        Header before = headers.lastHeader(name);
        byte[] value = before == null || before.value() == null ? name.getBytes(UTF_8) : before.value();
        switch (random.nextInt(8)) {
            case 0 -> headers.remove(name);
            case 1 -> headers.add(new RecordHeader(name, (byte[]) null));
            case 2 -> headers.add(name, bytes.mutated(value));
            case 3 ->
                headers.add(name, "y".repeat(Oddities.length(random, 100_000)).getBytes(UTF_8));
            case 4 -> set(headers, "ce_type", "io.calicofleet.step.requested.v" + random.nextInt(3));
            case 5 -> set(headers, "ce_specversion", random.nextBoolean() ? "0.3" : "1.999");
            case 6 ->
                set(
                        headers,
                        "ce_type",
                        ANY_TYPE.get(random.nextInt(ANY_TYPE.size())).encode());
            default -> {
                for (int i = Oddities.length(random, 500); i > 0; i--) {
                    headers.add("h" + i, value);
                }
            }
        }
    }

    private static void set(Headers headers, String name, String value) {
        headers.remove(name);
        headers.add(name, value.getBytes(UTF_8));
    }

    /** A campaign that would take clusters that are there is none of ours to begin. */
    private ProducerRecord<byte[], byte[]> harmless(ProducerRecord<byte[], byte[]> record) {
        if (isCampaign(record)
                && data(record) instanceof CampaignCreated created
                && takesAny(created.spec().clusters())) {
            return new ProducerRecord<>(record.topic(), null, record.key(), null, record.headers());
        }
        return record;
    }

    /** By its headers alone: what is in it takes longer to read than to make. */
    private static boolean isCampaign(ProducerRecord<byte[], byte[]> record) {
        return EventCodec.attributes(record.headers())
                .filter(attributes -> attributes.type() == EventType.CAMPAIGN_CREATED)
                .isPresent();
    }

    private boolean takesAny(ClusterSelector selector) {
        return selector.all()
                || !selector.matchLabels().isEmpty()
                || selector.names().stream().anyMatch(name -> foreign.healthy().contains(name.value()));
    }

    /** What a reader makes of it; null where it is unreadable. */
    private static @Nullable FleetEvent data(ProducerRecord<byte[], byte[]> record) {
        return EventCodec.read(record.headers(), record.value()) instanceof Received.Parsed parsed
                ? parsed.event().data()
                : null;
    }
}
