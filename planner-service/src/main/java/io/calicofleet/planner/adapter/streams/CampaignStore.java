package io.calicofleet.planner.adapter.streams;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.planner.core.Decision;
import io.calicofleet.planner.core.campaign.CampaignHeader;
import io.calicofleet.planner.core.campaign.CampaignState;
import io.calicofleet.planner.core.campaign.ClusterState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The campaigns of one partition. What is stored is a record for each header and one for each cluster, so that an input
 * costs what it changes; what is decided on is the {@link CampaignState} built of them, which is kept as long as the
 * campaign goes on. One object per assignment of the partition: nothing outlives a restore.
 */
final class CampaignStore {

    /** How long a campaign that has ended is kept built, for late duplicates. */
    private static final Duration KEPT_AFTER_END = Duration.ofMinutes(1);

    private final KeyValueStore<String, CampaignHeader> headers;
    private final KeyValueStore<String, ClusterState> clusters;
    private final Map<CampaignName, Built> built = new HashMap<>();

    CampaignStore(KeyValueStore<String, CampaignHeader> headers, KeyValueStore<String, ClusterState> clusters) {
        this.headers = headers;
        this.clusters = clusters;
        try (var all = headers.all()) {
            all.forEachRemaining(entry -> {
                if (!entry.value.phase().terminal()) {
                    find(CampaignName.of(entry.key), 0);
                }
            });
        }
    }

    /**
     * The campaign; null where there is none.
     *
     * @param now in milliseconds since 1970
     */
    @Nullable
    CampaignState find(CampaignName name, long now) {
        Built known = built.get(name);
        if (known != null) {
            built.put(name, new Built(known.state(), now));
            return known.state();
        }
        CampaignHeader header = headers.get(name.value());
        if (header == null) {
            return null;
        }
        List<ClusterState> members = new ArrayList<>();
        try (var stored = clusters.prefixScan(prefix(name), new StringSerializer())) {
            stored.forEachRemaining(entry -> members.add(entry.value));
        }
        CampaignState state = CampaignState.of(header, members);
        built.put(name, new Built(state, now));
        return state;
    }

    /** Stores what a decision changed. */
    void save(CampaignName name, Decision decision, long now) {
        CampaignState state = decision.state();
        if (state == null) {
            return;
        }
        if (decision.headerChanged()) {
            headers.put(name.value(), state.header());
        }
        for (ClusterId cluster : decision.changedClusters()) {
            clusters.put(prefix(name) + cluster, state.cluster(cluster));
        }
        built.put(name, new Built(state, now));
    }

    /** The campaigns that go on, by name; those that ended a while ago are put away. */
    List<CampaignName> unfinished(long now) {
        built.values().removeIf(campaign -> campaign.ended() && now - campaign.touchedAt() > KEPT_AFTER_END.toMillis());
        return built.entrySet().stream()
                .filter(campaign -> !campaign.getValue().ended())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private static String prefix(CampaignName name) {
        return name + "/";
    }

    /** A campaign that is kept built, and when it was last asked for. */
    private record Built(CampaignState state, long touchedAt) {

        boolean ended() {
            return state.header().phase().terminal();
        }
    }
}
