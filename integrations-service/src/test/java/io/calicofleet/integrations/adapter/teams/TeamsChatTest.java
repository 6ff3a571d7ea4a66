package io.calicofleet.integrations.adapter.teams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.integrations.adapter.chat.ChatHttp;
import io.calicofleet.integrations.core.Backoff;
import io.calicofleet.integrations.core.chat.About;
import io.calicofleet.integrations.core.chat.Note;
import io.calicofleet.integrations.port.Chat;
import io.calicofleet.runtime.SettingsFile.WrongFileException;
import io.calicofleet.runtime.http.Outgoing;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cards for a channel of Teams, and the file that says where. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TeamsChatTest {

    private static final String RIGHT = """
            apiVersion: calico-fleet/v1
            kind: Teams
            name: ops
            urlEnv: URL
            planner: http://127.0.0.1:8080
            plannerTokenEnv: TOKEN
            page: https://fleet.example.com/fleet
            """;

    @TempDir
    private Path folder;

    private final FakeTeams teams = new FakeTeams();
    private final ChatHttp http = new ChatHttp(
            "the workflow",
            new Outgoing(List.of("127.0.0.1"), "integrations.allowed-hosts"),
            new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(5), Duration.ofDays(1)),
            () -> 1);

    @AfterEach
    void stop() {
        http.close();
        teams.close();
    }

    @Test
    void what_waits_is_a_card_that_leads_to_the_page() throws Exception {
        Note note = new Note("k", "web waits", List.of("Wave all waits."), List.of("Digest d"), new About("web", "d"));

        assertThat(post(teams.url(), note)).isEqualTo(new Chat.There("web/1"));

        JsonNode card = teams.cards().getFirst();
        assertThat(card.path("actions").path(0).path("url").asText())
                .isEqualTo("https://fleet.example.com/fleet/campaigns/web");
        assertThat(card.path("actions").path(0).path("title").asText()).isEqualTo("Look, and approve");
        assertThat(card.findValuesAsText("text")).containsExactly("web waits", "Wave all waits.", "Digest d");
        assertThat(teams.broken()).isEmpty();
    }

    @Test
    void the_largest_note_is_a_card_below_what_teams_takes_with_its_headline() throws Exception {
        Random random = new Random(1);
        for (String letter : List.of("x", "\"", "漢", "🚀", "\u0000", "\n", "**[a](https://evil.example)**")) {
            int lines = 30 + random.nextInt(30);
            Note note = new Note(
                    "k",
                    "headline " + letter.repeat(500),
                    Collections.nCopies(lines, letter.repeat(4000)),
                    Collections.nCopies(lines, letter.repeat(4000)),
                    null);

            assertThat(TeamsCard.of(note, URI.create("https://fleet.example.com")))
                    .as(letter)
                    .hasSizeLessThanOrEqualTo(TeamsCard.LARGEST);
            assertThat(post(teams.url(), note)).as(letter).isInstanceOf(Chat.There.class);
        }
        assertThat(teams.broken()).isEmpty();
        assertThat(teams.cards())
                .allSatisfy(card -> assertThat(card.findValuesAsText("text"))
                        .first()
                        .asString()
                        .startsWith("headline "));
    }

    @Test
    void patience_is_kept_for_as_long_as_it_is_asked_for_and_longer_with_each_failure() throws Exception {
        Note note = new Note("k", "h", List.of(), List.of(), null);
        teams.tooMany(1);
        assertThat(post(teams.url(), note))
                .isEqualTo(new Chat.Later(
                        "the workflow asks to be left alone for a while", Optional.of(Duration.ofSeconds(7))));
        teams.fails(2);
        for (int seconds : new int[] {2, 4}) {
            assertThat(post(teams.url(), note))
                    .isEqualTo(new Chat.Later("the workflow answered 502", Optional.of(Duration.ofSeconds(seconds))));
        }
        assertThat(post(teams.url(), note)).isInstanceOf(Chat.There.class);
    }

    @Test
    void whatever_goes_wrong_nothing_tells_its_address() throws Exception {
        Note note = new Note("k", "h", List.of(), List.of(), null);
        assertThat(later(teams.url().replace("sig=very", "sig=stale"), note)).startsWith("the workflow answered 401: ");
        for (int status : new int[] {400, 403, 404, 301}) {
            teams.refuses(status);
            assertThat(later(teams.url(), note)).startsWith("the workflow answered " + status);
        }
        teams.refuses(413);
        assertThat(post(teams.url(), note)).isInstanceOf(Chat.Never.class);
        assertThat(later("https://elsewhere.example" + FakeTeams.PATH + "?" + FakeTeams.QUERY, note))
                .isEqualTo("nothing is asked of elsewhere.example: integrations.allowed-hosts has 127.0.0.1");
        teams.close();
        assertThat(later(teams.url(), note)).startsWith("the workflow cannot be asked: ");
    }

    private String later(String url, Note note) throws Exception {
        String reason = ((Chat.Later) post(url, note)).reason();
        assertThat(reason).doesNotContain("verysecret", "0f3c", "sig=");
        return reason;
    }

    private Chat.Outcome post(String url, Note note) throws Exception {
        return new TeamsChat(http, read(RIGHT, url)).post(null, "web", note, "web/1");
    }

    @Test
    void the_file_is_read_with_its_secrets_which_it_tells_nobody() throws Exception {
        TeamsSettings read = read(RIGHT + "tell: all\n", "https://flow.example/verysecret?sig=verysecret");

        assertThat(read.url()).hasToString("https://flow.example/verysecret?sig=verysecret");
        assertThat(read.page()).hasToString("https://fleet.example.com/fleet/");
        assertThat(read.all()).isTrue();
        assertThat(read.toString()).doesNotContain("verysecret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: ops|name: Ops|line 3: name is a name of the channel for us",
                "urlEnv: URL|url: https://flow.example|line 4: url is unknown; there are apiVersion",
                "urlEnv: URL|tell: all|it needs urlFile or urlEnv.",
                "urlEnv: URL|urlEnv: NONE|line 4: urlEnv names no such secret",
                "urlEnv: URL|urlEnv: PLAIN|line 4: urlEnv names an address that begins with http: it is a secret",
                "urlEnv: URL|urlEnv: BROKEN|line 4: urlEnv is no address such as",
                "page: https://fleet.example.com/fleet|tell: all|it needs page: where people approve",
                "kind: Teams|kind: Slack|begins with `apiVersion: calico-fleet/v1` and `kind: Teams`",
            })
    void what_is_wrong_is_told_with_its_line_and_without_secrets(String right, String wrong, String message) {
        assertThatThrownBy(() -> read(RIGHT.replace(right, wrong), "https://flow.example/"))
                .isInstanceOf(WrongFileException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("verysecret");
    }

    private TeamsSettings read(String text, String url) throws Exception {
        Path file = folder.resolve("teams.yaml");
        Files.writeString(file, text);
        return TeamsFile.read(
                file,
                name -> Map.of(
                                "URL", url,
                                "TOKEN", "cft_verysecret",
                                "PLAIN", "http://flow.example/verysecret",
                                "BROKEN", "https://flow.example/verysecret|")
                        .get(name));
    }
}
