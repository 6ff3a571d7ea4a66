package io.calicofleet.verifier.app;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready when the stream runs; says what is missing where it does not. */
@Readiness
@Singleton
final class StreamReadiness implements HealthCheck {

    private final VerifierService service;

    StreamReadiness(VerifierService service) {
        this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("verifier stream");
        return service.missing()
                .map(missing -> response.down().withData("missing", missing).build())
                .orElseGet(() -> response.up().build());
    }
}
