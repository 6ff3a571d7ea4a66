package io.calicofleet.integrations.adapter.slack;

import static java.util.Objects.requireNonNull;

import com.slack.api.methods.MethodsClient;
import com.slack.api.methods.SlackApiException;
import com.slack.api.methods.SlackApiTextResponse;
import com.slack.api.methods.response.chat.ChatPostMessageResponse;
import com.slack.api.methods.response.conversations.ConversationsHistoryResponse;
import com.slack.api.methods.response.conversations.ConversationsRepliesResponse;
import com.slack.api.model.Message;
import io.calicofleet.integrations.core.chat.Note;
import io.calicofleet.integrations.port.Chat;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A channel of Slack. Messages carry their mark as metadata, which people do not see and the channel's history has. */
final class SlackChat implements Chat {

    private static final String EVENT = "calico_fleet_note";
    private static final String MARK = "mark";
    private static final int PORTION = 200;
    private static final int PORTIONS = 20;
    private static final int TOO_MANY = 429;
    private static final int FAILED = 500;
    private static final Duration CLOCKS = Duration.ofMinutes(5);
    private static final Duration MENDED_BY_PEOPLE = Duration.ofMinutes(1);
    private static final Duration ASKED_WITHOUT_SAYING = Duration.ofSeconds(30);
    private static final Duration LONGEST_ASKED = Duration.ofHours(1);

    /** That of the message alone; whatever else is wrong is wrong with channel, token or Slack, and may be put right. */
    private static final Set<String> OF_THE_MESSAGE = Set.of(
            "invalid_blocks",
            "invalid_blocks_format",
            "msg_too_long",
            "msg_blocks_too_long",
            "no_text",
            "metadata_too_large",
            "edit_window_closed",
            "cant_update_message");

    private static final Set<String> GONE = Set.of("message_not_found", "thread_not_found");

    private final MethodsClient slack;
    private final String channel;

    /** That of a client with its token. */
    SlackChat(MethodsClient slack, String channel) {
        this.slack = requireNonNull(slack, "slack");
        this.channel = requireNonNull(channel, "channel");
    }

    private interface Call<T extends SlackApiTextResponse> {
        T ask() throws IOException, SlackApiException;
    }

    private interface Read<T> {
        Outcome of(T answer);
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
    public Outcome post(@Nullable String thread, String campaign, Note note, String mark) {
        return ask(
                () -> slack.chatPostMessage(message -> message.channel(channel)
                        .threadTs(thread)
                        .text(SlackBlocks.fallback(note))
                        .blocks(SlackBlocks.of(note))
                        .parse("none")
                        .linkNames(false)
                        .unfurlLinks(false)
                        .unfurlMedia(false)
                        .metadata(Message.Metadata.builder()
                                .eventType(EVENT)
                                .eventPayload(Map.of(MARK, mark))
                                .build())),
                (ChatPostMessageResponse answer) -> new There(answer.getTs()));
    }

    @Override
    public Outcome edit(String message, Note note) {
        if (message.isEmpty()) {
            return new Absent();
        }
        return ask(
                () -> slack.chatUpdate(change -> change.channel(channel)
                        .ts(message)
                        .text(SlackBlocks.fallback(note))
                        .blocks(SlackBlocks.of(note))
                        .parse("none")
                        .linkNames(false)),
                answer -> new There(message));
    }

    @Override
    public Outcome find(@Nullable String thread, String mark, Instant since) {
        String oldest = since.minus(CLOCKS).getEpochSecond() + ".000000";
        String cursor = "";
        for (int portion = 0; portion < PORTIONS; portion++) {
            String from = cursor;
            Page page = new Page();
            Outcome outcome = thread == null
                    ? ask(
                            () -> slack.conversationsHistory(history -> history.channel(channel)
                                    .oldest(oldest)
                                    .includeAllMetadata(true)
                                    .cursor(from)
                                    .limit(PORTION)),
                            (ConversationsHistoryResponse answer) -> page.read(
                                    answer.getMessages(),
                                    answer.getResponseMetadata() == null
                                            ? null
                                            : answer.getResponseMetadata().getNextCursor(),
                                    mark))
                    : ask(
                            () -> slack.conversationsReplies(replies -> replies.channel(channel)
                                    .ts(thread)
                                    .oldest(oldest)
                                    .includeAllMetadata(true)
                                    .cursor(from)
                                    .limit(PORTION)),
                            (ConversationsRepliesResponse answer) -> page.read(
                                    answer.getMessages(),
                                    answer.getResponseMetadata() == null
                                            ? null
                                            : answer.getResponseMetadata().getNextCursor(),
                                    mark));
            if (!(outcome instanceof Absent) || page.next.isEmpty()) {
                return outcome;
            }
            cursor = page.next;
        }
        return new Later("more was written in the channel than is searched for a message", Optional.empty());
    }

    /** A page of messages. */
    private static final class Page {

        private String next = "";

        private Outcome read(@Nullable List<Message> messages, @Nullable String cursor, String mark) {
            next = cursor == null ? "" : cursor;
            return (messages == null ? List.<Message>of() : messages)
                    .stream()
                            .filter(message -> message.getMetadata() != null
                                    && EVENT.equals(message.getMetadata().getEventType())
                                    && message.getMetadata().getEventPayload() != null
                                    && mark.equals(message.getMetadata()
                                            .getEventPayload()
                                            .get(MARK)))
                            .findFirst()
                            .<Outcome>map(message -> new There(message.getTs()))
                            .orElseGet(Absent::new);
        }
    }

    private <T extends SlackApiTextResponse> Outcome ask(Call<T> call, Read<T> read) {
        try {
            T answer = call.ask();
            return answer.isOk() ? read.of(answer) : refused(String.valueOf(answer.getError()), answer.getNeeded());
        } catch (SlackApiException e) {
            int status = e.getResponse().code();
            return status == TOO_MANY
                    ? new Later("Slack asks to be left alone for a while", Optional.of(retryAfter(e)))
                    : new Later(
                            "Slack answered " + status,
                            status >= FAILED ? Optional.empty() : Optional.of(MENDED_BY_PEOPLE));
        } catch (IOException e) {
            // Its message has an address at most, never what was asked.
            return new Later("Slack cannot be asked: " + e.getMessage(), Optional.empty());
        }
    }

    private static Outcome refused(String error, @Nullable String needed) {
        if (GONE.contains(error)) {
            return new Absent();
        }
        if (OF_THE_MESSAGE.contains(error)) {
            return new Never("Slack says " + error);
        }
        return new Later(
                "Slack says " + error
                        + (needed == null || needed.isBlank() ? "" : "; the app needs the scope " + needed),
                Optional.of(error.equals("ratelimited") ? ASKED_WITHOUT_SAYING : MENDED_BY_PEOPLE));
    }

    private static Duration retryAfter(SlackApiException e) {
        String seconds = e.getResponse().header("Retry-After");
        if (seconds == null || !seconds.matches("[0-9]{1,9}")) {
            return ASKED_WITHOUT_SAYING;
        }
        Duration asked = Duration.ofSeconds(Long.parseLong(seconds));
        return asked.compareTo(LONGEST_ASKED) > 0 ? LONGEST_ASKED : asked;
    }
}
