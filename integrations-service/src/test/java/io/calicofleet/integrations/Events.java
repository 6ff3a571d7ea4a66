package io.calicofleet.integrations;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPaused;
import io.calicofleet.event.Event;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.StepFailed;
import io.calicofleet.event.StepId;
import io.calicofleet.event.TraceContext;
import java.time.Instant;
import java.util.List;

/** Events for tests. */
public final class Events {

    /** When all of them happened. */
    public static final Instant TIME = Instant.parse("2026-11-29T16:00:00Z");

    private Events() {}

    /** The n-th thing somebody asked of a campaign. */
    public static Event<CampaignPaused> paused(String campaign, int number) {
        return Event.of(
                campaign + "/paused/" + number,
                "/calico-fleet/planner",
                TIME,
                "ada",
                null,
                new CampaignPaused(
                        CampaignName.of(campaign), "number " + number, null, "Ada pauses " + campaign + " " + number));
    }

    /** A step that failed. */
    public static Event<StepFailed> failed(String campaign) {
        StepId step = StepId.parse(campaign + "/eu-1/upgrade/1");
        return Event.of(
                step.encode() + "/failed",
                "/calico-fleet/executor",
                TIME,
                null,
                new TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", null),
                new StepFailed(
                        step,
                        FailureReason.API_UNAVAILABLE,
                        "what happened",
                        List.of("a line"),
                        "eu-1: the upgrade failed."));
    }
}
