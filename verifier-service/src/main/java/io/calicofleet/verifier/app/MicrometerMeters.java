package io.calicofleet.verifier.app;

import io.calicofleet.event.GateKind;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.Topic;
import io.calicofleet.runtime.ConsumerLag;
import io.calicofleet.verifier.adapter.VerifierMeters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Counts with Micrometer; every series exists from the start, so that a rate of zero is a zero and not a gap. */
@Singleton
final class MicrometerMeters implements VerifierMeters {

    private static final String PREFIX = "calico.fleet.verifier.";

    private final MeterRegistry registry;
    private final Counter opened;
    private final Counter replaced;
    private final Counter silent;
    private final AtomicInteger open = new AtomicInteger();
    private final Map<Outcome, Timer> judged;
    private final Map<GateKind, Map<Outcome, Counter>> gates = new EnumMap<>(GateKind.class);
    private final Map<Checked, Counter> checks;
    private final Map<Line, Counter> lines;

    MicrometerMeters(MeterRegistry registry) {
        this.registry = registry;
        opened = registry.counter(PREFIX + "verifications.opened");
        replaced = registry.counter(PREFIX + "verifications.replaced");
        silent = registry.counter(PREFIX + "verifications.silent");
        registry.gauge(PREFIX + "verifications.open", open);
        registry.gauge(PREFIX + "consumer.lag", registry, unused -> ConsumerLag.highest());
        judged = each(Outcome.class, outcome -> registry.timer(PREFIX + "verdicts", "outcome", outcome.encode()));
        for (GateKind gate : GateKind.values()) {
            gates.put(
                    gate,
                    each(
                            Outcome.class,
                            outcome -> registry.counter(
                                    PREFIX + "gates", "gate", gate.encode(), "outcome", outcome.encode())));
        }
        checks = each(Checked.class, outcome -> registry.counter(PREFIX + "checks", "outcome", outcome.tag()));
        lines = each(Line.class, kind -> registry.counter(PREFIX + "traffic.lines", "kind", kind.tag()));
        for (Topic topic : new Topic[] {Topic.STEPS, Topic.CHECKS, Topic.TRAFFIC}) {
            registry.counter(PREFIX + "dead.letters", "topic", topic.topicName());
        }
    }

    @Override
    public void opened() {
        opened.increment();
    }

    @Override
    public void replaced() {
        replaced.increment();
    }

    @Override
    public void judged(StepJudged verdict, Duration took) {
        get(judged, verdict.outcome()).record(took.isNegative() ? Duration.ZERO : took);
        verdict.gates()
                .forEach(result ->
                        get(get(gates, result.gate()), result.outcome()).increment());
    }

    @Override
    public void checked(Checked outcome) {
        get(checks, outcome).increment();
    }

    @Override
    public void silent() {
        silent.increment();
    }

    @Override
    public void line(Line kind) {
        get(lines, kind).increment();
    }

    @Override
    public void deadLetter(String topic) {
        registry.counter(PREFIX + "dead.letters", "topic", topic).increment();
    }

    @Override
    public void open(int change) {
        open.addAndGet(change);
    }

    private static <E extends Enum<E>, M> Map<E, M> each(Class<E> type, Function<E, M> meter) {
        Map<E, M> meters = new EnumMap<>(type);
        for (E value : type.getEnumConstants()) {
            meters.put(value, meter.apply(value));
        }
        return meters;
    }

    private static <K, V> V get(Map<K, V> meters, K key) {
        V meter = meters.get(key);
        if (meter == null) {
            throw new IllegalStateException("there is no meter for " + key);
        }
        return meter;
    }
}
