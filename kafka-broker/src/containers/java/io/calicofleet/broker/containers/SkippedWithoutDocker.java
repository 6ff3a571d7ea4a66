package io.calicofleet.broker.containers;

import io.calicofleet.broker.TemporaryBroker;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/**
 * Skips the test classes that keep a {@link TemporaryBroker} in a field where there is no Docker engine, before their
 * {@code @BeforeAll} asks for it. JUnit finds it by itself under {@code -Pcontainers}.
 */
public final class SkippedWithoutDocker implements ExecutionCondition {

    static final String REASON = "skipped: -Pcontainers needs a Docker engine, and none answers here (DOCKER_HOST)";

    /** For JUnit. */
    public SkippedWithoutDocker() {}

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        boolean needsBroker = context.getTestClass()
                .map(SkippedWithoutDocker::keepsBroker)
                .orElse(false);
        if (!needsBroker || DockerClientFactory.instance().isDockerAvailable()) {
            return ConditionEvaluationResult.enabled("no broker is needed, or Docker is there");
        }
        // Maven prints the number of skipped tests, not why.
        context.getTestMethod().ifPresentOrElse(method -> {}, () -> System.err.println(
                context.getDisplayName() + " " + REASON));
        return ConditionEvaluationResult.disabled(REASON);
    }

    private static boolean keepsBroker(Class<?> test) {
        return Stream.<@Nullable Class<?>>iterate(test, type -> type != null, type -> type.getSuperclass())
                .flatMap(type -> Arrays.stream(type.getDeclaredFields()))
                .anyMatch(field -> field.getType() == TemporaryBroker.class);
    }
}
