package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.planner.core.schedule.Schedule;
import io.calicofleet.planner.core.simulation.Eta;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What is ahead of a campaign.
 *
 * @param until so far ahead windows are told
 * @param windows its maintenance windows that are open now or will be, the first first
 * @param expectedEnd when it is expected to end; null where it has ended, does not go on by itself, or nothing was measured yet
 */
@Schema(name = "Outlook", description = "What is ahead of a campaign: its windows, and when it is expected to end.")
public record Outlook(
        Instant until,
        List<Schedule.Open> windows,
        @Nullable Eta expectedEnd) {

    private static final Duration AHEAD = Duration.ofDays(14);

    public Outlook {
        windows = List.copyOf(windows);
    }

    static Outlook of(CampaignStatus campaign, List<ClusterStatus> clusters, Instant now) {
        Instant until = now.plus(AHEAD);
        return new Outlook(
                until,
                Schedule.of(campaign.spec().schedule()).open(now, until),
                Eta.of(campaign, clusters, now).orElse(null));
    }
}
