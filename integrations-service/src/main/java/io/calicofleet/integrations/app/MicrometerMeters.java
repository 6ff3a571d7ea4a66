package io.calicofleet.integrations.app;

import io.calicofleet.integrations.adapter.webhook.WebhookMeters;
import io.calicofleet.integrations.core.Answer;
import io.calicofleet.runtime.ConsumerLag;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/** Counts with Micrometer. {@code docs/reference/metrics.md} lists them. */
@Singleton
final class MicrometerMeters implements WebhookMeters {

    private static final String PREFIX = "calico.fleet.integrations.";

    private final MeterRegistry registry;
    private final Counter projected;

    MicrometerMeters(MeterRegistry registry) {
        this.registry = registry;
        this.projected = Counter.builder(PREFIX + "sql.records")
                .description("records whose rows are in the database")
                .register(registry);
        List.of("taken", "later", "never").forEach(this::chat);
        Gauge.builder(PREFIX + "consumer.lag", ConsumerLag::highest)
                .description("records of the partition that is the furthest behind")
                .register(registry);
    }

    /** Whether what happens does not come into the database, which is set. */
    void watchSql(BooleanSupplier stopped) {
        Gauge.builder(PREFIX + "sql.stopped", () -> stopped.getAsBoolean() ? 1 : 0)
                .description("whether nothing is written into the database")
                .register(registry);
    }

    /** So many records are in the database now. */
    void projected(int records) {
        projected.increment(records);
    }

    /** Something was asked of a chat, and this came of it. */
    void said(String outcome) {
        chat(outcome).increment();
    }

    private Counter chat(String outcome) {
        return Counter.builder(PREFIX + "chat.messages")
                .description("messages posted to a chat, or changed there, by what came of it")
                .tag("outcome", outcome)
                .register(registry);
    }

    @Override
    public void watch(String endpoint, IntSupplier waiting) {
        // As a supplier of numbers it is kept; of another object Micrometer would keep no more than a weak reference.
        Gauge.builder(PREFIX + "webhooks.waiting", waiting::getAsInt)
                .description("partitions whose next webhook was not taken and is tried again")
                .tag("endpoint", endpoint)
                .register(registry);
        Counter unused = givenUpOf(endpoint);
    }

    @Override
    public void sent(String endpoint, Answer answer, Duration took) {
        String outcome = switch (answer) {
            case Answer.Taken taken -> "taken";
            case Answer.Later later -> "later";
            case Answer.Never never -> "never";
        };
        Timer.builder(PREFIX + "webhooks.sent")
                .description("webhooks sent, and how long their requests took")
                .tag("endpoint", endpoint)
                .tag("outcome", outcome)
                .register(registry)
                .record(took);
    }

    @Override
    public void givenUp(String endpoint) {
        givenUpOf(endpoint).increment();
    }

    private Counter givenUpOf(String endpoint) {
        return Counter.builder(PREFIX + "webhooks.given.up")
                .description("webhooks given up, which stand on the dead list")
                .tag("endpoint", endpoint)
                .register(registry);
    }
}
