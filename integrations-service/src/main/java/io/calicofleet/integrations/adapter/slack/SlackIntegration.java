package io.calicofleet.integrations.adapter.slack;

import com.slack.api.Slack;
import com.slack.api.bolt.App;
import com.slack.api.bolt.AppConfig;
import com.slack.api.bolt.request.Request;
import com.slack.api.bolt.request.RequestHeaders;
import com.slack.api.bolt.response.Response;
import com.slack.api.bolt.socket_mode.SocketModeApp;
import com.slack.api.bolt.util.SlackRequestParser;
import com.slack.api.methods.MethodsClient;
import com.slack.api.socket_mode.SocketModeClient;
import io.calicofleet.event.LogKeys;
import io.calicofleet.integrations.adapter.chat.ChatIntegration;
import io.calicofleet.integrations.adapter.chat.Dialogue;
import io.calicofleet.integrations.adapter.chat.Threads;
import io.calicofleet.integrations.adapter.planner.PlannerRest;
import io.calicofleet.runtime.SettingsFile.WrongFileException;
import io.calicofleet.runtime.http.Outgoing;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Slack: threads of campaigns in a channel, and what people do there. */
public final class SlackIntegration implements ChatIntegration {

    /** Where Slack posts to, where it is not Socket Mode. */
    public static final String PATH = "/slack/events";

    private static final Logger LOGGER = LoggerFactory.getLogger(SlackIntegration.class);
    private static final long AUTH_TEST_MILLIS = Duration.ofMinutes(10).toMillis();
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_OURS = 404;

    private final SlackSettings settings;
    private final Slack client;
    private final PlannerRest planner;
    private final SlackActs acts;
    private final App app;
    private final SlackRequestParser parser;
    private final Threads threads;
    private final Duration again;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread socket =
            Thread.ofPlatform().name("slack-socket").daemon().unstarted(this::connect);
    private volatile @Nullable SocketModeApp connected;
    private volatile String trouble = "";

    /**
     * How fast it is.
     *
     * @param pace between two messages of the channel; Slack takes about one a second
     * @param editEvery between two changes of the message of one campaign
     * @param lookAgain how long what waits is believed before the planner is asked anew
     * @param again how long after a failure a connection is tried again
     */
    public record Pace(Duration pace, Duration editEvery, Duration lookAgain, Duration again) {}

    /**
     * That of a file; starts nothing yet.
     *
     * @param environment the value of an environment variable; null: there is none
     * @param outgoing which addresses of Slack may be asked
     * @param client settings of Kafka's clients
     * @param consumers the same for those who read events
     * @throws WrongFileException where the file cannot be used
     */
    public SlackIntegration(
            Path file,
            UnaryOperator<@Nullable String> environment,
            Outgoing outgoing,
            Pace pace,
            Map<String, Object> client,
            Map<String, Object> consumers,
            InstantSource clock,
            Threads.Meters meters)
            throws WrongFileException {
        this.settings = SlackFile.read(file, environment);
        this.again = pace.again();
        this.client = SlackClient.of(settings.api(), outgoing);
        MethodsClient methods = this.client.methods(settings.botToken());
        this.planner = new PlannerRest(settings.planner(), settings.plannerToken());
        this.acts = new SlackActs(
                methods,
                new Dialogue(planner, "Slack", settings.page()),
                new SlackUsers(methods, settings.users(), settings.mail()));
        AppConfig config = AppConfig.builder()
                .slack(this.client)
                .singleTeamBotToken(settings.botToken())
                .signingSecret(settings.signingSecret())
                .authTestCacheEnabled(true)
                .authTestCacheExpirationMillis(AUTH_TEST_MILLIS)
                .build();
        this.app = new App(config);
        acts.in(app);
        this.parser = new SlackRequestParser(config);
        this.threads = new Threads(
                new SlackChat(methods, settings.channel()),
                planner,
                new Threads.Settings(
                        settings.campaigns(), settings.all(), pace.pace(), pace.editEvery(), pace.lookAgain()),
                client,
                consumers,
                clock,
                meters);
    }

    @Override
    public void start(Admin admin) throws ExecutionException, InterruptedException {
        threads.start(admin);
        if (settings.appToken() != null) {
            socket.start();
        }
    }

    private void connect() {
        try {
            do {
                try {
                    SocketModeApp opened =
                            new SocketModeApp(settings.appToken(), SocketModeClient.Backend.JavaWebSocket, app);
                    opened.startAsync();
                    connected = opened;
                    trouble = "";
                    // From here on the library connects anew by itself.
                    return;
                } catch (Exception e) {
                    waits("Socket Mode: "
                            + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
                }
            } while (!stopping.await(again.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            stopping.countDown();
        }
    }

    private void waits(String why) {
        if (!why.equals(trouble)) {
            LOGGER.atWarn().addKeyValue(LogKeys.REASON, why).log("nobody in Slack can act; it is tried again");
        }
        trouble = why;
    }

    /** Whether requests of Slack are taken by HTTP. */
    public boolean takesHttp() {
        return settings.signingSecret() != null;
    }

    /**
     * Answers what Slack posts: 401 without a right signature of the last 5 minutes. It blocks, though no longer than Slack waits.
     *
     * @param headers by name
     * @param remote the address it comes from
     */
    public Response answer(String body, Map<String, List<String>> headers, String remote) {
        if (!takesHttp()) {
            return Response.error(NOT_OURS);
        }
        try {
            Request<?> request = parser.parse(SlackRequestParser.HttpRequest.builder()
                    .requestUri(PATH)
                    .queryString(Map.of())
                    .requestBody(body)
                    .headers(new RequestHeaders(headers))
                    .remoteAddress(remote)
                    .build());
            return request == null ? Response.error(UNAUTHORIZED) : app.run(request);
        } catch (Exception e) {
            // Who may ask what is checked by its signature alone; what is wrong with it is not for others to know.
            LOGGER.atWarn()
                    .addKeyValue(LogKeys.REASON, e.getClass().getName())
                    .log("a request of Slack is not understood");
            return Response.error(UNAUTHORIZED);
        }
    }

    @Override
    public String trouble() {
        return trouble.isEmpty() ? threads.trouble() : trouble;
    }

    @Override
    public void close() {
        stopping.countDown();
        threads.close();
        SocketModeApp opened = connected;
        try {
            if (opened != null) {
                opened.close();
            }
            app.stop();
            client.close();
        } catch (Exception e) {
            LOGGER.atDebug()
                    .addKeyValue(LogKeys.REASON, String.valueOf(e.getMessage()))
                    .log("Slack was not closed well");
        }
        acts.close();
        planner.close();
    }
}
