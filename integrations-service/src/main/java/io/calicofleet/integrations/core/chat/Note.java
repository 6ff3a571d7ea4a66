package io.calicofleet.integrations.core.chat;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that is said in a thread. It is plain text: whoever shows it sees to it that nothing in it has a meaning to the chat.
 *
 * @param key by which it is known again; the message of the campaign itself has {@link #PROGRESS}
 * @param headline what it is, in a few words
 * @param lines what is so, a sentence each
 * @param remarks smaller than these
 * @param asks what somebody is asked to decide by it; null: nothing
 */
public record Note(
        String key,
        String headline,
        List<String> lines,
        List<String> remarks,
        @Nullable About asks) {

    /** The key of the message with which the thread of a campaign begins. */
    public static final String PROGRESS = "progress";

    private static final String LASTING = "lasting/";

    public Note {
        requireNonNull(key, "key");
        requireNonNull(headline, "headline");
        lines = List.copyOf(lines);
        remarks = List.copyOf(remarks);
    }

    /** One that stays as it is, when what it tells has passed. */
    static Note lasting(String key, String headline, List<String> lines) {
        return new Note(LASTING + key, headline, lines, List.of(), null);
    }

    static boolean isLasting(String key) {
        return key.startsWith(LASTING);
    }

    /** What stands for all it says: it is said anew where that is another. */
    String content() {
        String all = String.join("\u0000", headline, String.join("\n", lines), String.join("\n", remarks), "" + asks);
        return UUID.nameUUIDFromBytes(all.getBytes(StandardCharsets.UTF_8)).toString();
    }
}
