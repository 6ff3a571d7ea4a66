package io.calicofleet.planner.app;

import io.calicofleet.planner.adapter.commands.KafkaCommandSender;
import io.calicofleet.planner.adapter.http.WholeBodies;
import io.calicofleet.planner.adapter.live.LiveTopics;
import io.calicofleet.planner.adapter.view.StatusView;
import io.calicofleet.runtime.KafkaStart;
import io.calicofleet.runtime.streams.ManagedStreams;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and stops the planner. */
@ApplicationScoped
class Lifecycle {

    private static final Logger LOGGER = LoggerFactory.getLogger(Lifecycle.class);

    private static final int FIRST = 1000;

    private final KafkaStart start;
    private final StatusView view;
    private final ManagedStreams streams;
    private final KafkaCommandSender sender;
    private final LiveTopics live;

    Lifecycle(KafkaStart start, StatusView view, ManagedStreams streams, KafkaCommandSender sender, LiveTopics live) {
        this.start = start;
        this.view = view;
        this.streams = streams;
        this.sender = sender;
        this.live = live;
    }

    void onStart(@Observes StartupEvent event) {
        start.start();
    }

    /** Before anything of REST. */
    void onRoutes(
            @Observes Filters filters, @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize largest) {
        filters.register(new WholeBodies(largest.asLongValue()), FIRST);
    }

    /** No more commands first, then no more decisions, then nobody reads any more. */
    void onStop(@Observes ShutdownEvent event) {
        start.close();
        sender.close();
        streams.close();
        live.close();
        view.close();
        LOGGER.atInfo().log("planner stopped");
    }
}
