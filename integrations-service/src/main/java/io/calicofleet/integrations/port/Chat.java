package io.calicofleet.integrations.port;

import static java.util.Objects.requireNonNull;

import io.calicofleet.integrations.core.chat.Note;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A room of a chat. What it is told it shows as plain text. */
public interface Chat {

    /** The room, as the chat knows it; no other chat has one of the same name. */
    String room();

    /** Whether what stands there can be changed; where it cannot, {@link #edit} is not asked for, and what has changed is said anew. */
    boolean changes();

    /**
     * Posts a message. Posted twice it stands there twice; {@link #find} tells whether it was.
     *
     * @param thread the message under which it stands; null: it begins a thread
     * @param campaign the name of the campaign it is of
     * @param mark by which it can be found
     * @return the message that was posted
     */
    Outcome post(@Nullable String thread, String campaign, Note note, String mark) throws InterruptedException;

    /** Changes a message; once or twice is the same. */
    Outcome edit(String message, Note note) throws InterruptedException;

    /**
     * Finds a message by its mark.
     *
     * @param thread where it would stand; null: it would begin a thread
     * @param since when it was posted at the earliest
     * @return the message, or {@link Absent}; that too where nothing can be found in this chat, which is so told twice at worst
     */
    Outcome find(@Nullable String thread, String mark, Instant since) throws InterruptedException;

    /** What came of it. */
    sealed interface Outcome {}

    /**
     * It is there.
     *
     * @param message by which the chat knows it
     */
    record There(String message) implements Outcome {
        public There {
            requireNonNull(message, "message");
        }
    }

    /** There is no such message, or no more. */
    record Absent() implements Outcome {}

    /**
     * Not now.
     *
     * @param reason why
     * @param earliest how long the chat asked to be left alone; empty: it did not say
     */
    record Later(String reason, Optional<Duration> earliest) implements Outcome {
        public Later {
            requireNonNull(reason, "reason");
        }
    }

    /**
     * This message never.
     *
     * @param reason why
     */
    record Never(String reason) implements Outcome {
        public Never {
            requireNonNull(reason, "reason");
        }
    }
}
