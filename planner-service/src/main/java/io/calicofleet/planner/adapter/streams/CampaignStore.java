package io.calicofleet.planner.adapter.streams;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.TraceContext;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.core.Decision;
import io.calicofleet.planner.core.Effect.ForgetCampaign;
import io.calicofleet.planner.core.campaign.CampaignHeader;
import io.calicofleet.planner.core.campaign.CampaignState;
import io.calicofleet.planner.core.campaign.ClusterState;
import io.calicofleet.planner.port.journal.Changed;
import io.calicofleet.planner.port.journal.Journal;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
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

    /** Beside the clusters, under a key that none of them has and that no release looked for before there were traces. */
    private static final String BEGAN = "trace of/";

    private final KeyValueStore<String, byte[]> headers;
    private final KeyValueStore<String, byte[]> clusters;
    private final KeyValueStore<String, Long> names;
    private final Map<CampaignName, Built> built = new HashMap<>();

    /**
     * Over these stores.
     *
     * @param headers of campaigns, by name
     * @param clusters of campaigns, by {@code campaign/cluster}
     * @param names that were used by campaigns since deleted, and when these were, in milliseconds since 1970
     */
    CampaignStore(
            KeyValueStore<String, byte[]> headers,
            KeyValueStore<String, byte[]> clusters,
            KeyValueStore<String, Long> names) {
        this.headers = headers;
        this.clusters = clusters;
        this.names = names;
        headers().forEach(header -> {
            if (!header.phase().terminal()) {
                find(header.spec().name(), 0);
            }
        });
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
            built.put(name, new Built(known.state(), now, known.aside(), known.rebuilt()));
            return known.state();
        }
        byte[] header = headers.get(name.value());
        if (header == null) {
            return null;
        }
        List<ClusterState> members = new ArrayList<>();
        try (var stored = clusters.prefixScan(prefix(name), new StringSerializer())) {
            stored.forEachRemaining(entry -> members.add(read(entry.value, ClusterState.class)));
        }
        CampaignState state = CampaignState.of(read(header, CampaignHeader.class), members);
        built.put(name, new Built(state, now, false, true));
        return state;
    }

    /** What is stored of every campaign but its clusters, those that are over included. */
    List<CampaignHeader> headers() {
        List<CampaignHeader> all = new ArrayList<>();
        try (var stored = headers.all()) {
            stored.forEachRemaining(entry -> all.add(read(entry.value, CampaignHeader.class)));
        }
        return all;
    }

    /** When a campaign of that name was deleted; null where none was. */
    @Nullable
    Instant deletedAt(CampaignName name) {
        Long at = names.get(name.value());
        return at == null ? null : Instant.ofEpochMilli(at);
    }

    /** Whether what it was last decided on was built anew from the stores. */
    boolean rebuilt(CampaignName name) {
        Built known = built.get(name);
        return known != null && known.rebuilt();
    }

    /** Stores what a decision changed; {@link #fits} was asked before. */
    void save(CampaignName name, Decision decision, Changed changed, long now) {
        CampaignState state = decision.state();
        if (state == null) {
            return;
        }
        byte[] header = changed.header();
        if (header != null) {
            headers.put(name.value(), header);
        }
        changed.clusters().forEach((cluster, json) -> clusters.put(prefix(name) + cluster, json));
        built.put(name, new Built(state, now, false, rebuilt(name) && !Journal.tells(decision)));
    }

    /** @throws TooLargeException where a part of it fits into no record */
    static void fits(CampaignName name, Changed changed) {
        byte[] header = changed.header();
        if (header != null) {
            TooLargeException.refuse("campaign " + name, header);
        }
        changed.clusters()
                .forEach((cluster, json) -> TooLargeException.refuse("cluster " + cluster + " of " + name, json));
    }

    /** The trace in which it was created; null where that is not known. */
    @Nullable
    TraceContext began(CampaignName name) {
        byte[] kept = clusters.get(BEGAN + name);
        return kept == null ? null : read(kept, TraceContext.class);
    }

    /** In which trace it was created; of the first command that says so, as the others change nothing. */
    void began(CampaignName name, @Nullable TraceContext trace) {
        if (trace != null && clusters.get(BEGAN + name) == null) {
            clusters.put(BEGAN + name, EventJson.write(trace));
        }
    }

    /** Keeps nothing of it; its name, where it must not be used again. */
    void forget(ForgetCampaign forget, long now) {
        CampaignName name = forget.campaign();
        forget.clusters().forEach(cluster -> clusters.delete(prefix(name) + cluster));
        if (clusters.get(BEGAN + name) != null) {
            clusters.delete(BEGAN + name);
        }
        headers.delete(name.value());
        built.remove(name);
        if (forget.begun()) {
            names.put(name.value(), now);
        }
    }

    /** Time does not pass for it, until something else happens to it. */
    void setAside(CampaignName name) {
        built.computeIfPresent(
                name, (key, campaign) -> new Built(campaign.state(), campaign.touchedAt(), true, campaign.rebuilt()));
    }

    /** The campaigns that go on, by name, without those set aside; those that ended a while ago are put away. */
    List<CampaignName> unfinished(long now) {
        built.values().removeIf(campaign -> campaign.ended() && now - campaign.touchedAt() > KEPT_AFTER_END.toMillis());
        return built.entrySet().stream()
                .filter(campaign ->
                        !campaign.getValue().ended() && !campaign.getValue().aside())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private static <T> T read(byte[] json, Class<T> type) {
        try {
            return EventJson.read(json, type);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "the state store holds no readable " + type.getSimpleName() + ": " + e.getMessage(), e);
        }
    }

    private static String prefix(CampaignName name) {
        return name + "/";
    }

    /**
     * A campaign that is kept built.
     *
     * @param state of it
     * @param touchedAt when it was last asked for
     * @param aside whether time does not pass for it
     * @param rebuilt whether it was built from the stores, and nothing decided since
     */
    private record Built(CampaignState state, long touchedAt, boolean aside, boolean rebuilt) {

        boolean ended() {
            return state.header().phase().terminal();
        }
    }
}
