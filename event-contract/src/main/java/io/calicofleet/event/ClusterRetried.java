package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A person has failed or held clusters tried again.
 *
 * @param campaign the campaign it belongs to
 * @param cluster the cluster; null: all that failed or are held
 * @param reason why
 * @param summary one sentence for people
 */
public record ClusterRetried(
        CampaignName campaign, @Nullable ClusterId cluster, String reason, String summary) implements CampaignCommand {

    public ClusterRetried {
        requireNonNull(campaign, "campaign");
        requireNonNull(reason, "reason");
        requireNonNull(summary, "summary");
    }

    @Override
    public EventType type() {
        return EventType.CLUSTER_RETRIED;
    }
}
