package io.calicofleet.planner.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.adapter.catalogue.CatalogueFile;
import io.calicofleet.planner.adapter.commands.KafkaCommandSender;
import io.calicofleet.planner.adapter.live.LiveTopics;
import io.calicofleet.planner.adapter.rest.StreamLimits;
import io.calicofleet.planner.adapter.streams.FleetStreams;
import io.calicofleet.planner.adapter.streams.PlannerTopology;
import io.calicofleet.planner.adapter.streams.StreamMeters;
import io.calicofleet.planner.adapter.view.StatusView;
import io.calicofleet.planner.core.PlannerCore;
import io.calicofleet.planner.core.PlannerSettings;
import io.calicofleet.planner.core.Retention;
import io.calicofleet.planner.core.catalogue.VersionCatalogue;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import org.eclipse.microprofile.config.Config;

/** The only place that knows which adapter stands behind which port. {@link Lifecycle} starts and stops them. */
public final class Wiring {

    @Produces
    @Singleton
    InstantSource clock() {
        return InstantSource.system();
    }

    @Produces
    @Singleton
    ObjectMapper json() {
        return EventJson.mapper().copy();
    }

    @Produces
    @Singleton
    StatusView view(Config config) {
        return new StatusView(KafkaClients.properties(config));
    }

    @Produces
    @Singleton
    KafkaCommandSender sender(Config config, PlannerConfig settings) {
        return new KafkaCommandSender(
                KafkaClients.properties(config), settings.commands().timeout());
    }

    @Produces
    @Singleton
    LiveTopics live(Config config, PlannerConfig settings) {
        return new LiveTopics(
                KafkaClients.properties(config),
                settings.live().maxClients(),
                settings.live().buffer());
    }

    @Produces
    @Singleton
    StreamLimits streamLimits(PlannerConfig settings) {
        return new StreamLimits(settings.live().keepAlive(), settings.live().writeTimeout());
    }

    @Produces
    @Singleton
    VersionCatalogue catalogue() {
        return CatalogueFile.load();
    }

    @Produces
    @Singleton
    PlannerCore core(VersionCatalogue catalogue) {
        return new PlannerCore(catalogue, PlannerSettings.DEFAULT);
    }

    @Produces
    @Singleton
    StreamMeters streamMeters(MeterRegistry registry) {
        return new StreamMeters(registry);
    }

    @Produces
    @Singleton
    FleetStreams streams(
            Config config, PlannerConfig settings, PlannerCore core, StreamMeters meters, InstantSource clock) {
        return new FleetStreams(
                () -> PlannerTopology.build(
                        core::decide,
                        settings.tick(),
                        new Retention(settings.campaigns().keep()),
                        meters),
                StreamsProperties.of(KafkaClients.properties(config), settings),
                meters,
                clock,
                settings.stopGrace());
    }

    @Produces
    @Singleton
    Starter starter(Config config, PlannerConfig settings, StatusView view, FleetStreams streams) {
        return new Starter(KafkaClients.properties(config), settings.topics().replicationFactor(), view, streams);
    }
}
