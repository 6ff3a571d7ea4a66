package io.calicofleet.planner.core;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CampaignDeleted;
import io.calicofleet.event.Procedure;
import io.calicofleet.planner.core.campaign.CampaignHeader;
import io.calicofleet.planner.core.campaign.PlannerTime;
import io.calicofleet.planner.core.campaign.Standing;
import java.time.Duration;
import java.util.Optional;

/**
 * How long a campaign is kept that is over. One that failed is over too, though a retry could wake it: whoever still wants that
 * does it in this time.
 *
 * @param keep since its last change, in the time planners work; zero: for ever
 */
public record Retention(Duration keep) {

    /** How long a plan is kept; much of what it says is no longer so by then. */
    private static final Duration PLANS = Duration.ofDays(7);

    public Retention {
        requireNonNull(keep, "keep");
    }

    /** The command that deletes it, where its time is over. */
    public Optional<CampaignDeleted> due(CampaignHeader header, PlannerTime now) {
        boolean over = CommandClauses.isOver(header.phase(), header.standing() == Standing.REFUSED);
        boolean plan = header.spec().procedure() == Procedure.PLAN;
        Duration kept = plan && (keep.isZero() || PLANS.compareTo(keep) < 0) ? PLANS : keep;
        if (kept.isZero() || !over || now.since(header.updatedAfter()).compareTo(kept) < 0) {
            return Optional.empty();
        }
        String reason = plan
                ? "Plans are kept for " + kept + "; what was true then need not be now."
                : "It was over for " + keep + ", as long as planner.campaigns.keep says.";
        return Optional.of(new CampaignDeleted(
                header.spec().name(), reason, "Campaign " + header.spec().name() + " is deleted: " + reason));
    }
}
