package io.calicofleet.planner.adapter.streams;

import io.calicofleet.event.StepKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What is counted of the decisions; {@code docs/reference/metrics.md} lists it. */
public final class StreamMeters {

    /** The type of an input that is no event, or goes to the dead letters. */
    static final String NO_TYPE = "none";

    private static final String PREFIX = "calico.fleet.planner.";

    private final MeterRegistry registry;
    private final Timer decisions;
    private final Timer waiting;
    private final Counter failures;
    private final Counter aside;
    private final Counter deleted;
    private final Map<String, Counter> inputs = new ConcurrentHashMap<>();
    private final Map<StepKind, Counter> requested = new EnumMap<>(StepKind.class);

    /** What came of an input. */
    enum Result {
        /** It changed the campaign. */
        CHANGED,
        /** It changed nothing: a duplicate, or something of no consequence. */
        NOTHING,
        /** A command that was refused. */
        REFUSED,
        /** A dead letter, or a command that was refused: what comes of it fits into no record. */
        TOO_LARGE,
        /** A dead letter: it could not be read, or was on a wrong topic or key. */
        UNREADABLE,
        /** A dead letter: the core failed on it. */
        BUG
    }

    /** Registers them there. */
    public StreamMeters(MeterRegistry registry) {
        this.registry = registry;
        this.decisions = Timer.builder(PREFIX + "decisions")
                .description("How long the core takes to decide about one input")
                .register(registry);
        this.waiting = Timer.builder(PREFIX + "input.wait")
                .description("How long an input was on its topic before the planner took it up")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(30))
                .register(registry);
        this.failures = Counter.builder(PREFIX + "streams.failures")
                .description("Stream threads that failed and were replaced")
                .register(registry);
        this.aside = Counter.builder(PREFIX + "campaigns.set.aside")
                .description("Campaigns for which no time passes, since a fault of the planner was met when it did")
                .register(registry);
        this.deleted = Counter.builder(PREFIX + "campaigns.deleted")
                .description("Campaigns that were over and were deleted, by people or by their age")
                .register(registry);
        for (StepKind kind : StepKind.values()) {
            requested.put(
                    kind,
                    Counter.builder(PREFIX + "steps.requested")
                            .description("Steps asked for")
                            .tag("kind", kind.encode())
                            .register(registry));
        }
        // At 0 from the start: of a series that begins with its first dead letter no increase is seen.
        for (Result result : List.of(Result.TOO_LARGE, Result.UNREADABLE, Result.BUG)) {
            inputs.put(key(NO_TYPE, result), counter(NO_TYPE, result));
        }
    }

    /** An input came to this. */
    void input(String type, Result result) {
        inputs.computeIfAbsent(key(type, result), unused -> counter(type, result))
                .increment();
    }

    private static String key(String type, Result result) {
        return type + ' ' + result;
    }

    private Counter counter(String type, Result result) {
        return registry.counter(
                PREFIX + "inputs",
                "type",
                type,
                "result",
                result.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    /** A decision took so long. */
    void decided(Duration duration) {
        decisions.record(duration);
    }

    /** An input waited so long. */
    void waited(Duration duration) {
        waiting.record(duration.isNegative() ? Duration.ZERO : duration);
    }

    /** A step was asked for. */
    void requested(StepKind kind) {
        Counter counter = requested.get(kind);
        if (counter != null) {
            counter.increment();
        }
    }

    /** A campaign was set aside. */
    void setAside() {
        aside.increment();
    }

    /** A campaign was deleted. */
    void deleted() {
        deleted.increment();
    }

    /** A stream thread failed. */
    public void failed() {
        failures.increment();
    }
}
