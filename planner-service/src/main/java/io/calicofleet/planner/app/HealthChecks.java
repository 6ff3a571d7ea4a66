package io.calicofleet.planner.app;

import io.calicofleet.planner.adapter.streams.FleetStreams;
import io.calicofleet.planner.adapter.view.StatusView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/** What readiness and liveness say: each check names what is missing. */
final class HealthChecks {

    @Produces
    @ApplicationScoped
    @Readiness
    HealthCheck topics(Starter starter) {
        return () -> upUnless("kafka and its topics", starter.missing());
    }

    @Produces
    @ApplicationScoped
    @Readiness
    HealthCheck view(StatusView view) {
        return () -> upUnless("status view", view.behind());
    }

    @Produces
    @ApplicationScoped
    @Readiness
    HealthCheck decisions(FleetStreams streams) {
        return () -> upUnless("decisions", streams.notReady());
    }

    @Produces
    @ApplicationScoped
    @Liveness
    HealthCheck alive(FleetStreams streams) {
        return () -> upUnless(
                "stream threads",
                streams.failed() ? List.of("Kafka Streams has given up: see the log, then restart") : List.of());
    }

    private static HealthCheckResponse upUnless(String name, List<String> missing) {
        HealthCheckResponseBuilder response = HealthCheckResponse.named(name).status(missing.isEmpty());
        for (int i = 0; i < missing.size(); i++) {
            response.withData("missing " + (i + 1), missing.get(i));
        }
        return response.build();
    }
}
