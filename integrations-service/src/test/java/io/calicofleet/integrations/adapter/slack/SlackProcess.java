package io.calicofleet.integrations.adapter.slack;

import io.calicofleet.kafka.Topics;
import io.calicofleet.runtime.http.Outgoing;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.Admin;

/** Slack as a process of its own, which can be killed. */
public final class SlackProcess {

    private SlackProcess() {}

    public static void main(String... arguments) throws Exception {
        Map<String, Object> client = Map.of("bootstrap.servers", arguments[0]);
        try (SlackIntegration slack = of(Path.of(arguments[1]), client)) {
            start(slack, client);
            new CountDownLatch(1).await();
        }
    }

    /** That of a file, with short pauses. */
    static SlackIntegration of(Path file, Map<String, Object> client) throws Exception {
        return new SlackIntegration(
                file,
                name -> null,
                new Outgoing(List.of(), "integrations.allowed-hosts"),
                new SlackIntegration.Pace(
                        Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofMillis(300), Duration.ofMillis(200)),
                client,
                client,
                InstantSource.system(),
                outcome -> {});
    }

    static void start(SlackIntegration slack, Map<String, Object> client) throws Exception {
        try (Admin admin = Admin.create(client)) {
            Topics.create(admin, Optional.empty());
            slack.start(admin);
        }
    }
}
