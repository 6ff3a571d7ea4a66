package io.calicofleet.executor.app;

import io.calicofleet.event.ErrorCategory;
import io.calicofleet.event.StepKind;
import io.calicofleet.executor.engine.EngineMetrics;
import io.calicofleet.runtime.ConsumerLag;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The metrics. {@code docs/reference/metrics.md} lists them. */
@ApplicationScoped
class MeteredEngine implements EngineMetrics {

    private static final String PREFIX = "calico.fleet.executor.";

    private final MeterRegistry registry;
    private final AtomicInteger running = new AtomicInteger();
    private final Map<String, Timer> acting = new ConcurrentHashMap<>();
    private final Counter observations;
    private final Counter retries;
    private final Counter deadLetters;
    private final Timer gaps;
    private final Counter paused;
    private final Counter left;

    @Inject
    MeteredEngine(MeterRegistry registry) {
        this.registry = registry;
        this.observations = Counter.builder(PREFIX + "observations")
                .description("observations published")
                .register(registry);
        this.retries = Counter.builder(PREFIX + "api.retries")
                .description("requests to API servers that were not answered and are tried again")
                .register(registry);
        this.deadLetters = Counter.builder(PREFIX + "dead.letters")
                .description("records nobody could read")
                .register(registry);
        this.gaps = Timer.builder(PREFIX + "continuity.gap")
                .description("the longest time without an answer of each measured step, when it is over")
                .register(registry);
        this.paused = breaches("paused");
        this.left = breaches("left");
        Gauge.builder(PREFIX + "steps.running", running, AtomicInteger::get)
                .description("steps taken up and not done with: acting or observing")
                .register(registry);
    }

    void watch(IntSupplier busy, IntSupplier served, IntSupplier unreachable, Supplier<Optional<Instant>> certificate) {
        Gauge.builder(PREFIX + "certificate.end.timestamp.seconds", () -> seconds(certificate.get()))
                .description("when the certificate in a kubeconfig ends that ends first")
                .register(registry);
        Gauge.builder(PREFIX + "consumer.lag", ConsumerLag::highest)
                .description("records of the partition that is the furthest behind")
                .register(registry);
        gauge("clusters.busy", "clusters with a step in their queue", busy);
        gauge("clusters.served", "clusters that are served", served);
        gauge("clusters.unreachable", "clusters whose API server did not answer when asked last", unreachable);
    }

    @Override
    public void stepStarted() {
        running.incrementAndGet();
    }

    @Override
    public void stepEnded() {
        running.decrementAndGet();
    }

    @Override
    public void acted(StepKind kind, String outcome, @Nullable ErrorCategory category, Duration took) {
        String why = category == null ? "none" : category.encode();
        acting.computeIfAbsent(
                        kind.encode() + ' ' + outcome + ' ' + why,
                        unused -> Timer.builder(PREFIX + "step.acting")
                                .description("from a step being taken up to its outcome")
                                .tag("kind", kind.encode())
                                .tag("outcome", outcome)
                                .tag("category", why)
                                .register(registry))
                .record(took);
    }

    @Override
    public void observed() {
        observations.increment();
    }

    @Override
    public void retried() {
        retries.increment();
    }

    @Override
    public void deadLetter() {
        deadLetters.increment();
    }

    @Override
    public void measured(Duration longestGap) {
        gaps.record(longestGap);
    }

    @Override
    public void breached(boolean wasPaused) {
        (wasPaused ? paused : left).increment();
    }

    private Counter breaches(String rollout) {
        return Counter.builder(PREFIX + "continuity.breaches")
                .description("gaps longer than allowed, and whether the rollout was paused")
                .tag("rollout", rollout)
                .register(registry);
    }

    private static double seconds(Optional<Instant> time) {
        return time.map(found -> (double) found.getEpochSecond()).orElse(Double.NaN);
    }

    private void gauge(String name, String description, IntSupplier value) {
        // As a supplier of numbers it is kept; of another object Micrometer would keep no more than a weak reference.
        Gauge.builder(PREFIX + name, value::getAsInt).description(description).register(registry);
    }
}
