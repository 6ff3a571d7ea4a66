package io.calicofleet.integrations.adapter.teams;

import io.calicofleet.integrations.adapter.chat.ChatHttp;
import io.calicofleet.integrations.adapter.chat.ChatIntegration;
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

/** Microsoft Teams: cards in a channel. Nobody acts there: a workflow says nothing of who somebody is that could be checked. */
public final class TeamsIntegration implements ChatIntegration {

    private final ChatHttp http;
    private final PlannerRest planner;
    private final Threads threads;

    /**
     * How fast it is.
     *
     * @param pace between two cards
     * @param progressEvery between two cards of how one campaign goes
     * @param lookAgain how long what waits is believed before the planner is asked anew
     * @param backoff how long a workflow that fails is left alone
     */
    public record Pace(Duration pace, Duration progressEvery, Duration lookAgain, Backoff backoff) {}

    /**
     * That of a file; starts nothing yet.
     *
     * @param environment the value of an environment variable; null: there is none
     * @param outgoing which addresses of workflows may be asked
     * @param client settings of Kafka's clients
     * @param consumers the same for those who read events
     * @throws WrongFileException where the file cannot be used
     */
    public TeamsIntegration(
            Path file,
            UnaryOperator<@Nullable String> environment,
            Outgoing outgoing,
            Pace pace,
            Map<String, Object> client,
            Map<String, Object> consumers,
            InstantSource clock,
            Threads.Meters meters)
            throws WrongFileException {
        TeamsSettings settings = TeamsFile.read(file, environment);
        this.http = new ChatHttp(
                "the workflow",
                outgoing,
                pace.backoff(),
                () -> ThreadLocalRandom.current().nextDouble());
        this.planner = new PlannerRest(settings.planner(), settings.plannerToken());
        this.threads = new Threads(
                new TeamsChat(http, settings),
                planner,
                new Threads.Settings(
                        settings.campaigns(), settings.all(), pace.pace(), pace.progressEvery(), pace.lookAgain()),
                client,
                consumers,
                clock,
                meters);
    }

    @Override
    public void start(Admin admin) throws ExecutionException, InterruptedException {
        threads.start(admin);
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
