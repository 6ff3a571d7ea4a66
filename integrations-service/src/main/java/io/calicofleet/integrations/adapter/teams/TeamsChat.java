package io.calicofleet.integrations.adapter.teams;

import static java.util.Objects.requireNonNull;

import io.calicofleet.integrations.adapter.chat.ChatHttp;
import io.calicofleet.integrations.adapter.chat.ChatHttp.Reply.Answered;
import io.calicofleet.integrations.adapter.chat.ChatHttp.Reply.Away;
import io.calicofleet.integrations.core.chat.Note;
import io.calicofleet.integrations.port.Chat;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A channel of Teams, told by a workflow that posts what it is sent. It answers before it has posted, and says of no message what it is called:
 * nothing can be changed, found, or put into a thread.
 */
final class TeamsChat implements Chat {

    private static final Duration MENDED_BY_PEOPLE = Duration.ofMinutes(1);
    private static final int TOO_LARGE = 413;

    private final ChatHttp http;
    private final TeamsSettings settings;

    TeamsChat(ChatHttp http, TeamsSettings settings) {
        this.http = requireNonNull(http, "http");
        this.settings = requireNonNull(settings, "settings");
    }

    @Override
    public String room() {
        return "teams-" + settings.name();
    }

    @Override
    public boolean changes() {
        return false;
    }

    @Override
    public Outcome post(@Nullable String thread, String campaign, Note note, String mark) throws InterruptedException {
        URI page = settings.page().resolve("campaigns/" + campaign);
        return switch (http.ask(HttpRequest.newBuilder(settings.url())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(TeamsCard.of(note, page))))) {
            case Away away -> away.later();
            case Answered answered -> answered.taken() ? new There(mark) : refused(answered.status());
        };
    }

    private static Outcome refused(int status) {
        if (status == TOO_LARGE) {
            return new Never("the workflow answered " + status + ": the card is too large");
        }
        String why = switch (status) {
            case 400 -> ": it is turned off, or does not begin with a webhook request that takes a card";
            case 401, 403 -> ": its address has no signature that it knows, or others may not begin it";
            case 404, 410 -> ": there is no such workflow any more";
            default -> "";
        };
        return new Later("the workflow answered " + status + why, Optional.of(MENDED_BY_PEOPLE));
    }

    @Override
    public Outcome edit(String message, Note note) {
        return new Never("a workflow changes nothing");
    }

    @Override
    public Outcome find(@Nullable String thread, String mark, Instant since) {
        return new Absent();
    }
}
