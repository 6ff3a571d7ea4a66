package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One wave of a campaign.
 *
 * @param name unique in the campaign
 * @param clusters who goes with it
 * @param maxConcurrent how many of its clusters may be in flight at once; null: as the campaign says
 * @param minSucceeded how many of its clusters, those skipped left out, must succeed before the next wave may start
 * @param soak how long to wait after it before the next wave starts
 * @param approval whether it has to be approved
 * @param failureBudget how many of its clusters may fail; null: only as the campaign says
 * @param approvalRule by whom and when; null: by anybody, once, before it starts
 */
public record WaveSpec(
        WaveName name,
        WaveClusters clusters,
        @Nullable Quantity maxConcurrent,
        Quantity minSucceeded,
        Duration soak,
        boolean approval,
        @Nullable FailureBudget failureBudget,
        @Nullable ApprovalSpec approvalRule) {

    public WaveSpec {
        requireNonNull(name, "name");
        requireNonNull(clusters, "clusters");
        requireNonNull(minSucceeded, "minSucceeded");
        Durations.bounded(soak, "soak");
    }

    /** One without a budget of its own, that anybody may approve, where it has to be. */
    public WaveSpec(
            WaveName name,
            WaveClusters clusters,
            @Nullable Quantity maxConcurrent,
            Quantity minSucceeded,
            Duration soak,
            boolean approval) {
        this(name, clusters, maxConcurrent, minSucceeded, soak, approval, null, null);
    }

    /** Whether it has to be approved at that time. */
    public boolean approved(ApprovalTime time) {
        return approval && time == (approvalRule == null ? ApprovalTime.BEFORE : approvalRule.when());
    }
}
