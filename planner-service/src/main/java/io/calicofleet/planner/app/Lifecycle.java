package io.calicofleet.planner.app;

import io.calicofleet.planner.adapter.commands.KafkaCommandSender;
import io.calicofleet.planner.adapter.live.LiveTopics;
import io.calicofleet.planner.adapter.streams.FleetStreams;
import io.calicofleet.planner.adapter.view.StatusView;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and stops the planner. */
@ApplicationScoped
class Lifecycle {

    private static final Logger LOGGER = LoggerFactory.getLogger(Lifecycle.class);

    private final Starter starter;
    private final StatusView view;
    private final FleetStreams streams;
    private final KafkaCommandSender sender;
    private final LiveTopics live;

    Lifecycle(Starter starter, StatusView view, FleetStreams streams, KafkaCommandSender sender, LiveTopics live) {
        this.starter = starter;
        this.view = view;
        this.streams = streams;
        this.sender = sender;
        this.live = live;
    }

    void onStart(@Observes StartupEvent event) {
        starter.start();
    }

    /** No more commands first, then no more decisions, then nobody reads any more. */
    void onStop(@Observes ShutdownEvent event) {
        starter.close();
        sender.close();
        streams.close();
        live.close();
        view.close();
        LOGGER.atInfo().log("planner stopped");
    }
}
