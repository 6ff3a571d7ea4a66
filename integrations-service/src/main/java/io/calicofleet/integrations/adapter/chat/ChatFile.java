package io.calicofleet.integrations.adapter.chat;

import static java.util.Objects.requireNonNull;
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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the files of all chats have in common. What is wrong with a secret is told without it. */
public final class ChatFile {

    private static final String API_VERSION = "calico-fleet/v1";
    private static final String NEEDED = "needed";
    private static final String ALL = "all";
    private static final String VISIBLE = "[\\x21-\\x7e]+";
    private static final String ADDRESS = "is no address such as https://example.com/.";

    private final Path file;
    private final UnaryOperator<@Nullable String> environment;

    /**
     * A file.
     *
     * @param environment the value of an environment variable; null: there is none
     */
    public ChatFile(Path file, UnaryOperator<@Nullable String> environment) {
        this.file = requireNonNull(file, "file");
        this.environment = requireNonNull(environment, "environment");
    }

    /** What a file of a chat begins with. */
    public interface Head {

        /** {@code calico-fleet/v1}. */
        @Nullable
        String apiVersion();

        /** Such as {@code Slack}. */
        @Nullable
        String kind();
    }

    private record Users(
            @Nullable String apiVersion,
            @Nullable String kind,
            @Nullable List<@Nullable User> users) implements Head {}

    private record User(@Nullable String id, @Nullable String name) {}

    /**
     * The ids by which a chat knows people.
     *
     * @param pattern of all of them
     * @param example one of them
     */
    public record Ids(Pattern pattern, String example) {}

    /** What it holds. */
    public <T extends Head> T read(String kind, Class<T> type) throws WrongFileException {
        return read(file, kind, kind, type);
    }

    private static <T extends Head> T read(Path file, String what, String kind, Class<T> type)
            throws WrongFileException {
        T content = SettingsFile.read(file, what, type).orElse(null);
        if (content == null || !API_VERSION.equals(content.apiVersion()) || !kind.equals(content.kind())) {
            throw new WrongFileException(
                    file + " begins with `apiVersion: " + API_VERSION + "` and `kind: " + kind + "`.");
        }
        return content;
    }

    /**
     * The planner's names of people, by their ids in the chat.
     *
     * @param named the file of them, beside this one; null: there is none
     * @param chat the kind of this file, before that of the other
     */
    public Map<String, String> users(@Nullable String named, String chat, Ids ids) throws WrongFileException {
        if (named == null) {
            return Map.of();
        }
        Path beside = file.toAbsolutePath().resolveSibling(named);
        Users content = read(beside, "users of " + chat, chat + "Users", Users.class);
        Map<String, String> users = new LinkedHashMap<>();
        List<@Nullable User> entries = requireNonNullElse(content.users(), List.of());
        for (int index = 0; index < entries.size(); index++) {
            User user = entries.get(index);
            String field = "users[" + index + "]";
            if (user == null || user.id() == null || user.name() == null) {
                throw SettingsFile.wrong(beside, field, "needs id and name.");
            }
            if (!ids.pattern().matcher(user.id()).matches()) {
                throw SettingsFile.wrong(
                        beside,
                        field + ".id",
                        "is '" + user.id() + "'; it is the id of a member, such as " + ids.example() + ".");
            }
            if (!user.name().matches("[\\x21-\\x7e]{1,200}")) {
                throw SettingsFile.wrong(beside, field + ".name", "is no name as the planner knows people.");
            }
            if (users.put(user.id(), user.name()) != null) {
                throw SettingsFile.wrong(
                        beside, field + ".id", "is '" + user.id() + "' once more; each is one person.");
            }
        }
        return users;
    }

    /** What is wrong with a field. */
    public WrongFileException wrong(String field, String what) {
        return SettingsFile.wrong(file, field, what);
    }

    /** Of which campaigns is told; empty: all. */
    public static List<Glob> campaigns(@Nullable List<String> patterns) {
        return requireNonNullElse(patterns, List.<String>of()).stream()
                .map(Glob::new)
                .toList();
    }

    /** Whether each phase is told. */
    public boolean all(@Nullable String tell) throws WrongFileException {
        String text = requireNonNullElse(tell, NEEDED);
        if (!text.equals(NEEDED) && !text.equals(ALL)) {
            throw wrong("tell", "is '" + text + "'; it is " + NEEDED + " or " + ALL + ".");
        }
        return text.equals(ALL);
    }

    /** A secret that there has to be. */
    public String needed(String name, @Nullable String inFile, @Nullable String inEnvironment, String prefix)
            throws WrongFileException {
        String secret = secret(name, inFile, inEnvironment, prefix);
        if (secret == null) {
            throw wrong("", "needs " + name + "File or " + name + "Env.");
        }
        return secret;
    }

    /** A secret, in a file beside this one or in the environment; null where it is in neither. */
    public @Nullable String secret(String name, @Nullable String inFile, @Nullable String inEnvironment, String prefix)
            throws WrongFileException {
        if (inFile == null && inEnvironment == null) {
            return null;
        }
        if (inFile != null && inEnvironment != null) {
            throw wrong(name + "Env", "stands beside " + name + "File: one of them.");
        }
        String field = field(name, inFile);
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

    /** The field that names a secret. */
    public static String field(String name, @Nullable String inFile) {
        return name + (inFile == null ? "Env" : "File");
    }

    /** Where the planner's REST is. */
    public URI planner(@Nullable String text) throws WrongFileException {
        if (text == null) {
            throw wrong("", "needs planner: where its REST is, such as http://127.0.0.1:8080.");
        }
        return url("planner", text);
    }

    /** An address of HTTP. */
    public URI url(String field, String text) throws WrongFileException {
        try {
            URI url = URI.create(text);
            boolean http = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
            if (http && url.getHost() != null && url.getUserInfo() == null && url.getFragment() == null) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // What it says quotes the address, which may be a secret.
            throw wrong(field, ADDRESS);
        }
        throw wrong(field, ADDRESS);
    }
}
