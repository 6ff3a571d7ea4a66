package io.calicofleet.integrations.adapter.mattermost;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.integrations.adapter.chat.Dialogue;
import io.calicofleet.integrations.adapter.chat.PlainText;
import io.calicofleet.integrations.core.chat.About;
import io.calicofleet.integrations.core.chat.Note;
import io.calicofleet.kafka.EventJson;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Posts and forms of Mattermost, within the limits that it documents. All text of others is escaped. */
final class MattermostPosts {

    static final String APPROVE = "approve";
    static final String REFUSE = "refuse";
    static final String REASON = "reason";
    static final String HOW = "how";

    private static final JsonMapper JSON = EventJson.mapper();
    private static final String BUTTON = "button";
    private static final String FORM = "form";
    private static final Duration FORM_LASTS = Duration.ofHours(1);
    private static final int HEADLINE = 500;
    private static final int LINES = 30;
    private static final int LINES_LETTERS = 10_000;
    private static final int REMARKS = 10;
    private static final int REMARKS_LETTERS = 4000;
    private static final int LONGEST_REASON = 1000;

    private final @Nullable URI callback;
    private final @Nullable Seal seal;

    /**
     * Those by which people can act.
     *
     * @param callback where Mattermost reaches the integrations, with a slash at its end; null, as the seal: there are no buttons
     */
    MattermostPosts(@Nullable URI callback, @Nullable Seal seal) {
        this.callback = callback;
        this.seal = seal;
    }

    /**
     * What a button is for.
     *
     * @param action {@link #APPROVE} or {@link #REFUSE}
     */
    record Press(String action, About about) {}

    /**
     * What a form is for: it counts for whom it was opened.
     *
     * @param user their id
     * @param until when it is no longer taken
     */
    record Form(String action, About about, String user, Instant until) {}

    /** A post, without its channel. */
    ObjectNode of(Note note) {
        ObjectNode post = JSON.createObjectNode();
        String headline = "#### " + MattermostText.of(note.headline(), HEADLINE);
        String lines = MattermostText.lines(note.lines().stream().limit(LINES).toList(), LINES_LETTERS);
        String remarks =
                MattermostText.lines(note.remarks().stream().limit(REMARKS).toList(), REMARKS_LETTERS);
        post.put(
                "message",
                String.join("\n\n", List.of(headline, lines, remarks)).strip());
        // Where there are none, those of before go.
        ArrayNode attachments = post.putObject("props").putArray("attachments");
        About asks = note.asks();
        if (asks != null && callback != null && seal != null) {
            ObjectNode attachment = attachments.addObject().put("fallback", "Approve or refuse");
            ArrayNode actions = attachment.putArray("actions");
            actions.add(button(APPROVE, "Approve …", "good", asks, callback, seal));
            actions.add(button(REFUSE, "Refuse …", "danger", asks, callback, seal));
        }
        return post;
    }

    private static ObjectNode button(String action, String name, String style, About about, URI callback, Seal seal) {
        ObjectNode button = JSON.createObjectNode()
                .put("id", action)
                .put("type", "button")
                .put("name", name)
                .put("style", style);
        button.putObject("integration")
                .put("url", callback.resolve("mattermost/press").toString())
                .putObject("context")
                .put(BUTTON, seal.seal(BUTTON, new Press(action, about)));
        return button;
    }

    /** What a pressed button is for; empty where it is none of ours. */
    static Optional<Press> press(Seal seal, String sealed) {
        return seal.open(BUTTON, sealed, Press.class);
    }

    /** The key of the context that has it. */
    static String pressKey() {
        return BUTTON;
    }

    /** The request that opens a form. */
    static ObjectNode form(Seal seal, URI callback, String trigger, Form form, List<String> lines) {
        boolean approves = form.action().equals(APPROVE);
        ObjectNode request = JSON.createObjectNode()
                .put("trigger_id", trigger)
                .put("url", callback.resolve("mattermost/submit").toString());
        ObjectNode dialog = request.putObject("dialog")
                .put("callback_id", form.action())
                .put("title", "calico-fleet")
                .put("introduction_text", MattermostText.lines(lines, LINES_LETTERS))
                .put("submit_label", approves ? "Approve" : "Refuse")
                .put("notify_on_cancel", false)
                .put("state", seal.seal(FORM, form));
        ArrayNode elements = dialog.putArray("elements");
        if (!approves) {
            ObjectNode how = elements.addObject()
                    .put("display_name", "And the campaign")
                    .put("name", HOW)
                    .put("type", "radio")
                    .put("default", Dialogue.PAUSE)
                    .put("help_text", "Nothing is approved. Paused, nothing new starts; aborted, it is over for good.");
            how.putArray("options")
                    .add(JSON.createObjectNode().put("text", "is paused").put("value", Dialogue.PAUSE))
                    .add(JSON.createObjectNode().put("text", "is aborted").put("value", Dialogue.ABORT));
        }
        elements.addObject()
                .put("display_name", "Why?")
                .put("name", REASON)
                .put("type", "textarea")
                .put("max_length", LONGEST_REASON)
                .put("help_text", "People will read it with the campaign.");
        return request;
    }

    /** A form for somebody, from now on. */
    static Form form(String action, About about, String user, Instant now) {
        return new Form(action, about, user, now.plus(FORM_LASTS));
    }

    /** What a submitted form is for; empty where it is none of ours, of somebody else, or too old. */
    static Optional<Form> submitted(Seal seal, String sealed, String user, Instant now) {
        return seal.open(FORM, sealed, Form.class)
                .filter(form -> form.user().equals(user) && now.isBefore(form.until()));
    }

    /** Lines that one person sees. */
    static String whisper(List<String> lines) {
        return MattermostText.lines(lines, LINES_LETTERS);
    }

    /** What a form shows as wrong. */
    static String error(String text) {
        return PlainText.of(text, LONGEST_REASON);
    }
}
