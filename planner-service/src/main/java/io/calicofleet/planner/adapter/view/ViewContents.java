package io.calicofleet.planner.adapter.view;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterAnnounced;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.FleetStop;
import io.calicofleet.event.Stop;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.core.why.Heartbeat;
import io.calicofleet.planner.port.ClusterDocument;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The newest record of each key of {@code status}, {@code clusters} and {@code fleet}. Statuses of clusters are kept as the JSON they
 * came in: there are many of them, and most are only handed on.
 */
final class ViewContents {

    private static final Set<String> ACTING = Set.of(ClusterPhase.RUNNING.encode(), ClusterPhase.HELD.encode());
    private static final Set<String> LISTED = Set.of("phase", "wave", "holdReason", "source", "updatedAt", "summary");

    private final NavigableMap<CampaignName, CampaignStatus> campaigns = new ConcurrentSkipListMap<>();
    private final Map<CampaignName, NavigableMap<ClusterId, ClusterDocument>> clusters = new ConcurrentHashMap<>();
    private final NavigableMap<ClusterId, ClusterAnnounced> fleet = new ConcurrentSkipListMap<>();
    private final Map<ClusterId, Instant> heard = new ConcurrentHashMap<>();
    private volatile @Nullable Stop stop;

    /**
     * Takes a record in; without a value, its key is forgotten.
     *
     * @param at when it was published
     * @throws IOException where the value is not what the topic holds
     * @throws IllegalArgumentException where the key is not
     */
    void accept(String topic, String key, byte @Nullable [] value, Instant at) throws IOException {
        if (topic.equals(Topic.CLUSTERS.topicName())) {
            ClusterAnnounced announced = value == null ? null : EventJson.read(value, ClusterAnnounced.class);
            put(fleet, ClusterId.of(key), announced);
            put(heard, ClusterId.of(key), announced == null ? null : at);
            return;
        }
        if (topic.equals(Topic.FLEET.topicName())) {
            if (key.equals(FleetStop.KEY)) {
                stop = value == null ? null : stop(value);
            }
            return;
        }
        int slash = key.indexOf('/');
        if (slash < 0) {
            put(campaigns, CampaignName.of(key), value == null ? null : EventJson.read(value, CampaignStatus.class));
        } else {
            CampaignName campaign = CampaignName.of(key.substring(0, slash));
            ClusterId cluster = ClusterId.of(key.substring(slash + 1));
            ClusterDocument document = value == null ? null : document(cluster, value);
            clusters.compute(campaign, (name, known) -> {
                NavigableMap<ClusterId, ClusterDocument> ofCampaign =
                        known == null ? new ConcurrentSkipListMap<>() : known;
                put(ofCampaign, cluster, document);
                return ofCampaign.isEmpty() ? null : ofCampaign;
            });
        }
    }

    /** How many entries there are of all kinds. */
    int size() {
        return campaigns.size()
                + fleet.size()
                + clusters.size()
                + clusters.values().stream().mapToInt(Map::size).sum();
    }

    /** Where it cannot be read, everything is. */
    private static @Nullable Stop stop(byte[] json) {
        try {
            return EventJson.read(json, FleetStop.class).stop();
        } catch (IOException e) {
            return FleetStop.UNREADABLE;
        }
    }

    Optional<Stop> stop() {
        return Optional.ofNullable(stop);
    }

    List<CampaignStatus> campaigns() {
        return List.copyOf(campaigns.values());
    }

    Optional<CampaignStatus> campaign(CampaignName name) {
        return Optional.ofNullable(campaigns.get(name));
    }

    Map<ClusterId, ClusterDocument> clusterDocuments(CampaignName campaign) {
        return Collections.unmodifiableMap(clusters.getOrDefault(campaign, Collections.emptyNavigableMap()));
    }

    Optional<ClusterStatus> cluster(CampaignName campaign, ClusterId cluster) {
        ClusterDocument document = clusterDocuments(campaign).get(cluster);
        return document == null ? Optional.empty() : document.status();
    }

    /**
     * That it is JSON, and an object: what else it holds is for whoever reads it, and most of these are only handed on. Lists and maps that are empty
     * are left out: a page of a hundred clusters is a tenth smaller by that.
     */
    private static ClusterDocument document(ClusterId cluster, byte[] json) throws IOException {
        Map<String, String> texts = new HashMap<>();
        ByteArrayOutputStream kept = new ByteArrayOutputStream(json.length);
        try (JsonParser parser = EventJson.mapper().createParser(json);
                JsonGenerator copy = EventJson.mapper().createGenerator(kept)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("a status is an object");
            }
            copy.writeStartObject();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                if (parser.nextToken() == JsonToken.VALUE_STRING && LISTED.contains(field)) {
                    texts.put(field, parser.getText());
                }
                copy(field, parser, copy);
            }
            copy.writeEndObject();
            if (parser.nextToken() != null) {
                throw new IOException("something follows the status");
            }
        }
        return new ClusterDocument(
                cluster,
                kept.toByteArray(),
                texts.getOrDefault("phase", "").intern(),
                texts.getOrDefault("wave", "").intern(),
                texts.getOrDefault("holdReason", "").intern(),
                texts.getOrDefault("source", "").intern(),
                texts.getOrDefault("updatedAt", ""),
                texts.getOrDefault("summary", ""));
    }

    private static void copy(String field, JsonParser parser, JsonGenerator copy) throws IOException {
        JsonToken begins = parser.currentToken();
        if (!begins.isStructStart()) {
            copy.writeFieldName(field);
            copy.copyCurrentEvent(parser);
            return;
        }
        JsonToken ends = begins == JsonToken.START_ARRAY ? JsonToken.END_ARRAY : JsonToken.END_OBJECT;
        if (parser.nextToken() == ends) {
            return;
        }
        copy.writeFieldName(field);
        if (begins == JsonToken.START_ARRAY) {
            copy.writeStartArray();
        } else {
            copy.writeStartObject();
        }
        do {
            copy.copyCurrentStructure(parser);
        } while (parser.nextToken() != ends);
        if (begins == JsonToken.START_ARRAY) {
            copy.writeEndArray();
        } else {
            copy.writeEndObject();
        }
    }

    Map<ClusterId, ClusterAnnounced> fleet() {
        return Collections.unmodifiableMap(fleet);
    }

    SortedMap<String, Heartbeat> heartbeats() {
        SortedMap<String, Heartbeat> heartbeats = new TreeMap<>();
        fleet.forEach((id, announced) -> heartbeats.merge(
                announced.executor(),
                new Heartbeat(announced.executor(), 1, heard.getOrDefault(id, Instant.EPOCH)),
                (one, other) -> new Heartbeat(
                        one.executor(),
                        one.clusters() + other.clusters(),
                        one.heardAt().isAfter(other.heardAt()) ? one.heardAt() : other.heardAt())));
        return heartbeats;
    }

    Map<ClusterId, CampaignName> engagements() {
        Map<ClusterId, CampaignName> engagements = new HashMap<>();
        campaigns.values().stream()
                .filter(campaign -> !campaign.phase().terminal())
                .forEach(campaign -> clusterDocuments(campaign.campaign()).forEach((cluster, document) -> {
                    String phase = document.phase();
                    if (ACTING.contains(phase)) {
                        engagements.put(cluster, campaign.campaign());
                    } else if (phase.equals(ClusterPhase.PENDING.encode())) {
                        engagements.putIfAbsent(cluster, campaign.campaign());
                    }
                }));
        return engagements;
    }

    private static <K, V> void put(Map<K, V> map, K key, @Nullable V value) {
        if (value == null) {
            map.remove(key);
        } else {
            map.put(key, value);
        }
    }
}
