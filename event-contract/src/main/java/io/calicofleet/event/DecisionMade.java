package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * The planner has decided about a campaign: what it had learned, in its own form, so that it can decide the same once more. What changed
 * nothing is left out. In one transaction with what came of it, and in the order of the decisions.
 *
 * @param campaign the campaign
 * @param at when, by the planner's clock
 * @param part which part of it this is, from 1 on: what is long is spread over records that follow each other
 * @param parts of how many
 * @param learned what it had learned, or this part of that, as JSON of the planner
 * @param changed a checksum of what was changed by it, in hexadecimal digits: whoever decides again can tell whether it is the same
 * @param summary one sentence for people
 */
public record DecisionMade(
        CampaignName campaign, Instant at, int part, int parts, String learned, String changed, String summary)
        implements FleetEvent {

    public DecisionMade {
        requireNonNull(campaign, "campaign");
        requireNonNull(at, "at");
        requireNonNull(learned, "learned");
        requireNonNull(changed, "changed");
        requireNonNull(summary, "summary");
        if (part < 1 || part > parts) {
            throw new IllegalArgumentException("part " + part + " of " + parts);
        }
    }

    @Override
    public EventType type() {
        return EventType.DECISION_MADE;
    }
}
