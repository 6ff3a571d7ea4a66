package io.calicofleet.integrations.adapter.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.broker.TemporaryBroker;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.EndedBy;
import io.calicofleet.event.Explanation;
import io.calicofleet.integrations.adapter.mattermost.FakeMattermost;
import io.calicofleet.integrations.adapter.mattermost.MattermostIntegration;
import io.calicofleet.integrations.adapter.teams.FakeTeams;
import io.calicofleet.integrations.adapter.teams.TeamsIntegration;
import io.calicofleet.integrations.core.Backoff;
import io.calicofleet.integrations.core.chat.Campaigns;
import io.calicofleet.integrations.core.chat.Waiting;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.Topics;
import io.calicofleet.runtime.http.Outgoing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mattermost, whose posts can be changed, and Teams, whose cards cannot, over a real broker and real HTTP. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class OtherChatsIT {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration MOMENT = Duration.ofMillis(10);
    private static final Backoff BACKOFF = new Backoff(MOMENT, Duration.ofMillis(50), Duration.ofDays(1));
    private static final String DIGEST = "a".repeat(64);
    private static TemporaryBroker broker;
    private static KafkaProducer<String, byte[]> producer;

    @TempDir
    private Path folder;

    private final String name = "web-" + UUID.randomUUID().toString().substring(0, 8);
    private final FakeMattermost mattermost = new FakeMattermost();
    private final FakeTeams teams = new FakeTeams();
    private final FakePlanner planner = new FakePlanner();
    private final List<AutoCloseable> opened = new ArrayList<>(List.of(mattermost, teams, planner));
    private int number;

    @BeforeAll
    static void startBroker() {
        broker = TemporaryBroker.start();
        producer = new KafkaProducer<>(client(), new StringSerializer(), new ByteArraySerializer());
    }

    @AfterAll
    static void stopBroker() {
        producer.close();
        broker.close();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
        assertThat(mattermost.broken()).isEmpty();
        assertThat(teams.broken()).isEmpty();
    }

    @Test
    void mattermost_has_one_thread_that_follows_the_campaign_and_a_crash_says_nothing_twice() throws Exception {
        mattermost.breaks();
        MattermostIntegration one = mattermost();
        tell("running", "It runs.");
        assertThat(mattermost.stored()).isTrue();
        await().atMost(PATIENCE).until(() -> one.trouble().isEmpty());
        String root = mattermost.roots().getFirst().path("id").asText();
        waits();
        await().atMost(PATIENCE).until(() -> mattermost.replies(root).size() == 1);
        assertThat(mattermost.replies(root).getFirst().toString()).contains("2 approvals", DIGEST, "Approve …");
        one.close();

        MattermostIntegration again = mattermost();
        JsonNode reply = mattermost.replies(root).getFirst();
        assertThat(again.answer("press", mattermost.pressed("graceeeeeeeeeeeeeeeeeeeeee", reply, "approve"))
                        .json())
                .isEqualTo("{}");
        assertThat(mattermost.dialog("graceeeeeeeeeeeeeeeeeeeeee").toString()).contains(DIGEST);
        tell("succeeded", "All of it is done.");

        await().atMost(PATIENCE)
                .until(() -> mattermost.replies(root).size() == 2
                        && mattermost.replies(root).getFirst().toString().contains("Done:")
                        && mattermost.roots().getFirst().toString().contains("is succeeded"));
        assertThat(mattermost.replies(root).getFirst().toString()).doesNotContain("Approve …");
        assertThat(mattermost.roots()).hasSize(1);
    }

    @Test
    void teams_is_told_once_what_waits_and_the_end_and_how_it_goes_no_more_often_than_is_set() throws Exception {
        teams.fails(2);
        TeamsIntegration one = teams(Duration.ofHours(1));
        tell("running", "It runs.");
        await().atMost(PATIENCE).until(() -> teams.cards().size() == 1);
        waits();
        await().atMost(PATIENCE).until(() -> teams.cards().size() == 2);
        assertThat(teams.cards().getFirst().toString()).contains(name + " is running");
        assertThat(teams.cards().getLast().toString())
                .contains("2 approvals", DIGEST, "https://fleet.example.com/campaigns/" + name);
        one.close();

        TeamsIntegration again = teams(Duration.ofHours(1));
        await().atMost(PATIENCE).until(() -> again.trouble().isEmpty());
        tell("running", "It goes on.");
        tell("succeeded", "All of it is done.");

        await().atMost(PATIENCE).until(() -> teams.cards().size() == 3);
        assertThat(teams.cards().getLast().toString()).contains(name + " has succeeded", "Open the campaign");
        again.close();
        assertThat(teams.cards()).hasSize(3);
    }

    @Test
    void teams_is_told_anew_how_a_campaign_goes_where_it_goes_on() throws Exception {
        teams(MOMENT);
        tell("running", "It runs.");
        await().atMost(PATIENCE).until(() -> teams.cards().size() == 1);
        tell("running", "It goes on.");
        await().atMost(PATIENCE).until(() -> teams.cards().getLast().toString().contains("It goes on."));
        assertThat(teams.cards()).hasSize(2);
    }

    @Test
    void a_chat_that_never_began_is_closed_all_the_same() throws Exception {
        assertThat(unstarted(Duration.ofHours(1)).trouble()).isEqualTo("it has not begun yet");
    }

    private void waits() throws Exception {
        publish(
                Campaigns.status(name, "awaiting-approval", "It waits."),
                Campaigns.explanation(
                        name, Campaigns.reason("wave-approval", "Wave all waits for 2 approvals.", EndedBy.PEOPLE)),
                List.of(Campaigns.waiting(name, DIGEST, false)));
    }

    private void tell(String phase, String summary) throws Exception {
        publish(Campaigns.status(name, phase, summary), Campaigns.explanation(name), List.of());
    }

    private void publish(CampaignStatus status, Explanation why, List<Waiting> waiting) throws Exception {
        planner.says(name, status, why, waiting);
        var unused = producer.send(EventCodec.record(Campaigns.event(status, ++number)))
                .get();
    }

    private MattermostIntegration mattermost() throws Exception {
        Files.writeString(folder.resolve("users.yaml"), """
                apiVersion: calico-fleet/v1
                kind: MattermostUsers
                users:
                - {id: graceeeeeeeeeeeeeeeeeeeeee, name: grace}
                """);
        Path file = file("mattermost.yaml", """
                apiVersion: calico-fleet/v1
                kind: Mattermost
                server: %s
                channel: %s
                campaigns: ["%s*"]
                botTokenEnv: BOT
                callback: https://fleet.example.com
                actionSecretEnv: ACTION
                planner: %s
                plannerTokenEnv: TOKEN
                users: users.yaml
                """.formatted(
                        mattermost.address(), FakeMattermost.CHANNEL, name, planner.address()));
        MattermostIntegration one = new MattermostIntegration(
                file,
                this::secret,
                new Outgoing(List.of(), ""),
                new MattermostIntegration.Pace(MOMENT, Duration.ofMillis(50), Duration.ofMillis(300), BACKOFF),
                client(),
                client(),
                InstantSource.system(),
                outcome -> {});
        opened.add(one);
        return started(one);
    }

    private TeamsIntegration teams(Duration progressEvery) throws Exception {
        return started(unstarted(progressEvery));
    }

    private TeamsIntegration unstarted(Duration progressEvery) throws Exception {
        Path file = file("teams.yaml", """
                apiVersion: calico-fleet/v1
                kind: Teams
                name: %s
                campaigns: ["%s*"]
                urlEnv: URL
                planner: %s
                plannerTokenEnv: TOKEN
                page: https://fleet.example.com
                """.formatted(name, name, planner.address()));
        TeamsIntegration one = new TeamsIntegration(
                file,
                this::secret,
                new Outgoing(List.of(), ""),
                new TeamsIntegration.Pace(MOMENT, progressEvery, Duration.ofMillis(300), BACKOFF),
                client(),
                client(),
                InstantSource.system(),
                outcome -> {});
        opened.add(one);
        return one;
    }

    private Path file(String file, String text) throws Exception {
        return Files.writeString(folder.resolve(file), text);
    }

    private <T extends ChatIntegration> T started(T chat) throws Exception {
        try (Admin admin = Admin.create(client())) {
            Topics.create(admin, Optional.empty());
            chat.start(admin);
        }
        return chat;
    }

    private String secret(String variable) {
        return Map.of(
                        "BOT",
                        FakeMattermost.BOT,
                        "ACTION",
                        "s".repeat(32),
                        "TOKEN",
                        FakePlanner.TOKEN,
                        "URL",
                        teams.url())
                .get(variable);
    }

    private static Map<String, Object> client() {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }
}
