package io.calicofleet.integrations.app;

import io.calicofleet.runtime.Health;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Ready when it reads. An endpoint or a database that takes nothing is told here and makes nothing unready: the others are told. */
@Readiness
@ApplicationScoped
class IntegrationsReady implements HealthCheck {

    private final IntegrationsService service;

    IntegrationsReady(IntegrationsService service) {
        this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response = Health.upUnless("integrations", service.missing());
        service.troubles().forEach((name, why) -> response.withData(name, why));
        return response.build();
    }
}
