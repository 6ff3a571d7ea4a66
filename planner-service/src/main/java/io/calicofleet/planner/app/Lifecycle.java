package io.calicofleet.planner.app;

import io.calicofleet.planner.adapter.access.Known;
import io.calicofleet.planner.adapter.access.TokenMechanism;
import io.calicofleet.planner.adapter.audit.Asking;
import io.calicofleet.planner.adapter.audit.AuditLog;
import io.calicofleet.planner.adapter.commands.KafkaCommandSender;
import io.calicofleet.planner.adapter.http.BrowserEdge;
import io.calicofleet.planner.adapter.http.Page;
import io.calicofleet.planner.adapter.http.WholeBodies;
import io.calicofleet.planner.adapter.live.LiveTopics;
import io.calicofleet.planner.adapter.rest.Callers;
import io.calicofleet.planner.adapter.view.StatusView;
import io.calicofleet.runtime.KafkaStart;
import io.calicofleet.runtime.streams.ManagedStreams;
import io.calicofleet.runtime.trace.Tracing;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and stops the planner. */
@ApplicationScoped
class Lifecycle {

    private static final Logger LOGGER = LoggerFactory.getLogger(Lifecycle.class);

    /** Before all that may refuse. */
    private static final int AUDITED = 1100;

    /** Before what finds out who asks. */
    private static final int FIRST = 1000;

    /** Between what finds out who asks, which is at 200, and the routes. */
    private static final int KNOWN = 150;

    private static final int BODIES = 100;

    private static final int PAGE = 50;

    private final KafkaStart start;
    private final StatusView view;
    private final ManagedStreams streams;
    private final KafkaCommandSender sender;
    private final LiveTopics live;
    private final AuditLog audit;

    Lifecycle(
            KafkaStart start,
            StatusView view,
            ManagedStreams streams,
            KafkaCommandSender sender,
            LiveTopics live,
            AuditLog audit) {
        this.audit = audit;
        this.start = start;
        this.view = view;
        this.streams = streams;
        this.sender = sender;
        this.live = live;
    }

    /** {@code people} and {@code rights} are asked for here, so that the start is refused where nobody could be known or has a right. */
    void onStart(@Observes StartupEvent event, TokenMechanism people, Callers rights, Config config) {
        Tracing.start(config, "planner");
        start.start();
    }

    /** Before anything of REST. The body of whom nobody knows is not read. */
    void onRoutes(
            @Observes Filters filters,
            BrowserEdge browsers,
            Asking asking,
            Page page,
            @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize largest) {
        filters.register(context -> asking.watch(context, audit), AUDITED);
        filters.register(browsers, FIRST);
        filters.register(new Known(), KNOWN);
        filters.register(new WholeBodies(largest.asLongValue()), BODIES);
        filters.register(page, PAGE);
    }

    /** No more commands first, then no more decisions, then nobody reads any more. */
    void onStop(@Observes ShutdownEvent event) {
        start.close();
        audit.close();
        sender.close();
        streams.close();
        live.close();
        view.close();
        Tracing.stop();
        LOGGER.atInfo().log("planner stopped");
    }
}
