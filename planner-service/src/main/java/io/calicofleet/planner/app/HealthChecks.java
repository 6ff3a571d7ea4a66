package io.calicofleet.planner.app;

import io.calicofleet.planner.adapter.view.StatusView;
import io.calicofleet.runtime.Health;
import io.calicofleet.runtime.KafkaStart;
import io.calicofleet.runtime.streams.ManagedStreams;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/** What readiness and liveness say: each check names what is missing. */
final class HealthChecks {

    @Produces
    @ApplicationScoped
    @Readiness
    HealthCheck topics(KafkaStart start) {
        return () -> Health.upUnless("kafka and its topics", start.missing()).build();
    }

    @Produces
    @ApplicationScoped
    @Readiness
    HealthCheck view(StatusView view) {
        return () -> Health.upUnless("status view", view.behind()).build();
    }

    @Produces
    @ApplicationScoped
    @Readiness
    HealthCheck decisions(ManagedStreams streams) {
        return () -> Health.upUnless("decisions", streams.notReady()).build();
    }

    @Produces
    @ApplicationScoped
    @Liveness
    HealthCheck alive(ManagedStreams streams) {
        return () -> Health.upUnless(
                        "stream threads",
                        streams.failed() ? List.of("Kafka Streams has given up: see the log, then restart") : List.of())
                .build();
    }
}
