package io.calicofleet.planner.app;

import io.calicofleet.event.CampaignPhase;
import io.calicofleet.planner.adapter.live.LiveTopics;
import io.calicofleet.planner.adapter.view.StatusView;
import io.calicofleet.runtime.streams.ManagedStreams;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Registers what is measured of view, streams and live stream; {@code docs/reference/metrics-planner.md} lists it. */
@ApplicationScoped
class Meters {

    private static final String THREADS = "stream-thread-metrics";

    void register(
            @Observes StartupEvent event,
            MeterRegistry registry,
            StatusView view,
            ManagedStreams streams,
            LiveTopics live) {
        for (CampaignPhase phase : CampaignPhase.values()) {
            Gauge.builder("planner.campaigns", view, fleet -> count(fleet, phase))
                    .description("Campaigns by phase, as this instance's view has them")
                    .tag("phase", phase.encode())
                    .register(registry);
        }
        Gauge.builder("planner.view.lag", view, StatusView::lag)
                .description("Records of status and clusters this instance has not read yet")
                .register(registry);
        Gauge.builder("planner.live.streams", live, LiveTopics::streams)
                .description("Live streams this instance serves")
                .register(registry);
        Gauge.builder("planner.streams.ready", streams, it -> it.notReady().isEmpty() ? 1 : 0)
                .description("1 while decisions are made here")
                .register(registry);
        Gauge.builder("planner.streams.commit.seconds", streams, it -> it.metric(THREADS, "commit-latency-avg") / 1000)
                .description("How long commits took on average in the last minute")
                .register(registry);
        Gauge.builder("planner.streams.commits.per.second", streams, it -> it.metric(THREADS, "commit-rate"))
                .description("Commits per second in the last minute")
                .register(registry);
    }

    private static double count(StatusView view, CampaignPhase phase) {
        return view.campaigns().stream()
                .filter(campaign -> campaign.phase() == phase)
                .count();
    }
}
