package io.calicofleet.planner.core.why;

import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.EndedBy;
import io.calicofleet.event.Explanation;
import io.calicofleet.event.Explanation.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says of everything that is not finished why, by which rule, and what ends it. It is worked out from statuses, which is what every
 * replica has, so an explanation is as old as they are: some milliseconds.
 */
public final class Explanations {

    /** How many clusters that wait for a person one explanation tells apart. */
    private static final int TOLD = 100;

    /** How many clusters whose steps wait for something one explanation tells apart; they go on by themselves. */
    private static final int WAITING = 10;

    private Explanations() {}

    /**
     * Why a campaign is where it is.
     *
     * @param clusters the statuses of its clusters, in the order in which to name them
     * @param now what the clock shows, which windows are held against
     */
    public static Explanation of(CampaignStatus campaign, Collection<ClusterStatus> clusters, Instant now) {
        return of(campaign, clusters, now, cluster -> Optional.empty());
    }

    /**
     * The same, with what is known of who serves the clusters.
     *
     * @param heartbeats when the executor of a cluster was last heard
     */
    public static Explanation of(
            CampaignStatus campaign,
            Collection<ClusterStatus> clusters,
            Instant now,
            Function<ClusterId, Optional<Heartbeat>> heartbeats) {
        Usage usage = new Usage(campaign);
        List<ClusterStatus> open =
                clusters.stream().filter(cluster -> isOpen(campaign, cluster)).toList();
        List<Reason> reasons = new ArrayList<>();
        CampaignReasons ofCampaign = new CampaignReasons(usage);
        List<Reason> grouped = grouped(usage, open, now, heartbeats);
        ofCampaign.ofCampaign().map(whole -> counted(whole, grouped)).ifPresent(reasons::add);
        reasons.addAll(ofCampaign.beside());
        reasons.addAll(stopped(campaign, open));
        reasons.addAll(grouped);
        reasons.sort(Comparator.comparing(reason -> reason.endedBy() == EndedBy.ITSELF));
        return explained(usage, null, campaign.summary(), reasons);
    }

    /** Why one of its clusters is where it is. */
    public static Explanation of(CampaignStatus campaign, ClusterStatus cluster, Instant now) {
        return of(campaign, cluster, now, id -> Optional.empty());
    }

    /** The same, with what is known of who serves it. */
    public static Explanation of(
            CampaignStatus campaign,
            ClusterStatus cluster,
            Instant now,
            Function<ClusterId, Optional<Heartbeat>> heartbeats) {
        Usage usage = new Usage(campaign);
        return explained(
                usage,
                cluster.cluster(),
                cluster.summary(),
                isOpen(campaign, cluster)
                        ? List.of(reason(usage, new PendingReasons(usage, now), cluster, now, heartbeats))
                        : List.of());
    }

    /** Whether something may still become of it in this campaign; what failed is left as it is by an abort. */
    private static boolean isOpen(CampaignStatus campaign, ClusterStatus cluster) {
        return !cluster.phase().terminal()
                && !campaign.phase().terminal()
                && (campaign.phase() != CampaignPhase.ABORTING || cluster.phase() != ClusterPhase.FAILED);
    }

    private static Explanation explained(
            Usage usage, @Nullable ClusterId cluster, String summary, List<Reason> reasons) {
        return new Explanation(
                usage.campaign().campaign(),
                cluster,
                summary,
                usage.campaign().stop(),
                usage.places(),
                usage.failures(),
                reasons);
    }

    private static Reason reason(
            Usage usage,
            PendingReasons pending,
            ClusterStatus cluster,
            Instant now,
            Function<ClusterId, Optional<Heartbeat>> heartbeats) {
        return switch (cluster.phase()) {
            case PENDING -> pending.of(cluster);
            case RUNNING -> ClusterReasons.running(usage.campaign(), cluster, heartbeats.apply(cluster.cluster()), now);
            case HELD, FAILED -> ClusterReasons.stopped(cluster);
            case SUCCEEDED, SKIPPED, ABORTED ->
                throw new IllegalStateException("Explanations asked for a reason of one that is finished");
        };
    }

    /** Each that is held or failed has a decision of its own to be taken. */
    private static List<Reason> stopped(CampaignStatus campaign, Collection<ClusterStatus> clusters) {
        List<ClusterStatus> all = clusters.stream()
                .filter(cluster -> cluster.phase() == ClusterPhase.HELD || cluster.phase() == ClusterPhase.FAILED)
                .toList();
        List<Reason> reasons = new ArrayList<>();
        all.stream().limit(TOLD).map(ClusterReasons::stopped).forEach(reasons::add);
        if (all.size() > TOLD) {
            reasons.add(ClusterReasons.more(
                    campaign.campaign(),
                    all.stream().skip(TOLD).map(ClusterStatus::cluster).toList()));
        }
        return reasons;
    }

    /** What goes on by itself is told of all it is true of at once; a cluster that waits for another campaign, or for an answer, alone. */
    private static List<Reason> grouped(
            Usage usage,
            Collection<ClusterStatus> clusters,
            Instant now,
            Function<ClusterId, Optional<Heartbeat>> heartbeats) {
        PendingReasons pending = new PendingReasons(usage, now);
        Map<String, List<Reason>> alike = new LinkedHashMap<>();
        Set<ClusterId> apart = clusters.stream()
                .filter(cluster -> !cluster.stepWaits().isEmpty())
                .limit(WAITING)
                .map(ClusterStatus::cluster)
                .collect(Collectors.toSet());
        clusters.stream()
                .filter(cluster -> cluster.phase() == ClusterPhase.PENDING || cluster.phase() == ClusterPhase.RUNNING)
                .map(cluster -> cluster.phase() == ClusterPhase.RUNNING && cluster.silentSince() == null
                        ? ClusterReasons.inStep(
                                usage.campaign(),
                                cluster,
                                apart.contains(cluster.cluster()),
                                heartbeats.apply(cluster.cluster()),
                                now)
                        : reason(usage, pending, cluster, now, heartbeats))
                .forEach(reason -> alike.computeIfAbsent(
                                reason.rule() + " " + reason.sentence(), key -> new ArrayList<>())
                        .add(reason));
        return new ArrayList<>(
                alike.values().stream().map(Explanations::together).toList());
    }

    /** What keeps the whole campaign is said once: with how many clusters wait for that, which are told no more. */
    private static Reason counted(Reason whole, List<Reason> grouped) {
        int clusters = grouped.stream()
                .filter(reason -> isSame(whole, reason))
                .mapToInt(Reason::count)
                .sum();
        grouped.removeIf(reason -> isSame(whole, reason));
        return whole.about(List.of(), clusters);
    }

    private static boolean isSame(Reason whole, Reason reason) {
        return whole.rule().equals(reason.rule()) && whole.sentence().equals(reason.sentence());
    }

    private static Reason together(List<Reason> alike) {
        Reason first = alike.getFirst();
        if (alike.size() == 1) {
            return first;
        }
        Instant since = alike.stream()
                .map(Reason::since)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .orElse(null);
        return new Reason(
                first.rule(),
                first.says(),
                alike.stream().flatMap(reason -> reason.clusters().stream()).toList(),
                alike.size(),
                first.sentence(),
                since,
                List.of(),
                List.of(),
                first.ends(),
                first.endedBy(),
                first.commands());
    }
}
