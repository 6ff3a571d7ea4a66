package io.calicofleet.integrations.adapter.mattermost;

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

/** The file of Mattermost, and that of its users. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MattermostFileTest {

    private static final String RIGHT = """
            apiVersion: calico-fleet/v1
            kind: Mattermost
            server: https://chat.example.com
            channel: 4xp9fdt77pncbef59f4k1qe83o
            botTokenFile: bot.token
            callback: https://fleet.example.com/
            actionSecretEnv: ACTION
            commandTokenEnv: COMMAND
            planner: http://127.0.0.1:8080
            plannerTokenFile: planner.token
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void writeSecrets() throws IOException {
        Files.writeString(folder.resolve("bot.token"), "verysecretbot\n");
        Files.writeString(folder.resolve("planner.token"), "cft_verysecret\n");
    }

    @Test
    void it_is_read_with_its_secrets_which_it_tells_nobody() throws Exception {
        Files.writeString(folder.resolve("users.yaml"), """
                apiVersion: calico-fleet/v1
                kind: MattermostUsers
                users:
                - {id: 4xp9fdt77pncbef59f4k1qe83o, name: grace}
                """);
        MattermostSettings read = read(RIGHT + "users: users.yaml\ntell: all\ncampaigns: [\"prod-*\"]\n");

        assertThat(read.botToken()).isEqualTo("verysecretbot");
        assertThat(read.server()).hasToString("https://chat.example.com/");
        assertThat(read.users()).isEqualTo(Map.of("4xp9fdt77pncbef59f4k1qe83o", "grace"));
        assertThat(read.all()).isTrue();
        assertThat(read.acts()).isNotNull();
        assertThat(read.acts().secret()).startsWith("verysecret");
        assertThat(read.toString() + read.acts()).doesNotContain("verysecret");
    }

    @Test
    void without_a_callback_nobody_acts_there() throws Exception {
        assertThat(read(RIGHT.replaceAll("(?m)^(callback|actionSecretEnv|commandTokenEnv):.*\n", ""))
                        .acts())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "server: https://chat.example.com|tell: all|it needs server: where Mattermost is",
                "server: https://chat.example.com|server: chat|line 3: server is no address such as",
                "channel: 4xp9fdt77pncbef59f4k1qe83o|channel: ops|line 4: channel is the id of a channel, such as 4xp9",
                "botTokenFile: bot.token|tell: all|it needs botTokenFile or botTokenEnv",
                "callback: https://fleet.example.com/|tell: all|it needs callback: where Mattermost reaches",
                "actionSecretEnv: ACTION|tell: all|it needs actionSecretFile or actionSecretEnv beside callback",
                "actionSecretEnv: ACTION|actionSecretEnv: COMMAND|line 7: actionSecretEnv names a secret of fewer than 32",
                "commandTokenEnv: COMMAND|commandTokenEnv: NONE|line 8: commandTokenEnv names no such secret",
                "commandTokenEnv: COMMAND|users: gone.yaml|There is no file of users of Mattermost at",
                "kind: Mattermost|kind: Slack|begins with `apiVersion: calico-fleet/v1` and `kind: Mattermost`",
            })
    void what_is_wrong_is_told_with_its_line_and_without_secrets(String right, String wrong, String message) {
        assertThatThrownBy(() -> read(RIGHT.replace(right, wrong)))
                .isInstanceOf(WrongFileException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("verysecret");
    }

    private MattermostSettings read(String text) throws Exception {
        Path file = folder.resolve("mattermost.yaml");
        Files.writeString(file, text);
        return MattermostFile.read(
                file,
                name -> Map.of("ACTION", "verysecret".repeat(4), "COMMAND", "verysecretcommand")
                        .get(name));
    }
}
