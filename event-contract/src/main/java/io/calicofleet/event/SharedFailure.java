package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * The same failure on several clusters.
 *
 * @param step the step that failed
 * @param reason why, as {@code failureReason} or {@code gateKind} encode it
 * @param what what was said of it, without what differs from cluster to cluster
 * @param clusters where, those that failed last at the end; at most a hundred
 * @param begun how many clusters had begun by then in the campaigns they belong to
 * @param campaigns in which campaigns
 * @param shared what else they have in common, such as the version they came from and labels
 * @param next clusters that would have started next in those campaigns; at most twenty
 */
public record SharedFailure(
        StepKind step,
        String reason,
        String what,
        List<ClusterId> clusters,
        int begun,
        List<CampaignName> campaigns,
        List<String> shared,
        List<ClusterId> next) {

    public SharedFailure {
        requireNonNull(step, "step");
        requireNonNull(reason, "reason");
        requireNonNull(what, "what");
        clusters = Copies.list(clusters);
        campaigns = Copies.list(campaigns);
        shared = Copies.list(shared);
        next = Copies.list(next);
    }
}
