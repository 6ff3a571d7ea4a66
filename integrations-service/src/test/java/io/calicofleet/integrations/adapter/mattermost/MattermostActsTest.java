package io.calicofleet.integrations.adapter.mattermost;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.EndedBy;
import io.calicofleet.integrations.adapter.chat.ChatHttp;
import io.calicofleet.integrations.adapter.chat.Dialogue;
import io.calicofleet.integrations.adapter.chat.FakePlanner;
import io.calicofleet.integrations.adapter.planner.PlannerRest;
import io.calicofleet.integrations.core.Backoff;
import io.calicofleet.integrations.core.chat.About;
import io.calicofleet.integrations.core.chat.Campaigns;
import io.calicofleet.integrations.core.chat.Note;
import io.calicofleet.integrations.core.chat.Waiting;
import io.calicofleet.integrations.port.Chat;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.runtime.http.Outgoing;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What people do in Mattermost, and who is believed to be somebody. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MattermostActsTest {

    private static final String DIGEST = "a".repeat(64);
    private static final String TOKEN = "tokenofthecommand";
    private static final String GRACE = "graceeeeeeeeeeeeeeeeeeeeee";
    private static final String EVE = "eveeeeeeeeeeeeeeeeeeeeeeee";
    private static final URI CALLBACK = URI.create("https://fleet.example.com/");

    private final FakeMattermost server = new FakeMattermost();
    private final FakePlanner planner = new FakePlanner();
    private final PlannerRest rest = new PlannerRest(URI.create(planner.address()), FakePlanner.TOKEN);
    private final ChatHttp http = new ChatHttp(
            "Mattermost",
            new Outgoing(List.of(), ""),
            new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(5), Duration.ofDays(1)),
            () -> 1);
    private final MattermostApi api = new MattermostApi(http, URI.create(server.address() + "/"), FakeMattermost.BOT);
    private final Seal seal = new Seal("s".repeat(32));
    private Instant now = Instant.parse("2026-11-30T12:00:00Z");
    private final MattermostActs acts = acts(seal);
    private JsonNode post;

    private MattermostActs acts(Seal with) {
        return new MattermostActs(
                api,
                new MattermostSettings.Acts(CALLBACK, "s".repeat(32), TOKEN),
                Map.of(GRACE, "grace"),
                new Dialogue(rest, "Mattermost", URI.create("https://fleet.example.com")),
                with,
                () -> now);
    }

    @BeforeEach
    void waits() throws Exception {
        waits(false);
        Chat chat = new MattermostChat(api, FakeMattermost.CHANNEL, new MattermostPosts(CALLBACK, seal));
        chat.post(null, "web", new Note("k", "web waits", List.of(), List.of(), new About("web", DIGEST)), "web/1");
        post = server.roots().getFirst();
    }

    private void waits(boolean passkey) {
        says(List.of(Campaigns.waiting("web", DIGEST, passkey)));
    }

    private void says(List<Waiting> waiting) {
        planner.says(
                "web",
                Campaigns.status("web", "awaiting-approval", "It waits."),
                Campaigns.explanation(
                        "web", Campaigns.reason("wave-approval", "Wave all waits for @channel.", EndedBy.PEOPLE)),
                waiting);
    }

    @AfterEach
    void stop() {
        http.close();
        rest.close();
        planner.close();
        server.close();
        assertThat(server.broken()).isEmpty();
    }

    @Test
    void an_approval_takes_two_steps_and_is_the_planners_to_give_in_the_name_of_the_person() throws Exception {
        assertThat(answer("press", server.pressed(GRACE, post, "approve"))).isEqualTo("200 {}");
        JsonNode form = server.dialog(GRACE);
        assertThat(form.path("introduction_text").asText())
                .contains(
                        "Approved would be\\:".replace("\\:", ":\u200B"), "Wave all waits for @\u200Bchannel", DIGEST);
        assertThat(planner.acts()).isEmpty();

        assertThat(answer("submit", server.submitted(GRACE, form, " ", null))).contains("Say why");
        assertThat(planner.acts()).isEmpty();
        assertThat(answer("submit", server.submitted(GRACE, form, "looks good", null)))
                .isEqualTo("200 {}");
        assertThat(planner.acts())
                .containsExactly("grace " + GRACE + " campaigns/web/approve {\"approval\":\"" + DIGEST
                        + "\",\"reason\":\"looks good\"}");
    }

    @Test
    void a_refusal_pauses_or_aborts_and_the_planners_no_is_shown_in_the_form() throws Exception {
        answer("press", server.pressed(GRACE, post, "refuse"));
        JsonNode form = server.dialog(GRACE);
        assertThat(form.path("elements")).hasSize(2);
        answer("submit", server.submitted(GRACE, form, "not now", "pause"));
        answer("submit", server.submitted(GRACE, form, "never", "abort"));
        assertThat(planner.acts()).hasSize(2);
        assertThat(planner.acts().getFirst()).contains("web/pause {\"reason\":\"not now\"}");
        assertThat(planner.acts().getLast()).contains("web/abort {\"reason\":\"never\"}");

        planner.refuses("Somebody else refuses it.");
        assertThat(answer("submit", server.submitted(GRACE, form, "again", "pause")))
                .isEqualTo("200 {\"error\":\"Somebody else refuses it.\"}");
        says(List.of());
        assertThat(answer("submit", server.submitted(GRACE, form, "late", "pause")))
                .contains("Nothing is done: what was shown waits no longer");
        assertThat(planner.acts()).hasSize(3);
    }

    @Test
    void what_was_not_sealed_here_for_this_person_and_purpose_is_refused() throws Exception {
        String pressed = server.pressed(GRACE, post, "approve");
        answer("press", pressed);
        JsonNode form = server.dialog(GRACE);
        ObjectNode forged = (ObjectNode) EventJson.mapper().readTree(pressed);
        forged.putObject("context").put("button", new Seal("t".repeat(32)).seal("button", Map.of("action", "approve")));
        assertThat(answer("press", forged.toString())).isEqualTo("401 {}");
        forged.putObject("context").put("button", form.path("state").asText());
        assertThat(answer("press", forged.toString())).isEqualTo("401 {}");
        assertThat(answer("press", "{\"user_id\":\"" + GRACE + "\"}")).isEqualTo("401 {}");
        assertThat(answer("press", "no json")).isEqualTo("400 {}");

        // A form is for whom Mattermost showed it to: another one cannot send it, nor say that it is his.
        assertThat(answer("submit", server.submitted(EVE, form, "mine", null))).isEqualTo("401 {}");
        ObjectNode buttons = (ObjectNode) EventJson.mapper().readTree(server.submitted(GRACE, form, "x", null));
        buttons.put(
                "state",
                EventJson.mapper()
                        .readTree(pressed)
                        .path("context")
                        .path("button")
                        .asText());
        assertThat(answer("submit", buttons.toString())).isEqualTo("401 {}");
        now = now.plus(Duration.ofHours(1));
        assertThat(answer("submit", server.submitted(GRACE, form, "late", null)))
                .isEqualTo("401 {}");
        assertThat(planner.acts()).isEmpty();
        assertThat(answer("elsewhere", "{}")).isEqualTo("404 {}");
    }

    @Test
    void who_is_not_in_the_file_looks_and_does_not_act_and_a_passkey_is_for_the_page() throws Exception {
        assertThat(answer("press", server.pressed(EVE, post, "approve"))).contains("You can look, and not act");
        assertThat(server.dialog(EVE)).isNull();
        assertThat(planner.askedFor()).isEmpty();

        waits(true);
        assertThat(answer("press", server.pressed(GRACE, post, "approve")))
                .contains("passkey, which Mattermost has none of", "fleet\\\\.example\\\\.com");
        assertThat(server.dialog(GRACE)).isNull();
    }

    @Test
    void a_form_that_does_not_open_is_told() throws Exception {
        ObjectNode pressed = (ObjectNode) EventJson.mapper().readTree(server.pressed(GRACE, post, "approve"));

        assertThat(answer("press", pressed.put("trigger_id", "another").toString()))
                .contains("The form did not open", "trigger\\\\_id\\\\.expired", "Nothing is done");
    }

    @Test
    void a_command_tells_whoever_asks_alone_and_only_with_the_token_of_the_command() throws Exception {
        assertThat(answer("command", server.command(GRACE, TOKEN, "")))
                .contains("\"response_type\":\"ephemeral\"", "/calico\\\\-fleet why NAME");
        assertThat(answer("command", server.command(EVE, TOKEN, "why web")))
                .contains("Wave all waits for @\u200Bchannel");
        assertThat(planner.askedFor()).containsOnly("null null");
        assertThat(answer("command", server.command(GRACE, TOKEN, "status"))).contains("awaiting\\\\-approval");
        assertThat(planner.askedFor()).contains("grace " + GRACE);
        assertThat(answer("command", server.command(GRACE, TOKEN, "approve web")))
                .isEqualTo("200 {}");
        assertThat(server.dialog(GRACE).path("introduction_text").asText()).contains(DIGEST);

        assertThat(answer("command", server.command(GRACE, "another", "status")))
                .isEqualTo("401 {}");
        assertThat(answer("command", "text=status&user_id=" + GRACE)).isEqualTo("401 {}");
    }

    private String answer(String path, String body) throws Exception {
        MattermostIntegration.Answer answer = acts.answer(path, body);
        return answer.status() + " " + answer.json();
    }
}
