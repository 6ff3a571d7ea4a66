package io.calicofleet.planner.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.calicofleet.event.Sender;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.kafka.attestation.AttestationCheck.Refused;
import io.calicofleet.planner.adapter.audit.Asking;
import io.calicofleet.planner.adapter.audit.AuditLog;
import io.calicofleet.planner.adapter.audit.AuditedSender;
import io.calicofleet.planner.adapter.catalogue.CatalogueFile;
import io.calicofleet.planner.adapter.commands.KafkaCommandSender;
import io.calicofleet.planner.adapter.live.LiveTopics;
import io.calicofleet.planner.adapter.rest.IdempotencyKeys;
import io.calicofleet.planner.adapter.rest.ServerVersion;
import io.calicofleet.planner.adapter.rest.StreamLimits;
import io.calicofleet.planner.adapter.streams.PlannerTopology;
import io.calicofleet.planner.adapter.streams.StreamMeters;
import io.calicofleet.planner.adapter.topics.AuditTopic;
import io.calicofleet.planner.adapter.topics.DecisionTopic;
import io.calicofleet.planner.adapter.topics.PlanTopic;
import io.calicofleet.planner.adapter.topics.TopicReader;
import io.calicofleet.planner.adapter.view.StatusView;
import io.calicofleet.planner.core.PlannerCore;
import io.calicofleet.planner.core.PlannerSettings;
import io.calicofleet.planner.core.Retention;
import io.calicofleet.planner.core.catalogue.VersionCatalogue;
import io.calicofleet.planner.port.AuditReader;
import io.calicofleet.planner.port.CommandSender;
import io.calicofleet.planner.port.DecisionReader;
import io.calicofleet.planner.port.PlanReader;
import io.calicofleet.runtime.KafkaClients;
import io.calicofleet.runtime.KafkaStart;
import io.calicofleet.runtime.Signing;
import io.calicofleet.runtime.streams.ManagedStreams;
import io.calicofleet.runtime.streams.StreamsSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.eclipse.microprofile.config.Config;

/** The only place that knows which adapter stands behind which port. {@link Lifecycle} starts and stops them. */
public final class Wiring {

    private static final long CATCHING_UP_MILLIS = 20;

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
    Signing signing(Config config) {
        return Signing.of(config, Sender.PLANNER);
    }

    @Produces
    @Singleton
    StatusView view(Config config, Signing signing) {
        return new StatusView(reading(config, signing));
    }

    /** Commands go by {@link #audited} alone. */
    @Produces
    @Singleton
    @Typed(KafkaCommandSender.class)
    KafkaCommandSender sender(Config config, PlannerConfig settings, Signing signing) {
        return new KafkaCommandSender(
                KafkaClients.properties(config), settings.commands().timeout(), signing::gathering);
    }

    @Produces
    @Singleton
    AuditReader audit(Config config, PlannerConfig settings, Signing signing) {
        Map<String, Object> client = new HashMap<>(KafkaClients.properties(config));
        // An act waits for it.
        client.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int)
                settings.commands().timeout().toMillis());
        return new AuditTopic(new TopicReader(signing.checked(client, Refused.MARKED)));
    }

    /** Each chain has another name, also of a planner that has been started anew. */
    @Produces
    @Singleton
    AuditLog auditLog(KafkaCommandSender sender, AuditReader kept, InstantSource clock) {
        return new AuditLog(
                sender,
                kept,
                clock,
                () -> "planner-" + UUID.randomUUID().toString().replace("-", "").substring(0, 16));
    }

    @Produces
    @Singleton
    CommandSender audited(KafkaCommandSender sender, AuditLog log, Asking asking) {
        return new AuditedSender(sender, log, asking::asks);
    }

    @Produces
    @Singleton
    LiveTopics live(Config config, PlannerConfig settings, Signing signing) {
        return new LiveTopics(
                reading(config, signing),
                settings.live().maxClients(),
                settings.live().buffer());
    }

    @Produces
    @Singleton
    TopicReader reader(Config config, Signing signing) {
        return new TopicReader(reading(config, signing));
    }

    @Produces
    @Singleton
    PlanReader plans(TopicReader reader) {
        return new PlanTopic(reader);
    }

    @Produces
    @Singleton
    DecisionReader decisions(TopicReader reader) {
        return new DecisionTopic(reader);
    }

    @Produces
    @Singleton
    ServerVersion version(Config config) {
        return new ServerVersion(config.getValue("quarkus.application.version", String.class), "v1");
    }

    @Produces
    @Singleton
    IdempotencyKeys idempotencyKeys(InstantSource clock) {
        return new IdempotencyKeys(clock);
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
    ManagedStreams streams(
            Config config,
            PlannerConfig settings,
            PlannerCore core,
            StreamMeters meters,
            InstantSource clock,
            Signing signing) {
        return new ManagedStreams(
                () -> PlannerTopology.build(
                        core::decide,
                        settings.tick(),
                        new Retention(settings.campaigns().keep()),
                        meters),
                properties(settings.streams(), settings.topics())
                        .properties(
                                PlannerTopology.tuning(
                                        settings.streams().pollInterval(),
                                        settings.streams().linger()),
                                KafkaClients.properties(config)),
                signing,
                meters::failed,
                () -> Quarkus.asyncExit(1),
                clock,
                settings.stopGrace());
    }

    /** First the topics, then the view until it has caught up, since decisions ask it which campaigns clusters are in. */
    @Produces
    @Singleton
    KafkaStart start(Config config, PlannerConfig settings, StatusView view, ManagedStreams streams) {
        KafkaStart start = new KafkaStart(
                KafkaClients.properties(config), settings.topics().replicationFactor(), admin -> {
                    view.start();
                    while (!view.behind().isEmpty()) {
                        TimeUnit.MILLISECONDS.sleep(CATCHING_UP_MILLIS);
                    }
                    streams.start();
                });
        view.dependsOn(start::missing);
        return start;
    }

    /** Of consumers that see nothing that is not signed. */
    private static Map<String, Object> reading(Config config, Signing signing) {
        return signing.checked(KafkaClients.properties(config), Refused.DROPPED);
    }

    private static StreamsSettings properties(PlannerConfig.Streams streams, PlannerConfig.Topics topics) {
        return new StreamsSettings(
                streams.applicationId(),
                streams.threads(),
                streams.standbys(),
                topics.replicationFactor().map(Short::intValue).orElse(-1),
                streams.stateDirectory(),
                streams.commitInterval(),
                streams.sessionTimeout(),
                streams.transactionTimeout());
    }
}
