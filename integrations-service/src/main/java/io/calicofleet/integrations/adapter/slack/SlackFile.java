package io.calicofleet.integrations.adapter.slack;

import static java.util.Objects.requireNonNullElse;

import io.calicofleet.integrations.core.Glob;
import io.calicofleet.runtime.SettingsFile;
import io.calicofleet.runtime.SettingsFile.WrongFileException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
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

    private static final String API_VERSION = "calico-fleet/v1";
    private static final String KIND = "Slack";
    private static final String KIND_OF_USERS = "SlackUsers";
    private static final String NEEDED = "needed";
    private static final String ALL = "all";
    private static final String API = "https://slack.com/api/";
    private static final String VISIBLE = "[\\x21-\\x7e]+";

    private final Path file;
    private final UnaryOperator<@Nullable String> environment;

    private SlackFile(Path file, UnaryOperator<@Nullable String> environment) {
        this.file = file;
        this.environment = environment;
    }

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
            @Nullable Boolean mail) {}

    private record Users(
            @Nullable String apiVersion,
            @Nullable String kind,
            @Nullable List<@Nullable User> users) {}

    private record User(@Nullable String id, @Nullable String name) {}

    /**
     * Reads it, and the secrets and users it names.
     *
     * @param environment the value of an environment variable; null: there is none
     * @throws WrongFileException where it cannot be used; the message says what is wrong, on which line, and what would be right
     */
    static SlackSettings read(Path file, UnaryOperator<@Nullable String> environment) throws WrongFileException {
        return new SlackFile(file, environment).settings();
    }

    private SlackSettings settings() throws WrongFileException {
        Content content = SettingsFile.read(file, "Slack", Content.class).orElse(null);
        if (content == null || !API_VERSION.equals(content.apiVersion()) || !KIND.equals(content.kind())) {
            throw new WrongFileException(
                    file + " begins with `apiVersion: " + API_VERSION + "` and `kind: " + KIND + "`.");
        }
        String channel = requireNonNullElse(content.channel(), "");
        if (!channel.matches("[CGD][A-Z0-9]{5,20}")) {
            throw wrong("channel", "is the id of a channel, such as C0123456789; its name may change.");
        }
        String tell = requireNonNullElse(content.tell(), NEEDED);
        if (!tell.equals(NEEDED) && !tell.equals(ALL)) {
            throw wrong("tell", "is '" + tell + "'; it is " + NEEDED + " or " + ALL + ".");
        }
        String bot = needed(secret("botToken", content.botTokenFile(), content.botTokenEnv(), "xoxb-"), "botToken");
        String app = secret("appToken", content.appTokenFile(), content.appTokenEnv(), "xapp-");
        String signing = secret("signingSecret", content.signingSecretFile(), content.signingSecretEnv(), "");
        if (app == null && signing == null) {
            throw wrong(
                    "",
                    "needs appTokenFile or appTokenEnv, for Socket Mode, or signingSecretFile or signingSecretEnv, for HTTP.");
        }
        String token = needed(
                secret("plannerToken", content.plannerTokenFile(), content.plannerTokenEnv(), "cft_"), "plannerToken");
        if (content.planner() == null) {
            throw wrong("", "needs planner: where its REST is, such as http://127.0.0.1:8080.");
        }
        return new SlackSettings(
                channel,
                requireNonNullElse(content.campaigns(), List.<String>of()).stream()
                        .map(Glob::new)
                        .toList(),
                tell.equals(ALL),
                bot,
                app,
                signing,
                URI.create(url("api", requireNonNullElse(content.api(), API))
                        .toString()
                        .replaceFirst("/*$", "/")),
                url("planner", content.planner()),
                token,
                content.page() == null ? null : url("page", content.page()),
                content.users() == null ? Map.of() : users(file.toAbsolutePath().resolveSibling(content.users())),
                requireNonNullElse(content.mail(), false));
    }

    /** The planner's names of people by their ids in Slack. */
    static Map<String, String> users(Path file) throws WrongFileException {
        Users content = SettingsFile.read(file, "users of Slack", Users.class).orElse(null);
        if (content == null || !API_VERSION.equals(content.apiVersion()) || !KIND_OF_USERS.equals(content.kind())) {
            throw new WrongFileException(
                    file + " begins with `apiVersion: " + API_VERSION + "` and `kind: " + KIND_OF_USERS + "`.");
        }
        Map<String, String> users = new LinkedHashMap<>();
        List<@Nullable User> entries = requireNonNullElse(content.users(), List.of());
        for (int index = 0; index < entries.size(); index++) {
            User user = entries.get(index);
            String field = "users[" + index + "]";
            if (user == null || user.id() == null || user.name() == null) {
                throw SettingsFile.wrong(file, field, "needs id and name.");
            }
            if (!user.id().matches("[UW][A-Z0-9]{5,20}")) {
                throw SettingsFile.wrong(
                        file, field + ".id", "is '" + user.id() + "'; it is the id of a member, such as U0123456789.");
            }
            if (!user.name().matches("[\\x21-\\x7e]{1,200}")) {
                throw SettingsFile.wrong(file, field + ".name", "is no name as the planner knows people.");
            }
            if (users.put(user.id(), user.name()) != null) {
                throw SettingsFile.wrong(file, field + ".id", "is '" + user.id() + "' once more; each is one person.");
            }
        }
        return users;
    }

    private WrongFileException wrong(String field, String what) {
        return SettingsFile.wrong(file, field, what);
    }

    private String needed(@Nullable String secret, String name) throws WrongFileException {
        if (secret == null) {
            throw wrong("", "needs " + name + "File or " + name + "Env.");
        }
        return secret;
    }

    /** What is wrong with a secret is told without it. */
    private @Nullable String secret(String name, @Nullable String inFile, @Nullable String inEnvironment, String prefix)
            throws WrongFileException {
        if (inFile == null && inEnvironment == null) {
            return null;
        }
        if (inFile != null && inEnvironment != null) {
            throw wrong(name + "Env", "stands beside " + name + "File: one of them.");
        }
        String field = name + (inFile == null ? "Env" : "File");
        String text;
        try {
            text = inFile != null
                    ? Files.readString(file.toAbsolutePath().resolveSibling(inFile))
                    : requireNonNullElse(environment.apply(requireNonNullElse(inEnvironment, "")), "");
        } catch (IOException e) {
            throw wrong(field, "names the file " + inFile + ", which cannot be read: " + e);
        }
        String secret = text.strip();
        if (!secret.matches(VISIBLE) || !secret.startsWith(prefix)) {
            throw wrong(
                    field,
                    "names no such secret: it is one line"
                            + (prefix.isEmpty() ? "." : " that begins with " + prefix + "."));
        }
        return secret;
    }

    private URI url(String field, String text) throws WrongFileException {
        try {
            URI url = URI.create(text);
            boolean http = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
            if (http && url.getHost() != null && url.getUserInfo() == null && url.getFragment() == null) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            throw wrong(field, "is no address such as https://example.com/.");
        }
        throw wrong(field, "is no address such as https://example.com/.");
    }
}
