package io.calicofleet.planner.app;

import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.planner.adapter.live.LiveTopics;
import io.calicofleet.planner.adapter.view.StatusView;
import io.calicofleet.planner.core.CommandClauses;
import io.calicofleet.runtime.ConsumerLag;
import io.calicofleet.runtime.streams.ManagedStreams;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;

/** Registers what is measured of view, streams and live stream; {@code docs/reference/metrics.md} lists it. */
@ApplicationScoped
class Meters {

    private static final String PREFIX = "calico.fleet.planner.";
    private static final String THREADS = "stream-thread-metrics";

    void register(
            @Observes StartupEvent event,
            MeterRegistry registry,
            StatusView view,
            ManagedStreams streams,
            LiveTopics live,
            InstantSource clock) {
        for (CampaignPhase phase : CampaignPhase.values()) {
            Gauge.builder(PREFIX + "campaigns", view, fleet -> count(fleet, phase))
                    .description("Campaigns by phase, as this instance's view has them")
                    .tag("phase", phase.encode())
                    .register(registry);
        }
        Gauge.builder(
                        PREFIX + "campaigns.unchanged.seconds",
                        view,
                        fleet -> unchanged(fleet.campaigns(), clock.instant()))
                .description("For how long nothing changed about the running campaign that changed the longest ago")
                .register(registry);
        Gauge.builder(PREFIX + "campaigns.budget.spent.ratio", view, fleet -> spent(fleet.campaigns()))
                .description("The highest share of its failure budget that a campaign which is not over has spent")
                .register(registry);
        Gauge.builder(PREFIX + "stopped", view, fleet -> fleet.stop().isPresent() ? 1 : 0)
                .description("1 while everything is stopped")
                .register(registry);
        for (boolean silent : new boolean[] {false, true}) {
            Gauge.builder(PREFIX + "executors", view, fleet -> executors(fleet, silent, clock.instant()))
                    .description("Executors that serve clusters, by whether they are heard")
                    .tag("state", silent ? "silent" : "heard")
                    .register(registry);
        }
        Gauge.builder(PREFIX + "consumer.lag", ConsumerLag::highest)
                .description("Records of the partition that is the furthest behind")
                .register(registry);
        Gauge.builder(PREFIX + "view.lag", view, StatusView::lag)
                .description("Records of status and clusters this instance has not read yet")
                .register(registry);
        Gauge.builder(PREFIX + "live.streams", live, LiveTopics::streams)
                .description("Live streams this instance serves")
                .register(registry);
        Gauge.builder(PREFIX + "streams.ready", streams, it -> it.notReady().isEmpty() ? 1 : 0)
                .description("1 while decisions are made here")
                .register(registry);
        Gauge.builder(PREFIX + "streams.commit.seconds", streams, it -> it.metric(THREADS, "commit-latency-avg") / 1000)
                .description("How long commits took on average in the last minute")
                .register(registry);
        Gauge.builder(PREFIX + "streams.commits.per.second", streams, it -> it.metric(THREADS, "commit-rate"))
                .description("Commits per second in the last minute")
                .register(registry);
    }

    /** For how many seconds nothing changed about the running campaign that changed the longest ago; 0 where none runs. */
    static double unchanged(Collection<CampaignStatus> campaigns, Instant now) {
        return campaigns.stream()
                .filter(campaign -> campaign.phase() == CampaignPhase.RUNNING)
                .mapToLong(
                        campaign -> Duration.between(campaign.updatedAt(), now).toSeconds())
                .map(seconds -> Math.max(0, seconds))
                .max()
                .orElse(0);
    }

    /** The highest share of its budget that a campaign which is not over has spent: one more failure than it allows spends all. */
    static double spent(Collection<CampaignStatus> campaigns) {
        return campaigns.stream()
                // One that was refused has no clusters and so no failures.
                .filter(campaign -> !CommandClauses.isOver(campaign.phase(), false))
                .mapToDouble(campaign -> {
                    int most = campaign.spec().failureBudget().maxFailures().atMostOf(campaign.clusters());
                    return Math.min(1, campaign.failures() / (most + 1.0));
                })
                .max()
                .orElse(0);
    }

    private static double executors(StatusView view, boolean silent, Instant now) {
        return view.heartbeats().values().stream()
                .filter(heartbeat -> heartbeat.silent(now) == silent)
                .count();
    }

    private static double count(StatusView view, CampaignPhase phase) {
        return view.campaigns().stream()
                .filter(campaign -> campaign.phase() == phase)
                .count();
    }
}
