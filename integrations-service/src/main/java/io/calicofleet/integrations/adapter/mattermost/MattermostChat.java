package io.calicofleet.integrations.adapter.mattermost;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.integrations.adapter.mattermost.MattermostApi.Done;
import io.calicofleet.integrations.adapter.mattermost.MattermostApi.No;
import io.calicofleet.integrations.adapter.mattermost.MattermostApi.NotNow;
import io.calicofleet.integrations.core.chat.Note;
import io.calicofleet.integrations.port.Chat;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A channel of Mattermost. Posts carry their mark as a property, which people do not see and the channel's history has. */
final class MattermostChat implements Chat {

    /** The property with the mark. */
    static final String MARK = "calico_fleet_mark";

    private static final int PORTION = 200;
    private static final int PORTIONS = 20;
    private static final int NOT_FOUND = 404;
    private static final int FORBIDDEN = 403;
    private static final Duration CLOCKS = Duration.ofMinutes(5);

    /** That of the post alone; whatever else is wrong is wrong with channel, token or server, and may be put right. */
    private static final Set<String> OF_THE_POST = Set.of(
            "api.post.update_post.permissions_time_limit.app_error", "api.post.update_post.system_message.app_error");

    private static final String NO_VALID_POST = "model.post.is_valid.";
    private static final String NO_SUCH_THREAD = "api.post.create_post.root_id.app_error";

    private final MattermostApi api;
    private final String channel;
    private final MattermostPosts posts;

    MattermostChat(MattermostApi api, String channel, MattermostPosts posts) {
        this.api = requireNonNull(api, "api");
        this.channel = requireNonNull(channel, "channel");
        this.posts = requireNonNull(posts, "posts");
    }

    @Override
    public String room() {
        return channel;
    }

    @Override
    public boolean changes() {
        return true;
    }

    @Override
    public Outcome post(@Nullable String thread, String campaign, Note note, String mark) throws InterruptedException {
        ObjectNode post = posts.of(note).put("channel_id", channel);
        if (thread != null) {
            post.put("root_id", thread);
        }
        ((ObjectNode) post.path("props")).put(MARK, mark);
        return switch (api.send("POST", "posts", post)) {
            case Done done -> new There(done.body().path("id").asText());
            case NotNow not -> not.later();
            case No no -> no.error().equals(NO_SUCH_THREAD) ? new Absent() : refused(no);
        };
    }

    @Override
    public Outcome edit(String message, Note note) throws InterruptedException {
        if (message.isEmpty()) {
            return new Absent();
        }
        return switch (api.send("PUT", "posts/" + message + "/patch", posts.of(note))) {
            case Done done -> new There(message);
            case NotNow not -> not.later();
            // To a post that was deleted it answers as to one that may not be changed.
            case No no ->
                no.status() == NOT_FOUND || no.status() == FORBIDDEN ? goneOr(message, refused(no)) : refused(no);
        };
    }

    private Outcome goneOr(String message, Outcome otherwise) throws InterruptedException {
        return switch (api.get("posts/" + message)) {
            case Done done -> done.body().path("delete_at").asLong() > 0 ? new Absent() : otherwise;
            case NotNow not -> not.later();
            case No no -> no.status() == NOT_FOUND && !no.error().isEmpty() ? new Absent() : otherwise;
        };
    }

    @Override
    public Outcome find(@Nullable String thread, String mark, Instant since) throws InterruptedException {
        return thread == null ? inChannel(mark, since.minus(CLOCKS).toEpochMilli()) : inThread(thread, mark);
    }

    private Outcome inChannel(String mark, long earliest) throws InterruptedException {
        for (int portion = 0; portion < PORTIONS; portion++) {
            switch (api.get("channels/" + channel + "/posts?page=" + portion + "&per_page=" + PORTION)) {
                case Done done -> {
                    JsonNode order = done.body().path("order");
                    Optional<String> found = marked(done.body(), mark);
                    if (found.isPresent()) {
                        return new There(found.get());
                    }
                    JsonNode oldest = done.body()
                            .path("posts")
                            .path(order.path(order.size() - 1).asText());
                    if (order.size() < PORTION || oldest.path("create_at").asLong() < earliest) {
                        return new Absent();
                    }
                }
                case NotNow not -> {
                    return not.later();
                }
                case No no -> {
                    return no.later();
                }
            }
        }
        return new Later("more was written in the channel than is searched for a message", Optional.empty());
    }

    private Outcome inThread(String thread, String mark) throws InterruptedException {
        return switch (api.get("posts/" + thread + "/thread")) {
            case Done done -> marked(done.body(), mark).<Outcome>map(There::new).orElseGet(Absent::new);
            case NotNow not -> not.later();
            case No no -> no.status() == NOT_FOUND && !no.error().isEmpty() ? new Absent() : no.later();
        };
    }

    private static Optional<String> marked(JsonNode list, String mark) {
        for (JsonNode id : list.path("order")) {
            JsonNode post = list.path("posts").path(id.asText());
            if (mark.equals(post.path("props").path(MARK).asText())
                    && post.path("delete_at").asLong() == 0) {
                return Optional.of(id.asText());
            }
        }
        return Optional.empty();
    }

    private static Outcome refused(No no) {
        return OF_THE_POST.contains(no.error()) || no.error().startsWith(NO_VALID_POST)
                ? new Never("Mattermost says " + no.error())
                : no.later();
    }
}
