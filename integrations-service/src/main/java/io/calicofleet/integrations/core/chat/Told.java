package io.calicofleet.integrations.core.chat;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What has been said of a campaign. It is kept where a restart finds it.
 *
 * @param thread the message with which the thread begins; null: there is none yet
 * @param said the messages, by the keys of their notes
 * @param saying what was about to be posted when this was kept: whether it was is not known
 */
public record Told(
        @Nullable String thread,
        Map<String, Said> said,
        @Nullable Saying saying) {

    /** Nothing. */
    public static final Told NOTHING = new Told(null, Map.of(), null);

    public Told {
        said = said == null ? Map.of() : Map.copyOf(said);
    }

    /**
     * A message.
     *
     * @param message by which the chat knows it
     * @param content what stands for all it says
     * @param headline of it
     */
    public record Said(String message, String content, String headline) {
        public Said {
            requireNonNull(message, "message");
            requireNonNull(content, "content");
            requireNonNull(headline, "headline");
        }
    }

    /**
     * That something is being posted.
     *
     * @param key of its note
     * @param mark by which the message can be found
     * @param at since when
     */
    public record Saying(String key, String mark, Instant at) {
        public Saying {
            requireNonNull(key, "key");
            requireNonNull(mark, "mark");
            requireNonNull(at, "at");
        }
    }

    /** What is to be said next. */
    public sealed interface Next {

        /** Whether a message with this mark was posted has to be found out. */
        record Find(Saying saying) implements Next {}

        /** A message is to be posted. */
        record Post(Note note) implements Next {}

        /** A message is to be changed. */
        record Edit(Note note, Said said) implements Next {}

        /** A message needs no more. */
        record Forget(String key) implements Next {}

        /** Nothing. */
        record Nothing() implements Next {}
    }

    /**
     * What is to be said next, the message of the campaign first where there is none, and last where it only changes.
     *
     * @param beside by key
     * @param mayEdit whether the message of the campaign may be changed again
     */
    public Next next(Note progress, Map<String, Note> beside, boolean mayEdit) {
        if (saying != null) {
            return new Next.Find(saying);
        }
        if (thread == null) {
            return new Next.Post(progress);
        }
        for (Note note : beside.values()) {
            Said before = said.get(note.key());
            if (before == null) {
                return new Next.Post(note);
            }
            if (!before.content().equals(note.content()) && !Note.isLasting(note.key())) {
                return new Next.Edit(note, before);
            }
        }
        for (Map.Entry<String, Said> one : said.entrySet()) {
            if (!one.getKey().equals(Note.PROGRESS) && !beside.containsKey(one.getKey())) {
                return Note.isLasting(one.getKey())
                        ? new Next.Forget(one.getKey())
                        : new Next.Edit(
                                Notes.settled(one.getKey(), one.getValue().headline()), one.getValue());
            }
        }
        Said before = said.get(Note.PROGRESS);
        return before != null && mayEdit && !Objects.equals(before.content(), progress.content())
                ? new Next.Edit(progress, before)
                : new Next.Nothing();
    }

    /**
     * What is to be said next where nothing that stands there can be changed: what is new, and now and then how the campaign goes.
     *
     * @param beside by key
     * @param mayTell whether it may be told again how the campaign goes
     */
    public Next nextAnew(Note progress, Map<String, Note> beside, boolean mayTell) {
        if (saying != null) {
            return new Next.Find(saying);
        }
        if (thread == null) {
            return new Next.Post(progress);
        }
        for (Note note : beside.values()) {
            if (!said.containsKey(note.key())) {
                return new Next.Post(note);
            }
        }
        for (String key : said.keySet()) {
            if (!key.equals(Note.PROGRESS) && !beside.containsKey(key)) {
                return new Next.Forget(key);
            }
        }
        Said before = said.get(Note.PROGRESS);
        return mayTell && (before == null || !before.content().equals(progress.content()))
                ? new Next.Post(progress)
                : new Next.Nothing();
    }

    /** The same, about to post this. */
    public Told posting(Note note, String mark, Instant now) {
        return new Told(thread, said, new Saying(note.key(), mark, now));
    }

    /** The same, after that was not posted. */
    public Told notPosted() {
        return new Told(thread, said, null);
    }

    /**
     * The same, after something was posted or changed.
     *
     * @param message by which the chat knows it
     * @param settled whether that is the last to be said of it
     */
    public Told with(Note note, String message, boolean settled) {
        Map<String, Said> now = new LinkedHashMap<>(said);
        if (settled) {
            now.remove(note.key());
        } else {
            now.put(note.key(), new Said(message, note.content(), note.headline()));
        }
        return new Told(note.key().equals(Note.PROGRESS) ? message : thread, now, null);
    }

    /** The same, after a message was found whose content nobody knows. */
    public Told found(Saying posted, String message) {
        Map<String, Said> now = new LinkedHashMap<>(said);
        now.put(posted.key(), new Said(message, "", ""));
        return new Told(posted.key().equals(Note.PROGRESS) ? message : thread, now, null);
    }

    /** The same without that message. */
    public Told without(String key) {
        Map<String, Said> now = new LinkedHashMap<>(said);
        now.remove(key);
        return new Told(thread, now, saying);
    }
}
