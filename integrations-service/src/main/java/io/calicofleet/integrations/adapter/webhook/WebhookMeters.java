package io.calicofleet.integrations.adapter.webhook;

import io.calicofleet.integrations.core.Answer;
import java.time.Duration;
import java.util.function.IntSupplier;

/** What is counted of webhooks. */
public interface WebhookMeters {

    /** An endpoint is there. */
    void watch(String endpoint, IntSupplier waiting);

    /** A message was sent. */
    void sent(String endpoint, Answer answer, Duration took);

    /** A message was given up. */
    void givenUp(String endpoint);
}
