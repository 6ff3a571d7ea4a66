package io.calicofleet.integrations.adapter.slack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.slack.api.app_backend.SlackSignature;
import com.slack.api.bolt.response.Response;
import io.calicofleet.broker.TemporaryBroker;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.EndedBy;
import io.calicofleet.event.Explanation;
import io.calicofleet.integrations.adapter.chat.FakePlanner;
import io.calicofleet.integrations.core.chat.Campaigns;
import io.calicofleet.integrations.core.chat.Waiting;
import io.calicofleet.kafka.EventCodec;
import java.io.File;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Slack over a real broker, real HTTP and a real WebSocket, with a Slack that keeps to the documentation. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SlackIT {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String SIGNING = "signing-secret";
    private static final String DIGEST = "a".repeat(64);
    private static TemporaryBroker broker;
    private static KafkaProducer<String, byte[]> producer;

    @TempDir
    private Path folder;

    private final String name = "web-" + UUID.randomUUID().toString().substring(0, 8);
    private final FakeSlack slack = new FakeSlack();
    private final FakePlanner planner = new FakePlanner();
    private final List<AutoCloseable> opened = new ArrayList<>(List.of(slack, planner));
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

    @BeforeEach
    void write() throws Exception {
        Files.writeString(folder.resolve("bot.token"), FakeSlack.BOT);
        Files.writeString(folder.resolve("app.token"), FakeSlack.APP);
        Files.writeString(folder.resolve("signing.secret"), SIGNING);
        Files.writeString(folder.resolve("planner.token"), FakePlanner.TOKEN);
        Files.writeString(
                folder.resolve("users.yaml"),
                "apiVersion: calico-fleet/v1\nkind: SlackUsers\nusers:\n- {id: UGRACE00, name: grace}\n");
        Files.writeString(
                folder.resolve("slack.yaml"), """
                apiVersion: calico-fleet/v1
                kind: Slack
                channel: %s
                campaigns: ["%s*"]
                botTokenFile: bot.token
                appTokenFile: app.token
                signingSecretFile: signing.secret
                api: %s
                planner: %s
                plannerTokenFile: planner.token
                page: https://fleet.example.com
                users: users.yaml
                mail: true
                """.formatted(FakeSlack.CHANNEL, name, slack.api(), planner.address()));
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    @Test
    void a_campaign_has_one_thread_whose_first_message_changes_as_it_goes_on_and_what_waits_comes_into_it()
            throws Exception {
        run();
        tell("running", "It runs.");
        await().atMost(PATIENCE).until(() -> slack.roots().size() == 1);
        String root = slack.roots().getFirst().path("ts").asText();
        assertThat(slack.replies(root)).isEmpty();

        tell("running", "It goes on.");
        await().atMost(PATIENCE).until(() -> text(slack.roots().getFirst()).contains("It goes on."));
        waits(false);

        await().atMost(PATIENCE).until(() -> slack.replies(root).size() == 1);
        assertThat(text(slack.replies(root).getFirst()))
                .contains("Wave all waits for 2 approvals.", DIGEST, SlackBlocks.APPROVE, SlackBlocks.REFUSE);
        tell("succeeded", "All of it is done.");
        await().atMost(PATIENCE)
                .until(() -> slack.replies(root).size() == 2
                        && text(slack.replies(root).getFirst()).contains("Done: "));
        assertThat(text(slack.replies(root).getFirst())).doesNotContain(SlackBlocks.APPROVE);
        assertThat(text(slack.replies(root).getLast())).contains("has succeeded", "All of it is done.");
        assertThat(slack.roots()).hasSize(1);
        assertThat(slack.broken()).isEmpty();
    }

    @Test
    void a_process_that_is_killed_after_it_has_posted_finds_its_message_again() throws Exception {
        slack.fault(FakeSlack.Fault.SILENT);
        Process first = process();
        await().atMost(PATIENCE).until(slack::connected);
        tell("running", "It runs.");
        assertThat(slack.stored()).isTrue();
        first.destroyForcibly().waitFor();
        waits(false);

        process();

        await().atMost(PATIENCE)
                .until(() -> slack.replies(slack.roots().getFirst().path("ts").asText())
                                        .size()
                                == 1
                        && text(slack.roots().getFirst()).contains("It waits."));
        assertThat(slack.roots()).hasSize(1);
        assertThat(slack.broken()).isEmpty();
    }

    @Test
    void a_restart_says_nothing_twice_and_a_connection_that_breaks_neither() throws Exception {
        SlackIntegration one = run();
        slack.fault(FakeSlack.Fault.BROKEN);
        waits(false);
        awaitReply();
        one.close();
        SlackIntegration again = run();

        tell("awaiting-approval", "It still waits.");

        await().atMost(PATIENCE).until(() -> text(slack.roots().getFirst()).contains("It still waits."));
        assertThat(slack.roots()).hasSize(1);
        assertThat(slack.replies(slack.roots().getFirst().path("ts").asText())).hasSize(1);
        assertThat(again.trouble()).isEmpty();
    }

    /** Until the first campaign has its message and one in its thread. */
    private void awaitReply() {
        await().atMost(PATIENCE)
                .until(() -> !slack.roots().isEmpty()
                        && slack.replies(slack.roots().getFirst().path("ts").asText())
                                        .size()
                                == 1);
    }

    @Test
    void whoever_is_asked_to_be_patient_is_and_says_everything_later() throws Exception {
        slack.tooMany(2);
        run();
        waits(false);

        awaitReply();
        assertThat(slack.roots()).hasSize(1);
        assertThat(slack.broken()).isEmpty();
    }

    @Test
    void an_approval_takes_two_steps_and_is_the_planners_to_give_in_the_name_of_the_person() throws Exception {
        run();
        JsonNode note = note();

        JsonNode ack = slack.send("interactive", slack.pressed("UGRACE00", note, SlackBlocks.APPROVE, slack.trigger()));
        assertThat(ack.has("envelope_id")).isTrue();
        String view = view(DIGEST);
        assertThat(slack.view(view).toString())
                .contains("Approved would be: before all of " + name, "Wave all waits for 2 approvals.", "Why?");
        assertThat(planner.acts()).isEmpty();
        assertThat(slack.send("interactive", slack.submitted("UGRACE00", view, " ", null))
                        .toString())
                .contains("errors", "Say why");
        assertThat(slack.send("interactive", slack.submitted("UGRACE00", view, "looks <good>", null))
                        .toString())
                .contains("\"response_action\":\"update\"");

        await().atMost(PATIENCE).until(() -> slack.view(view).toString().contains("Wave rest starts."));
        assertThat(planner.acts())
                .containsExactly("grace " + FakeSlack.TEAM + "/UGRACE00 campaigns/" + name + "/approve"
                        + " {\"approval\":\"" + DIGEST + "\",\"reason\":\"looks <good>\"}");
        assertThat(slack.broken()).isEmpty();
    }

    @Test
    void the_planners_refusal_is_shown_as_it_is_and_what_waits_no_longer_is_not_asked_for() throws Exception {
        run();
        JsonNode note = note();
        slack.send("interactive", slack.pressed("UGRACE00", note, SlackBlocks.REFUSE, slack.trigger()));
        String view = view(DIGEST);
        planner.refuses("Somebody else refuses wave all: grace <created> it.");
        slack.send("interactive", slack.submitted("UGRACE00", view, "not now", "abort"));
        await().atMost(PATIENCE)
                .until(() -> slack.view(view)
                        .toString()
                        .contains("Somebody else refuses wave all: grace &lt;created&gt; it."));
        assertThat(planner.acts()).singleElement().asString().contains(name + "/abort {\"reason\":\"not now\"}");

        slack.send("interactive", slack.pressed("UGRACE00", note, SlackBlocks.APPROVE, slack.trigger()));
        await().atMost(PATIENCE).until(() -> slack.views().contains("\"submit\""));
        tell("running", "It runs.");
        slack.send("interactive", slack.submitted("UGRACE00", view(DIGEST), "too late", null));
        await().atMost(PATIENCE).until(() -> slack.views().contains("Nothing is done: what was shown waits no longer"));
        assertThat(planner.acts()).hasSize(1);
    }

    @Test
    void who_is_not_known_looks_and_does_not_act_and_mail_counts_for_members_of_the_workspace_alone() throws Exception {
        slack.user("UADA0000", "ada@example.com", "{}");
        slack.user("UEVE0000", "ada@example.com", "{\"team_id\":\"TOTHER\",\"is_stranger\":true}");
        slack.user("UGUEST00", "ada@example.com", "{\"is_restricted\":true}");
        slack.user("UNEW0000", "ada@example.com", "{\"is_email_confirmed\":false}");
        run();
        JsonNode note = note();

        for (String user : List.of("UEVE0000", "UGUEST00", "UNEW0000")) {
            int before = slack.views().split("You can look, and not act", -1).length;
            slack.send("interactive", slack.pressed(user, note, SlackBlocks.APPROVE, slack.trigger()));
            await().atMost(PATIENCE).until(() -> slack.views().split("You can look, and not act", -1).length > before);
        }
        assertThat(planner.askedFor()).containsOnly("null null");
        slack.sendCommand(slack.command("UEVE0000", "why " + name));
        await().atMost(PATIENCE).until(() -> slack.responses().toString().contains("Wave all waits for 2 approvals."));
        assertThat(planner.askedFor()).containsOnly("null null");

        slack.send("interactive", slack.pressed("UADA0000", note, SlackBlocks.APPROVE, slack.trigger()));
        await().atMost(PATIENCE).until(() -> slack.views().contains("\"submit\""));
        assertThat(planner.askedFor()).contains("ada@example.com " + FakeSlack.TEAM + "/UADA0000");
    }

    @Test
    void a_passkey_is_for_the_page_and_a_trigger_that_has_expired_opens_nothing() throws Exception {
        run();
        JsonNode note = note();
        waits(true);
        await().atMost(PATIENCE)
                .until(() -> slack.replies(slack.roots().getFirst().path("ts").asText()).stream()
                        .noneMatch(reply -> text(reply).contains(SlackBlocks.APPROVE)));

        slack.send("interactive", slack.pressed("UGRACE00", note, SlackBlocks.APPROVE, slack.trigger()));
        await().atMost(PATIENCE)
                .until(() -> slack.views().contains("approve it on the page, https://fleet.example.com."));
        int before = slack.views().length();
        slack.send("interactive", slack.pressed("UGRACE00", note, SlackBlocks.APPROVE, slack.expiredTrigger()));
        await().atMost(PATIENCE)
                .until(() -> slack.calls().stream().filter("views.open"::equals).count() == 2);
        assertThat(slack.views()).hasSize(before);
        assertThat(planner.acts()).isEmpty();
    }

    @Test
    void commands_tell_by_themselves_and_by_http_with_a_right_signature_of_the_last_five_minutes_alone()
            throws Exception {
        SlackIntegration one = run();
        note();
        assertThat(slack.sendCommand(slack.command("UGRACE00", "")).toString()).contains("/calico-fleet why NAME");
        assertThat(slack.sendCommand(slack.command("UGRACE00", "why ../../admin"))
                        .toString())
                .contains("/calico-fleet why NAME");
        slack.sendCommand(slack.command("UGRACE00", "approve " + name));
        await().atMost(PATIENCE).until(() -> slack.views().contains(DIGEST));

        String body = form(slack.command("UGRACE00", "status"));
        long now = System.currentTimeMillis() / 1000;
        assertThat(post(one, body, now, SIGNING).getStatusCode()).isEqualTo(200);
        await().atMost(PATIENCE).until(() -> slack.responses().toString().contains(name + ": awaiting-approval."));
        int answered = slack.responses().size();
        assertThat(post(one, body, now - 301, SIGNING).getStatusCode()).isEqualTo(401);
        assertThat(post(one, body, now, "another-secret").getStatusCode()).isEqualTo(401);
        assertThat(one.answer(body, Map.of(), "127.0.0.1").getStatusCode()).isEqualTo(401);
        assertThat(one.answer("{", Map.of("Content-Type", List.of("application/json")), "127.0.0.1")
                        .getStatusCode())
                .isEqualTo(401);
        assertThat(slack.responses()).hasSize(answered);
    }

    @Test
    void hostile_text_is_text_and_a_planner_that_is_away_is_waited_for() throws Exception {
        planner.away(true);
        SlackIntegration one = run();
        says("awaiting-approval", "<!channel> " + "<@U1> *x* \u0000".repeat(500), false);
        await().atMost(PATIENCE).until(() -> one.trouble().contains("the planner answered 503"));
        assertThat(slack.roots()).isEmpty();
        planner.away(false);

        awaitReply();
        assertThat(text(slack.roots().getFirst())).contains("&lt;!channel&gt;").doesNotContain("<!channel>");
        assertThat(slack.broken()).isEmpty();
        await().atMost(PATIENCE).until(() -> one.trouble().isEmpty());
    }

    @Test
    void a_thread_that_somebody_deletes_begins_anew() throws Exception {
        run();
        tell("running", "It runs.");
        await().atMost(PATIENCE).until(() -> slack.roots().size() == 1);
        String deleted = slack.roots().getFirst().path("ts").asText();
        slack.delete(deleted);

        tell("running", "It goes on.");

        await().atMost(PATIENCE)
                .until(() -> slack.roots().size() == 1
                        && text(slack.roots().getFirst()).contains("It goes on.")
                        && !slack.roots().getFirst().path("ts").asText().equals(deleted));
    }

    private static Response post(SlackIntegration one, String body, long seconds, String secret) {
        String time = String.valueOf(seconds);
        return one.answer(
                body,
                Map.of(
                        "X-Slack-Request-Timestamp",
                        List.of(time),
                        "X-Slack-Signature",
                        List.of(new SlackSignature.Generator(secret).generate(time, body)),
                        "Content-Type",
                        List.of("application/x-www-form-urlencoded")),
                "127.0.0.1");
    }

    private static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    /** The message with the buttons, once it is there. */
    private JsonNode note() throws Exception {
        waits(false);
        await().atMost(PATIENCE)
                .until(() -> slack.connected()
                        && !slack.roots().isEmpty()
                        && slack.replies(slack.roots().getFirst().path("ts").asText()).stream()
                                .anyMatch(reply -> text(reply).contains(SlackBlocks.APPROVE)));
        return slack.replies(slack.roots().getFirst().path("ts").asText()).getFirst();
    }

    /** The id of a modal that shows this, once it asks for something. */
    private String view(String shows) {
        await().atMost(PATIENCE)
                .until(() -> slack.views().contains(shows) && slack.views().contains("\"submit\""));
        return slack.viewWith(shows);
    }

    private static String text(ObjectNode message) {
        return message.toString();
    }

    private void waits(boolean passkey) throws Exception {
        says("awaiting-approval", "It waits.", passkey);
    }

    private void says(String phase, String summary, boolean passkey) throws Exception {
        Waiting waiting = Campaigns.waiting(name, DIGEST, passkey);
        publish(
                Campaigns.status(name, phase, summary),
                Campaigns.explanation(
                        name, Campaigns.reason("wave-approval", "Wave all waits for 2 approvals.", EndedBy.PEOPLE)),
                List.of(waiting));
    }

    private void tell(String phase, String summary) throws Exception {
        publish(Campaigns.status(name, phase, summary), Campaigns.explanation(name), List.of());
    }

    private void publish(CampaignStatus status, Explanation why, List<Waiting> waiting) throws Exception {
        planner.says(name, status, why, waiting);
        var unused = producer.send(EventCodec.record(Campaigns.event(status, ++number)))
                .get();
    }

    private SlackIntegration run() throws Exception {
        SlackIntegration one = SlackProcess.of(folder.resolve("slack.yaml"), client());
        opened.add(one);
        SlackProcess.start(one, client());
        return one;
    }

    private Process process() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        SlackProcess.class.getName(),
                        broker.bootstrapServers(),
                        folder.resolve("slack.yaml").toString())
                .redirectErrorStream(true)
                .redirectOutput(new File(folder.toFile(), "log"))
                .start();
        opened.add(() -> process.destroyForcibly().waitFor(30, TimeUnit.SECONDS));
        return process;
    }

    private static Map<String, Object> client() {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }
}
