package io.calicofleet.verifier.app;

import io.calicofleet.runtime.Health;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/** What readiness and liveness say. */
final class HealthChecks {

    /** Ready when the stream runs. */
    @Produces
    @ApplicationScoped
    @Readiness
    HealthCheck ready(VerifierService service) {
        return () -> Health.upUnless("verifier stream", service.missing()).build();
    }

    /** Alive unless the stream has stopped for good: then only a new process helps. */
    @Produces
    @ApplicationScoped
    @Liveness
    HealthCheck alive(VerifierService service) {
        return () -> Health.upUnless(
                        "stream threads",
                        service.isDead() ? List.of("Kafka Streams has given up: see the log, then restart") : List.of())
                .build();
    }
}
