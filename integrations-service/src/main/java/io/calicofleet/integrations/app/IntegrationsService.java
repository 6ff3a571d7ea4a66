package io.calicofleet.integrations.app;

import static java.util.Objects.requireNonNull;

import com.slack.api.bolt.response.Response;
import io.calicofleet.integrations.adapter.chat.ChatIntegration;
import io.calicofleet.integrations.adapter.mattermost.MattermostIntegration;
import io.calicofleet.integrations.adapter.slack.SlackIntegration;
import io.calicofleet.integrations.adapter.sql.Database;
import io.calicofleet.integrations.adapter.sql.SqlProjector;
import io.calicofleet.integrations.adapter.teams.TeamsIntegration;
import io.calicofleet.integrations.adapter.webhook.Webhooks;
import io.calicofleet.integrations.core.Backoff;
import io.calicofleet.kafka.attestation.AttestationCheck.Refused;
import io.calicofleet.runtime.KafkaClients;
import io.calicofleet.runtime.KafkaStart;
import io.calicofleet.runtime.SettingsFile.WrongFileException;
import io.calicofleet.runtime.Signing;
import io.calicofleet.runtime.http.Outgoing;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.admin.Admin;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The life of the readers: waits for Kafka and runs those that are set; each keeps where it is where it writes to. */
@Singleton
final class IntegrationsService {

    private static final Logger LOGGER = LoggerFactory.getLogger(IntegrationsService.class);

    private static final Duration SQL_AGAIN = Duration.ofSeconds(5);
    private static final Duration SLACK_AGAIN = Duration.ofSeconds(10);
    private static final Backoff CHAT_BACKOFF =
            new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(5), Duration.ofDays(1));

    /** Chats post a few kilobytes; Quarkus bounds only a body whose length is told before it, so this bounds the others. In bytes. */
    private static final long LARGEST_POSTED = 1024 * 1024;

    private final KafkaStart start;
    private final @Nullable Webhooks webhooks;
    private final @Nullable SqlProjector sql;
    private final @Nullable SlackIntegration slack;
    private final @Nullable MattermostIntegration mattermost;
    private final Map<String, ChatIntegration> chats = new TreeMap<>();
    private volatile boolean running;

    IntegrationsService(IntegrationsSettings settings, Config config, MicrometerMeters meters) {
        Map<String, Object> client = KafkaClients.properties(config);
        Map<String, Object> consumers = Signing.ofReader(config).checked(client, Refused.DROPPED);
        Outgoing outgoing = new Outgoing(settings.allowedHosts().orElse(List.of()), "integrations.allowed-hosts");
        this.webhooks = read(
                settings.webhooks().file(),
                file -> new Webhooks(
                        file, System::getenv, sending(settings.webhooks(), outgoing), client, consumers, meters));
        this.sql = settings.sql()
                .url()
                .map(url -> new Database(
                        url, settings.sql().user(), settings.sql().password().orElse(null)))
                .map(database -> new SqlProjector(database, consumers, meters::projected, SQL_AGAIN))
                .orElse(null);
        meters.watchSql(() -> sql != null && sql.isStopped());
        IntegrationsSettings.Slack inSlack = settings.slack();
        this.slack = read(
                inSlack.file(),
                file -> new SlackIntegration(
                        file,
                        System::getenv,
                        outgoing,
                        new SlackIntegration.Pace(
                                inSlack.pace(), inSlack.editEvery(), inSlack.lookAgain(), SLACK_AGAIN),
                        client,
                        consumers,
                        InstantSource.system(),
                        meters::said));
        put("slack", slack);
        IntegrationsSettings.Mattermost inMattermost = settings.mattermost();
        this.mattermost = read(
                inMattermost.file(),
                file -> new MattermostIntegration(
                        file,
                        System::getenv,
                        outgoing,
                        new MattermostIntegration.Pace(
                                inMattermost.pace(), inMattermost.editEvery(), inMattermost.lookAgain(), CHAT_BACKOFF),
                        client,
                        consumers,
                        InstantSource.system(),
                        meters::said));
        put("mattermost", mattermost);
        IntegrationsSettings.Teams inTeams = settings.teams();
        put(
                "teams",
                read(
                        inTeams.file(),
                        file -> new TeamsIntegration(
                                file,
                                System::getenv,
                                outgoing,
                                new TeamsIntegration.Pace(
                                        inTeams.pace(), inTeams.progressEvery(), inTeams.lookAgain(), CHAT_BACKOFF),
                                client,
                                consumers,
                                InstantSource.system(),
                                meters::said)));
        this.start = new KafkaStart(client, Optional.empty(), this::run);
    }

    /** Makes what a file is for. */
    private interface Maker<T> {
        T of(Path file) throws WrongFileException;
    }

    /** What the file is for; null where none is set. One that cannot be used ends the start with what is wrong. */
    private static <T> @Nullable T read(Optional<Path> file, Maker<T> maker) {
        if (file.isEmpty()) {
            return null;
        }
        try {
            return maker.of(file.get());
        } catch (WrongFileException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static Webhooks.Sending sending(IntegrationsSettings.Webhooks set, Outgoing outgoing) {
        return new Webhooks.Sending(
                outgoing,
                set.origin(),
                set.timeout(),
                new Backoff(set.firstPause(), set.longestPause(), set.giveUpAfter()),
                InstantSource.system(),
                () -> ThreadLocalRandom.current().nextDouble());
    }

    private void put(String name, @Nullable ChatIntegration chat) {
        if (chat != null) {
            chats.put(name, chat);
        }
    }

    /** What chats post is answered on a thread that may wait. */
    void routes(@Observes Router router) {
        if (slack != null && slack.takesHttp()) {
            router.post(SlackIntegration.PATH)
                    .handler(posted())
                    .blockingHandler(context -> answer(requireNonNull(slack), context), false);
        }
        if (mattermost != null && mattermost.takesHttp()) {
            router.post(MattermostIntegration.PATH + ":what")
                    .handler(posted())
                    .blockingHandler(context -> answer(requireNonNull(mattermost), context), false);
        }
    }

    private static BodyHandler posted() {
        return BodyHandler.create(false).setBodyLimit(LARGEST_POSTED);
    }

    private static void answer(MattermostIntegration mattermost, RoutingContext context) {
        String body = context.body().asString();
        try {
            MattermostIntegration.Answer answer =
                    mattermost.answer(String.valueOf(context.pathParam("what")), body == null ? "" : body);
            context.response()
                    .setStatusCode(answer.status())
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(answer.json());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            context.fail(e);
        }
    }

    private static void answer(SlackIntegration slack, RoutingContext context) {
        String body = context.body().asString();
        Map<String, List<String>> headers = new TreeMap<>();
        context.request()
                .headers()
                .names()
                .forEach(name -> headers.put(name, context.request().headers().getAll(name)));
        Response answer = slack.answer(
                body == null ? "" : body,
                headers,
                context.request().remoteAddress().hostAddress());
        context.response().setStatusCode(answer.getStatusCode());
        if (answer.getBody() != null && !answer.getBody().isEmpty()) {
            context.response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, answer.getContentType())
                    .end(answer.getBody());
        } else {
            context.response().end();
        }
    }

    void onStart(@Observes StartupEvent event) {
        if (webhooks == null && sql == null && chats.isEmpty()) {
            LOGGER.atWarn()
                    .log("nothing is set that it could do: set integrations.webhooks.file, integrations.slack.file,"
                            + " integrations.mattermost.file, integrations.teams.file or integrations.sql.url");
        }
        start.start();
    }

    void onStop(@Observes ShutdownEvent event) {
        start.close();
        if (webhooks != null) {
            webhooks.close();
        }
        if (sql != null) {
            sql.close();
        }
        chats.values().forEach(ChatIntegration::close);
    }

    private void run(Admin admin) throws ExecutionException, InterruptedException {
        if (webhooks != null) {
            webhooks.start(admin);
        }
        if (sql != null) {
            sql.start();
        }
        for (ChatIntegration chat : chats.values()) {
            chat.start(admin);
        }
        running = true;
    }

    /** What is missing before it can begin, one sentence each. */
    List<String> missing() {
        return !start.missing().isEmpty() ? start.missing() : running ? List.of() : List.of("the start");
    }

    /** What is not told at this moment, and why, by who is not. */
    Map<String, String> troubles() {
        Map<String, String> troubles = new TreeMap<>();
        if (webhooks != null) {
            webhooks.troubles().forEach((name, why) -> troubles.put("webhook " + name, why));
        }
        if (sql != null && !sql.trouble().isEmpty()) {
            troubles.put("sql", sql.trouble());
        }
        chats.forEach((name, chat) -> {
            if (!chat.trouble().isEmpty()) {
                troubles.put(name, chat.trouble());
            }
        });
        return troubles;
    }
}
