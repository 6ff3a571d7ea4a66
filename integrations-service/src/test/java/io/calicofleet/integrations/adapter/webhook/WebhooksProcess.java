package io.calicofleet.integrations.adapter.webhook;

import io.calicofleet.integrations.core.Answer;
import io.calicofleet.integrations.core.Backoff;
import io.calicofleet.kafka.Topics;
import io.calicofleet.runtime.http.Outgoing;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntSupplier;
import org.apache.kafka.clients.admin.Admin;

/** Webhooks as a process of their own, which can be killed. */
public final class WebhooksProcess {

    private WebhooksProcess() {}

    public static void main(String... arguments) throws Exception {
        Map<String, Object> client = Map.of("bootstrap.servers", arguments[0]);
        try (Webhooks webhooks = webhooks(Path.of(arguments[1]), client, Duration.parse(arguments[2]));
                Admin admin = Admin.create(client)) {
            webhooks.start(admin);
            new CountDownLatch(1).await();
        }
    }

    /** Those of a file, with short pauses. */
    static Webhooks webhooks(Path file, Map<String, Object> client, Duration giveUpAfter) throws Exception {
        try (Admin admin = Admin.create(client)) {
            Topics.create(admin, Optional.empty());
        }
        return new Webhooks(
                file,
                name -> null,
                new Webhooks.Sending(
                        new Outgoing(List.of(), "integrations.allowed-hosts"),
                        "fleet.example.com",
                        Duration.ofSeconds(10),
                        new Backoff(Duration.ofMillis(20), Duration.ofMillis(200), giveUpAfter),
                        InstantSource.system(),
                        () -> 0.5),
                client,
                client,
                new WebhookMeters() {
                    @Override
                    public void watch(String endpoint, IntSupplier waiting) {}

                    @Override
                    public void sent(String endpoint, Answer answer, Duration took) {}

                    @Override
                    public void givenUp(String endpoint) {}
                });
    }
}
