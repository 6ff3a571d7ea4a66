package io.calicofleet.integrations.adapter.teams;

import static java.util.Objects.requireNonNullElse;

import io.calicofleet.integrations.adapter.chat.ChatFile;
import io.calicofleet.runtime.SettingsFile.WrongFileException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The file of Teams, YAML:
 *
 * <pre>
 * apiVersion: calico-fleet/v1
 * kind: Teams
 * name: ops
 * urlFile: teams.url
 * planner: http://127.0.0.1:8080
 * plannerTokenFile: planner.token
 * page: https://fleet.example.com
 * </pre>
 */
final class TeamsFile {

    private static final String KIND = "Teams";
    private static final String NAME = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

    private TeamsFile() {}

    private record Content(
            @Nullable String apiVersion,
            @Nullable String kind,
            @Nullable String name,
            @Nullable String urlFile,
            @Nullable String urlEnv,
            @Nullable List<String> campaigns,
            @Nullable String tell,
            @Nullable String planner,
            @Nullable String plannerTokenFile,
            @Nullable String plannerTokenEnv,
            @Nullable String page)
            implements ChatFile.Head {}

    /**
     * Reads it, and the secrets it names.
     *
     * @param environment the value of an environment variable; null: there is none
     * @throws WrongFileException where it cannot be used; the message says what is wrong, on which line, and what would be right
     */
    static TeamsSettings read(Path path, UnaryOperator<@Nullable String> environment) throws WrongFileException {
        ChatFile file = new ChatFile(path, environment);
        Content content = file.read(KIND, Content.class);
        String name = requireNonNullElse(content.name(), "");
        if (!name.matches(NAME)) {
            throw file.wrong(
                    "name",
                    "is a name of the channel for us: lower case letters, digits and '-', at most 63, such as ops; what was"
                            + " told is kept by it.");
        }
        String secret = file.needed("url", content.urlFile(), content.urlEnv(), "http");
        if (content.page() == null) {
            throw file.wrong("", "needs page: where people approve, such as https://fleet.example.com.");
        }
        return new TeamsSettings(
                name,
                url(file, ChatFile.field("url", content.urlFile()), secret),
                ChatFile.campaigns(content.campaigns()),
                file.all(content.tell()),
                file.planner(content.planner()),
                file.needed("plannerToken", content.plannerTokenFile(), content.plannerTokenEnv(), "cft_"),
                URI.create(file.url("page", content.page()).toString().replaceFirst("/*$", "/")));
    }

    /** Its address is all that a workflow asks for: it goes over no wire in the clear. */
    private static URI url(ChatFile file, String field, String text) throws WrongFileException {
        URI url = file.url(field, text);
        if (url.getScheme().equals("http") && !url.getHost().equals("127.0.0.1")) {
            throw file.wrong(field, "names an address that begins with http: it is a secret, and needs https.");
        }
        return url;
    }
}
