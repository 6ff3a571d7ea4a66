package io.calicofleet.integrations.adapter.slack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calicofleet.runtime.SettingsFile.WrongFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The file of Slack, and that of its users. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SlackFileTest {

    private static final String HEAD = "apiVersion: calico-fleet/v1\nkind: Slack\n";
    private static final String RIGHT = HEAD + """
            channel: C0123456789
            botTokenFile: bot.token
            appTokenEnv: APP
            planner: http://127.0.0.1:8080
            plannerTokenFile: planner.token
            """;
    private static final String USERS = "apiVersion: calico-fleet/v1\nkind: SlackUsers\nusers:\n";

    @TempDir
    private Path folder;

    @BeforeEach
    void writeSecrets() throws IOException {
        Files.writeString(folder.resolve("bot.token"), "xoxb-verysecret\n");
        Files.writeString(folder.resolve("planner.token"), "cft_verysecret\n");
    }

    @Test
    void it_is_read_with_its_secrets_which_it_tells_nobody() throws Exception {
        Files.writeString(folder.resolve("users.yaml"), USERS + "- {id: U0000001, name: grace}\n");
        SlackSettings read = read(RIGHT
                + "users: users.yaml\nmail: true\ntell: all\ncampaigns: [\"prod-*\"]\npage: https://f.example.com\n");

        assertThat(read.botToken()).isEqualTo("xoxb-verysecret");
        assertThat(read.appToken()).isEqualTo("xapp-verysecret");
        assertThat(read.signingSecret()).isNull();
        assertThat(read.api()).hasToString("https://slack.com/api/");
        assertThat(read.users()).isEqualTo(Map.of("U0000001", "grace"));
        assertThat(read.all()).isTrue();
        assertThat(read.toString()).doesNotContain("verysecret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "channel: C0123456789|channel: '#ops'|line 3: channel is the id of a channel, such as C0123456789",
                "appTokenEnv: APP|tell: loud|line 5: tell is 'loud'; it is needed or all.",
                "appTokenEnv: APP|mail: false|it needs appTokenFile or appTokenEnv, for Socket Mode",
                "appTokenEnv: APP|appTokenEnv: BOT|line 5: appTokenEnv names no such secret: it is one line that begins with xapp-.",
                "appTokenEnv: APP|appTokenFile: gone|line 5: appTokenFile names the file gone, which cannot be read",
                "appTokenEnv: APP|colour: red|line 5: colour is unknown; there are api, apiVersion",
                "planner: http://127.0.0.1:8080|planner: ftp://verysecret|line 6: planner is no address such as",
                "planner: http://127.0.0.1:8080|mail: true|it needs planner: where its REST is",
                "kind: Slack|kind: Teams|begins with `apiVersion: calico-fleet/v1` and `kind: Slack`",
            })
    void what_is_wrong_is_told_with_its_line_and_without_secrets(String right, String wrong, String message) {
        assertThatThrownBy(() -> read(RIGHT.replace(right, wrong)))
                .isInstanceOf(WrongFileException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("verysecret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{id: U0000002}|line 5: users[1] needs id and name.",
                "{id: grace, name: grace}|line 5: users[1].id is 'grace'; it is the id of a member, such as U0123456789.",
                "{id: U0000001, name: ada}|line 5: users[1].id is 'U0000001' once more; each is one person.",
                "{id: U0000002, name: 'a b'}|line 5: users[1].name is no name as the planner knows people.",
                "{id: U0000002, names: a}|line 5: users[1].names is unknown; there are id, name.",
            })
    void what_is_wrong_with_users_is_told_with_its_line(String entry, String message) throws IOException {
        Files.writeString(folder.resolve("users.yaml"), USERS + "- {id: U0000001, name: grace}\n- " + entry + "\n");

        assertThatThrownBy(() -> read(RIGHT + "users: users.yaml\n"))
                .isInstanceOf(WrongFileException.class)
                .hasMessageContaining("users.yaml, " + message);
    }

    private SlackSettings read(String text) throws Exception {
        Path file = folder.resolve("slack.yaml");
        Files.writeString(file, text);
        return SlackFile.read(
                file,
                name -> Map.of("APP", "xapp-verysecret", "BOT", "xoxb-verysecret")
                        .get(name));
    }
}
