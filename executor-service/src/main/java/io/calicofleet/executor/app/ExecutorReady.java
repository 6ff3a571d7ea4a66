package io.calicofleet.executor.app;

import io.calicofleet.runtime.Health;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready when steps can come in and outcomes can go out. A cluster that does not answer, or a file that is no kubeconfig,
 * is told here and makes nothing unready: the other clusters are served.
 */
@Readiness
@ApplicationScoped
class ExecutorReady implements HealthCheck {

    private static final int NAMED = 20;

    private final Executor executor;

    @Inject
    ExecutorReady(Executor executor) {
        this.executor = executor;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response = Health.upUnless("executor", missing());
        response.withData("clusters", executor.fleet().all().size());
        response.withData("busy", executor.queues().running());
        executor.announcer().unreachable().entrySet().stream()
                .limit(NAMED)
                .forEach(entry -> response.withData("unreachable " + entry.getKey(), entry.getValue()));
        executor.fleet().problems().entrySet().stream()
                .limit(NAMED)
                .forEach(entry -> response.withData("unusable " + entry.getKey(), entry.getValue()));
        return response.build();
    }

    private List<String> missing() {
        return !executor.missing().isEmpty()
                ? executor.missing()
                : !executor.isAssigned()
                        ? List.of("the assignment of the steps topic")
                        : !executor.readsVerdicts() ? List.of("the verdicts topic") : List.of();
    }
}
