package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A field that a person has to decide about: the cluster has it otherwise than the release installed and than the target
 * release, and neither can be taken without losing something. Values that may be secret are hidden.
 *
 * @param object the object, as kind namespace/name
 * @param path the field in it, list entries by their merge key
 * @param base what the release installed says, as JSON; empty where absent
 * @param mine what the cluster has, as JSON; empty where absent
 * @param target what the target release says, as JSON; empty where absent
 * @param why why it has to be asked, a sentence; null from senders that do not say
 * @param answers the answers that can succeed, keep-mine, take-new or both; empty from senders that do not say: both
 * @param id stands for the object, the field and the three values: an answer names it; null from senders that do not say
 */
public record FieldConflict(
        String object,
        String path,
        String base,
        String mine,
        String target,
        @Nullable String why,
        List<OnConflict> answers,
        @Nullable String id) {

    private static final int ID_BYTES = 4;

    public FieldConflict {
        requireNonNull(object, "object");
        requireNonNull(path, "path");
        requireNonNull(base, "base");
        requireNonNull(mine, "mine");
        requireNonNull(target, "target");
        answers = Copies.list(answers);
    }

    /** A field with the answers that can succeed. */
    public FieldConflict(
            String object,
            String path,
            String base,
            String mine,
            String target,
            @Nullable String why,
            List<OnConflict> answers) {
        this(object, path, base, mine, target, why, answers, idOf(object, path, base, mine, target));
    }

    /** A field for which either answer can succeed. */
    public FieldConflict(String object, String path, String base, String mine, String target) {
        this(object, path, base, mine, target, null, List.of());
    }

    /** What an answer names: another one where a value has changed since. */
    public String question() {
        return id == null ? idOf(object, path, base, mine, target) : id;
    }

    /** Whether this answer can succeed. */
    public boolean takes(OnConflict answer) {
        return answer != OnConflict.HOLD && (answers.isEmpty() || answers.contains(answer));
    }

    /** The first 32 bits of a SHA-256, in hexadecimal. */
    private static String idOf(String... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, ID_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
