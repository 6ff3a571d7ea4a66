package io.calicofleet.verifier.app;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Alive unless the stream has stopped for good: then only a new process helps. */
@Liveness
@Singleton
final class StreamLiveness implements HealthCheck {

    private final VerifierService service;

    StreamLiveness(VerifierService service) {
        this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("verifier stream")
                .status(!service.isDead())
                .build();
    }
}
