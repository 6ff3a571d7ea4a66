package io.calicofleet.integrations.adapter.slack;

import static java.util.Objects.requireNonNullElse;

import io.calicofleet.integrations.adapter.chat.ChatFile;
import io.calicofleet.runtime.SettingsFile.WrongFileException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The file of Slack, YAML, and that of its users:
 *
 * <pre>
 * apiVersion: calico-fleet/v1
 * kind: Slack
 * channel: C0123456789
 * botTokenFile: bot.token
 * appTokenFile: app.token
 * planner: http://127.0.0.1:8080
 * plannerTokenFile: planner.token
 * </pre>
 */
final class SlackFile {

    private static final String KIND = "Slack";
    private static final String API = "https://slack.com/api/";
    private static final ChatFile.Ids MEMBERS = new ChatFile.Ids(Pattern.compile("[UW][A-Z0-9]{5,20}"), "U0123456789");

    private SlackFile() {}

    private record Content(
            @Nullable String apiVersion,
            @Nullable String kind,
            @Nullable String channel,
            @Nullable List<String> campaigns,
            @Nullable String tell,
            @Nullable String botTokenFile,
            @Nullable String botTokenEnv,
            @Nullable String appTokenFile,
            @Nullable String appTokenEnv,
            @Nullable String signingSecretFile,
            @Nullable String signingSecretEnv,
            @Nullable String api,
            @Nullable String planner,
            @Nullable String plannerTokenFile,
            @Nullable String plannerTokenEnv,
            @Nullable String page,
            @Nullable String users,
            @Nullable Boolean mail)
            implements ChatFile.Head {}

    /**
     * Reads it, and the secrets and users it names.
     *
     * @param environment the value of an environment variable; null: there is none
     * @throws WrongFileException where it cannot be used; the message says what is wrong, on which line, and what would be right
     */
    static SlackSettings read(Path path, UnaryOperator<@Nullable String> environment) throws WrongFileException {
        ChatFile file = new ChatFile(path, environment);
        Content content = file.read(KIND, Content.class);
        String channel = requireNonNullElse(content.channel(), "");
        if (!channel.matches("[CGD][A-Z0-9]{5,20}")) {
            throw file.wrong("channel", "is the id of a channel, such as C0123456789; its name may change.");
        }
        boolean all = file.all(content.tell());
        String bot = file.needed("botToken", content.botTokenFile(), content.botTokenEnv(), "xoxb-");
        String app = file.secret("appToken", content.appTokenFile(), content.appTokenEnv(), "xapp-");
        String signing = file.secret("signingSecret", content.signingSecretFile(), content.signingSecretEnv(), "");
        if (app == null && signing == null) {
            throw file.wrong(
                    "",
                    "needs appTokenFile or appTokenEnv, for Socket Mode, or signingSecretFile or signingSecretEnv, for HTTP.");
        }
        String token = file.needed("plannerToken", content.plannerTokenFile(), content.plannerTokenEnv(), "cft_");
        return new SlackSettings(
                channel,
                ChatFile.campaigns(content.campaigns()),
                all,
                bot,
                app,
                signing,
                URI.create(file.url("api", requireNonNullElse(content.api(), API))
                        .toString()
                        .replaceFirst("/*$", "/")),
                file.planner(content.planner()),
                token,
                content.page() == null ? null : file.url("page", content.page()),
                file.users(content.users(), KIND, MEMBERS),
                requireNonNullElse(content.mail(), false));
    }
}
