package io.calicofleet.planner.adapter.view;

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
import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The newest record of each key of {@code status}, {@code clusters} and {@code fleet}. Statuses of clusters are kept as the JSON they
 * came in: there are many of them, and most are only handed on.
 */
final class ViewContents {

    private static final Set<String> ACTING = Set.of(ClusterPhase.RUNNING.encode(), ClusterPhase.HELD.encode());

    private final NavigableMap<CampaignName, CampaignStatus> campaigns = new ConcurrentSkipListMap<>();
    private final Map<CampaignName, NavigableMap<ClusterId, byte[]>> clusters = new ConcurrentHashMap<>();
    private final NavigableMap<ClusterId, ClusterAnnounced> fleet = new ConcurrentSkipListMap<>();
    private volatile @Nullable Stop stop;

    /**
     * Takes a record in; without a value, its key is forgotten.
     *
     * @throws IOException where the value is not what the topic holds
     * @throws IllegalArgumentException where the key is not
     */
    void accept(String topic, String key, byte @Nullable [] value) throws IOException {
        if (topic.equals(Topic.CLUSTERS.topicName())) {
            put(fleet, ClusterId.of(key), value == null ? null : EventJson.read(value, ClusterAnnounced.class));
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
            if (value != null) {
                checkForm(value);
            }
            clusters.compute(campaign, (name, known) -> {
                NavigableMap<ClusterId, byte[]> ofCampaign = known == null ? new ConcurrentSkipListMap<>() : known;
                put(ofCampaign, cluster, value);
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

    Map<ClusterId, byte[]> clusterDocuments(CampaignName campaign) {
        return Collections.unmodifiableMap(clusters.getOrDefault(campaign, Collections.emptyNavigableMap()));
    }

    Optional<ClusterStatus> cluster(CampaignName campaign, ClusterId cluster) {
        byte[] json = clusterDocuments(campaign).get(cluster);
        if (json == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(EventJson.read(json, ClusterStatus.class));
        } catch (IOException e) {
            // Somebody else than a planner wrote it.
            return Optional.empty();
        }
    }

    /** That it is JSON, and an object: what it holds is for whoever reads it, and most of these are only handed on. */
    private static void checkForm(byte[] json) throws IOException {
        try (JsonParser parser = EventJson.mapper().createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("a status is an object");
            }
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw new IOException("something follows the status");
            }
        }
    }

    Map<ClusterId, ClusterAnnounced> fleet() {
        return Collections.unmodifiableMap(fleet);
    }

    Map<ClusterId, CampaignName> engagements() {
        Map<ClusterId, CampaignName> engagements = new HashMap<>();
        campaigns.values().stream()
                .filter(campaign -> !campaign.phase().terminal())
                .forEach(campaign -> clusterDocuments(campaign.campaign()).forEach((cluster, json) -> {
                    String phase = phase(json);
                    if (ACTING.contains(phase)) {
                        engagements.put(cluster, campaign.campaign());
                    } else if (phase.equals(ClusterPhase.PENDING.encode())) {
                        engagements.putIfAbsent(cluster, campaign.campaign());
                    }
                }));
        return engagements;
    }

    /** The text of the field {@code phase}, without reading the rest of a document that may be long. */
    private static String phase(byte[] json) {
        try (JsonParser parser = EventJson.mapper().createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean found = parser.currentName().equals("phase");
                parser.nextToken();
                if (found) {
                    return parser.getText();
                }
                parser.skipChildren();
            }
            return "";
        } catch (IOException e) {
            return ""; // its text is no UTF-8
        }
    }

    private static <K, V> void put(Map<K, V> map, K key, @Nullable V value) {
        if (value == null) {
            map.remove(key);
        } else {
            map.put(key, value);
        }
    }
}
