package io.calicofleet.integrations.adapter.mattermost;

import io.calicofleet.integrations.adapter.chat.ChatHttp;
import io.calicofleet.integrations.adapter.chat.ChatIntegration;
import io.calicofleet.integrations.adapter.chat.Dialogue;
import io.calicofleet.integrations.adapter.chat.Threads;
import io.calicofleet.integrations.adapter.planner.PlannerRest;
import io.calicofleet.integrations.core.Backoff;
import io.calicofleet.runtime.SettingsFile.WrongFileException;
import io.calicofleet.runtime.http.Outgoing;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/** Mattermost: threads of campaigns in a channel, and what people do there. */
public final class MattermostIntegration implements ChatIntegration {

    /** Before what Mattermost posts to: {@code press}, {@code submit}, {@code command}. */
    public static final String PATH = "/mattermost/";

    private static final int NOT_OURS = 404;

    private final ChatHttp http;
    private final PlannerRest planner;
    private final @Nullable MattermostActs acts;
    private final Threads threads;

    /**
     * How fast it is.
     *
     * @param pace between two messages of the channel
     * @param editEvery between two changes of the message of one campaign
     * @param lookAgain how long what waits is believed before the planner is asked anew
     * @param backoff how long a server that fails is left alone
     */
    public record Pace(Duration pace, Duration editEvery, Duration lookAgain, Backoff backoff) {}

    /**
     * An answer to Mattermost.
     *
     * @param status of HTTP
     * @param json its body
     */
    public record Answer(int status, String json) {}

    /**
     * That of a file; starts nothing yet.
     *
     * @param environment the value of an environment variable; null: there is none
     * @param outgoing which addresses of Mattermost may be asked
     * @param client settings of Kafka's clients
     * @param consumers the same for those who read events
     * @throws WrongFileException where the file cannot be used
     */
    public MattermostIntegration(
            Path file,
            UnaryOperator<@Nullable String> environment,
            Outgoing outgoing,
            Pace pace,
            Map<String, Object> client,
            Map<String, Object> consumers,
            InstantSource clock,
            Threads.Meters meters)
            throws WrongFileException {
        MattermostSettings settings = MattermostFile.read(file, environment);
        this.http = new ChatHttp(
                "Mattermost",
                outgoing,
                pace.backoff(),
                () -> ThreadLocalRandom.current().nextDouble());
        this.planner = new PlannerRest(settings.planner(), settings.plannerToken());
        MattermostApi api = new MattermostApi(http, settings.server(), settings.botToken());
        MattermostSettings.Acts how = settings.acts();
        Seal seal = how == null ? null : new Seal(how.secret());
        this.acts = how == null || seal == null
                ? null
                : new MattermostActs(
                        api, how, settings.users(), new Dialogue(planner, "Mattermost", settings.page()), seal, clock);
        this.threads = new Threads(
                new MattermostChat(
                        api, settings.channel(), new MattermostPosts(how == null ? null : how.callback(), seal)),
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
    }

    /** Whether people can act there. */
    public boolean takesHttp() {
        return acts != null;
    }

    /**
     * Answers what Mattermost posts: 401 without a seal of ours, or the token of the command. It asks the planner and blocks meanwhile.
     *
     * @param path what follows {@link #PATH}
     */
    public Answer answer(String path, String body) throws InterruptedException {
        return acts == null ? new Answer(NOT_OURS, "{}") : acts.answer(path, body);
    }

    @Override
    public String trouble() {
        return threads.trouble();
    }

    @Override
    public void close() {
        threads.close();
        http.close();
        planner.close();
    }
}
