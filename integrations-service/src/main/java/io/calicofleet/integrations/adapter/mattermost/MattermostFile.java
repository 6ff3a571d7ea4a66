package io.calicofleet.integrations.adapter.mattermost;

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
 * The file of Mattermost, YAML, and that of its users:
 *
 * <pre>
 * apiVersion: calico-fleet/v1
 * kind: Mattermost
 * server: https://chat.example.com
 * channel: 4xp9fdt77pncbef59f4k1qe83o
 * botTokenFile: bot.token
 * callback: https://fleet.example.com
 * actionSecretFile: action.secret
 * commandTokenFile: command.token
 * planner: http://127.0.0.1:8080
 * plannerTokenFile: planner.token
 * </pre>
 */
final class MattermostFile {

    private static final String KIND = "Mattermost";
    private static final Pattern ID = Pattern.compile("[a-z0-9]{26}");
    private static final String EXAMPLE = "4xp9fdt77pncbef59f4k1qe83o";
    private static final int SHORTEST_SECRET = 32;

    private MattermostFile() {}

    private record Content(
            @Nullable String apiVersion,
            @Nullable String kind,
            @Nullable String server,
            @Nullable String channel,
            @Nullable List<String> campaigns,
            @Nullable String tell,
            @Nullable String botTokenFile,
            @Nullable String botTokenEnv,
            @Nullable String callback,
            @Nullable String actionSecretFile,
            @Nullable String actionSecretEnv,
            @Nullable String commandTokenFile,
            @Nullable String commandTokenEnv,
            @Nullable String planner,
            @Nullable String plannerTokenFile,
            @Nullable String plannerTokenEnv,
            @Nullable String page,
            @Nullable String users)
            implements ChatFile.Head {}

    /**
     * Reads it, and the secrets and users it names.
     *
     * @param environment the value of an environment variable; null: there is none
     * @throws WrongFileException where it cannot be used; the message says what is wrong, on which line, and what would be right
     */
    static MattermostSettings read(Path path, UnaryOperator<@Nullable String> environment) throws WrongFileException {
        ChatFile file = new ChatFile(path, environment);
        Content content = file.read(KIND, Content.class);
        if (content.server() == null) {
            throw file.wrong("", "needs server: where Mattermost is, such as https://chat.example.com.");
        }
        String channel = requireNonNullElse(content.channel(), "");
        if (!ID.matcher(channel).matches()) {
            throw file.wrong("channel", "is the id of a channel, such as " + EXAMPLE + "; its name may change.");
        }
        return new MattermostSettings(
                base(file.url("server", content.server())),
                channel,
                ChatFile.campaigns(content.campaigns()),
                file.all(content.tell()),
                file.needed("botToken", content.botTokenFile(), content.botTokenEnv(), ""),
                acts(file, content),
                file.planner(content.planner()),
                file.needed("plannerToken", content.plannerTokenFile(), content.plannerTokenEnv(), "cft_"),
                content.page() == null ? null : file.url("page", content.page()),
                file.users(content.users(), KIND, new ChatFile.Ids(ID, EXAMPLE)));
    }

    private static MattermostSettings.@Nullable Acts acts(ChatFile file, Content content) throws WrongFileException {
        String secret = file.secret("actionSecret", content.actionSecretFile(), content.actionSecretEnv(), "");
        String token = file.secret("commandToken", content.commandTokenFile(), content.commandTokenEnv(), "");
        if (content.callback() == null) {
            if (secret != null || token != null || content.users() != null) {
                throw file.wrong(
                        "",
                        "needs callback: where Mattermost reaches the integrations, such as https://fleet.example.com;"
                                + " without it nobody acts there, and no actionSecret, commandToken or users are of use.");
            }
            return null;
        }
        if (secret == null) {
            throw file.wrong("", "needs actionSecretFile or actionSecretEnv beside callback.");
        }
        if (secret.length() < SHORTEST_SECRET) {
            throw file.wrong(
                    ChatFile.field("actionSecret", content.actionSecretFile()),
                    "names a secret of fewer than " + SHORTEST_SECRET + " letters: openssl rand -hex 32 makes one.");
        }
        return new MattermostSettings.Acts(base(file.url("callback", content.callback())), secret, token);
    }

    private static URI base(URI url) {
        return URI.create(url.toString().replaceFirst("/*$", "/"));
    }
}
