package io.calicofleet.integrations.adapter.mattermost;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.calicofleet.integrations.adapter.chat.ChatHttp;
import io.calicofleet.integrations.adapter.chat.ChatHttp.Reply.Answered;
import io.calicofleet.integrations.adapter.chat.ChatHttp.Reply.Away;
import io.calicofleet.integrations.port.Chat.Later;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.time.Duration;
import java.util.Optional;

/** Mattermost's REST API, version 4, asked as a bot. */
final class MattermostApi {

    private static final Duration MENDED_BY_PEOPLE = Duration.ofMinutes(1);
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    private final ChatHttp http;
    private final URI server;
    private final String token;

    /**
     * That of a server.
     *
     * @param server its address, with a slash at its end
     * @param token of the bot
     */
    MattermostApi(ChatHttp http, URI server, String token) {
        this.http = requireNonNull(http, "http");
        this.server = requireNonNull(server, "server");
        this.token = requireNonNull(token, "token");
    }

    /** What it answers. */
    sealed interface Reply {}

    /** It is done. */
    record Done(JsonNode body) implements Reply {}

    /**
     * It says no.
     *
     * @param error the id of its error; empty where it has none
     * @param later the same as something that people may put right
     */
    record No(int status, String error, Later later) implements Reply {}

    /** It does not answer now. */
    record NotNow(Later later) implements Reply {}

    Reply get(String path) throws InterruptedException {
        return ask("GET", path, HttpRequest.BodyPublishers.noBody());
    }

    Reply send(String method, String path, JsonNode body) throws InterruptedException {
        return ask(method, path, HttpRequest.BodyPublishers.ofByteArray(EventJson.write(body)));
    }

    private Reply ask(String method, String path, BodyPublisher body) throws InterruptedException {
        return switch (http.ask(HttpRequest.newBuilder(server.resolve("api/v4/" + path))
                .header("Authorization", "Bearer " + token)
                .header("Accept", "application/json")
                .header("Content-Type", "application/json")
                .method(method, body))) {
            case Away away -> new NotNow(away.later());
            case Answered answered -> answered.taken() ? new Done(json(answered)) : no(answered);
        };
    }

    private static No no(Answered answered) {
        String error = json(answered).path("id").asText("");
        String reason = "Mattermost answered " + answered.status()
                + switch (answered.status()) {
                    case UNAUTHORIZED -> ": it does not know the bot's token";
                    case FORBIDDEN -> ": the bot may not; is it a member of the channel?";
                    default -> error.isEmpty() ? "; is server its address?" : " " + error;
                };
        return new No(answered.status(), error, new Later(reason, Optional.of(MENDED_BY_PEOPLE)));
    }

    private static JsonNode json(Answered answered) {
        try {
            JsonNode read = EventJson.mapper().readTree(answered.body());
            return read == null ? MissingNode.getInstance() : read;
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }
}
