package io.calicofleet.planner.core.campaign;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.LabelLimit;
import io.calicofleet.planner.core.schedule.Expected;
import io.calicofleet.planner.core.schedule.Schedule;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;
import org.pcollections.PVector;
import org.pcollections.TreePSet;
import org.pcollections.TreePVector;

/**
 * A campaign: its header, its clusters, and what is counted of them. A change of one cluster costs O(log n). Everything but
 * header and clusters is derived from them in {@link #withCluster}, the one place, so that it cannot differ.
 */
public final class CampaignState {

    private final CampaignHeader header;
    private final HashPMap<ClusterId, ClusterState> clusters;
    private final Tally tally;
    private final PVector<Tally> waves;
    private final HashPMap<LabelValue, Tally> byLabel;
    private final Schedule schedule;
    private final Measured measured;
    private final PVector<Waiting> fresh;
    private final PVector<Waiting> retried;
    private final TreePSet<ClusterId> running;
    private final TreePSet<ClusterId> silent;
    private final TreePSet<ClusterId> kept;
    private final TreePSet<ClusterId> unreached;
    private final TreePSet<ClusterId> unpublished;
    private final boolean countsPublished;

    private CampaignState(
            CampaignHeader header,
            HashPMap<ClusterId, ClusterState> clusters,
            Tally tally,
            PVector<Tally> waves,
            HashPMap<LabelValue, Tally> byLabel,
            Schedule schedule,
            Measured measured,
            PVector<Waiting> fresh,
            PVector<Waiting> retried,
            TreePSet<ClusterId> running,
            TreePSet<ClusterId> silent,
            TreePSet<ClusterId> kept,
            TreePSet<ClusterId> unreached,
            TreePSet<ClusterId> unpublished,
            boolean countsPublished) {
        this.header = header;
        this.clusters = clusters;
        this.tally = tally;
        this.waves = waves;
        this.byLabel = byLabel;
        this.schedule = schedule;
        this.measured = measured;
        this.fresh = fresh;
        this.retried = retried;
        this.running = running;
        this.silent = silent;
        this.kept = kept;
        this.unreached = unreached;
        this.unpublished = unpublished;
        this.countsPublished = countsPublished;
    }

    /**
     * The campaign that was stored as these. Clusters that changed at the very moment of the last publication count as
     * unpublished, since nobody knows: their status is published once more, which changes nothing.
     */
    public static CampaignState of(CampaignHeader header, Collection<ClusterState> clusters) {
        int count = requireNonNull(header, "header").spec().waves().size();
        TreePSet<ClusterId> none = TreePSet.empty();
        CampaignState state = new CampaignState(
                header,
                HashTreePMap.empty(),
                Tally.NONE,
                TreePVector.from(Collections.nCopies(count, Tally.NONE)),
                HashTreePMap.empty(),
                Schedule.of(header.spec().schedule()),
                Measured.NOTHING,
                TreePVector.from(Collections.nCopies(count, Waiting.NONE)),
                TreePVector.from(Collections.nCopies(count, Waiting.NONE)),
                none,
                none,
                none,
                none,
                none,
                true);
        boolean countsPublished = true;
        for (ClusterState cluster : clusters) {
            state = state.withCluster(cluster);
            if (cluster.updatedAt().isBefore(header.publishedAt())) {
                state = state.withPublished(cluster.cluster());
            } else {
                countsPublished = false;
            }
        }
        return countsPublished ? state.withAllPublished() : state;
    }

    /** What is known of it apart from its clusters. */
    public CampaignHeader header() {
        return header;
    }

    /** Its name. */
    public CampaignName name() {
        return header.spec().name();
    }

    /** Its clusters; immutable. */
    public HashPMap<ClusterId, ClusterState> clusters() {
        return clusters;
    }

    /** One of them; null where it is none of the campaign. */
    public @Nullable ClusterState cluster(ClusterId id) {
        return clusters.get(id);
    }

    /** How many clusters are in which phase. */
    public Tally tally() {
        return tally;
    }

    /** The same for the wave at {@code index}. */
    public Tally tally(int index) {
        return waves.get(index);
    }

    /** Clusters of a wave that have not started yet and were not asked for. */
    public Waiting fresh(int index) {
        return fresh.get(index);
    }

    /** Clusters of a wave that wait to be tried once more and were not asked for. */
    public Waiting retried(int index) {
        return retried.get(index);
    }

    /** How many clusters with a value of a label that limits are about are in which phase. */
    public Map<LabelValue, Tally> byLabel() {
        return byLabel;
    }

    /** When its clusters may be started. */
    public Schedule schedule() {
        return schedule;
    }

    /** How long one cluster is expected to take, by those that are done; only where there is a schedule. */
    public Expected expected() {
        return schedule.expected(measured.taken());
    }

    /** Clusters in a step, by id. */
    public TreePSet<ClusterId> running() {
        return running;
    }

    /** Those of them whose step nobody answers for, by id. */
    public TreePSet<ClusterId> silent() {
        return silent;
    }

    /** Clusters kept waiting by campaigns that have them, by id. */
    public TreePSet<ClusterId> kept() {
        return kept;
    }

    /** Clusters that wait because they cannot be reached, by id. */
    public TreePSet<ClusterId> unreached() {
        return unreached;
    }

    /** Whether the campaign's status was published since any cluster last changed. */
    public boolean countsPublished() {
        return countsPublished;
    }

    /** Clusters whose status was not published since they last changed, by id. */
    public TreePSet<ClusterId> unpublished() {
        return unpublished;
    }

    /** With another header of the same waves. */
    public CampaignState withHeader(CampaignHeader other) {
        return new CampaignState(
                other,
                clusters,
                tally,
                waves,
                byLabel,
                schedule,
                measured,
                fresh,
                retried,
                running,
                silent,
                kept,
                unreached,
                unpublished,
                countsPublished);
    }

    /** With this cluster in place of the one of its id, which has to be of the same wave. */
    public CampaignState withCluster(ClusterState cluster) {
        ClusterId id = cluster.cluster();
        ClusterState before = clusters.get(id);
        if (cluster.equals(before)) {
            return this;
        }
        int wave = cluster.wave();
        Tally all = tally;
        Tally ofWave = waves.get(wave);
        if (before != null) {
            all = all.count(before, -1);
            ofWave = ofWave.count(before, -1);
        }
        boolean waits = cluster.phase() == ClusterPhase.PENDING
                && !cluster.claimed().pending()
                && !cluster.findings().unreached();
        return new CampaignState(
                header,
                clusters.plus(id, cluster),
                all.count(cluster, 1),
                waves.with(wave, ofWave.count(cluster, 1)),
                counted(before, cluster),
                schedule,
                schedule.says() ? measured.with(before, cluster) : measured,
                indexed(fresh, cluster, waits && !cluster.waitsForRetry()),
                indexed(retried, cluster, waits && cluster.waitsForRetry()),
                member(running, id, cluster.phase() == ClusterPhase.RUNNING),
                member(silent, id, cluster.unanswered()),
                member(kept, id, cluster.waitsForClaim()),
                member(unreached, id, cluster.findings().unreached()),
                unpublished.plus(id),
                false);
    }

    /** With the status of this cluster published. */
    public CampaignState withPublished(ClusterId id) {
        return new CampaignState(
                header,
                clusters,
                tally,
                waves,
                byLabel,
                schedule,
                measured,
                fresh,
                retried,
                running,
                silent,
                kept,
                unreached,
                unpublished.minus(id),
                countsPublished);
    }

    /** With the status of every cluster published. */
    public CampaignState withAllPublished() {
        return new CampaignState(
                header,
                clusters,
                tally,
                waves,
                byLabel,
                schedule,
                measured,
                fresh,
                retried,
                running,
                silent,
                kept,
                unreached,
                TreePSet.empty(),
                true);
    }

    /** Two campaigns are equal that are stored as the same. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CampaignState state && header.equals(state.header) && clusters.equals(state.clusters);
    }

    @Override
    public int hashCode() {
        return header.hashCode() * 31 + clusters.hashCode();
    }

    @Override
    public String toString() {
        return name() + " " + header.phase() + " " + tally;
    }

    private HashPMap<LabelValue, Tally> counted(@Nullable ClusterState before, ClusterState after) {
        HashPMap<LabelValue, Tally> counted = byLabel;
        for (LabelLimit limit : header.spec().perLabel()) {
            LabelValue key = LabelValue.of(limit, after.labels());
            Tally tally = counted.getOrDefault(key, Tally.NONE);
            counted = counted.plus(key, (before == null ? tally : tally.count(before, -1)).count(after, 1));
        }
        return counted;
    }

    private static PVector<Waiting> indexed(PVector<Waiting> index, ClusterState cluster, boolean in) {
        Waiting before = index.get(cluster.wave());
        Waiting after = before.with(cluster, in);
        return after.equals(before) ? index : index.with(cluster.wave(), after);
    }

    private static TreePSet<ClusterId> member(TreePSet<ClusterId> set, ClusterId id, boolean in) {
        return set.contains(id) == in ? set : in ? set.plus(id) : set.minus(id);
    }
}
