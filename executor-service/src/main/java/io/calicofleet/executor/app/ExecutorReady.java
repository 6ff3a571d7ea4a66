package io.calicofleet.executor.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.inject.Inject;
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
    private final StepsChannel steps;

    @Inject
    ExecutorReady(Executor executor, @Any StepsChannel steps) {
        this.executor = executor;
        this.steps = steps;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response = HealthCheckResponse.named("executor");
        boolean ready = true;
        if (!executor.topicsThere()) {
            response.withData("missing", "the topics: Kafka does not answer");
            ready = false;
        } else if (!steps.isAssigned()) {
            response.withData("missing", "the assignment of the steps topic");
            ready = false;
        } else if (!executor.readsVerdicts()) {
            response.withData("missing", "the verdicts topic");
            ready = false;
        }
        response.withData("clusters", executor.fleet().all().size());
        response.withData("busy", executor.queues().running());
        executor.announcer().unreachable().entrySet().stream()
                .limit(NAMED)
                .forEach(entry -> response.withData("unreachable " + entry.getKey(), entry.getValue()));
        executor.fleet().problems().entrySet().stream()
                .limit(NAMED)
                .forEach(entry -> response.withData("unusable " + entry.getKey(), entry.getValue()));
        return response.status(ready).build();
    }
}
