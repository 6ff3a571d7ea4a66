package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

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
 */
public record FieldConflict(
        String object,
        String path,
        String base,
        String mine,
        String target,
        @Nullable String why,
        List<OnConflict> answers) {

    public FieldConflict {
        requireNonNull(object, "object");
        requireNonNull(path, "path");
        requireNonNull(base, "base");
        requireNonNull(mine, "mine");
        requireNonNull(target, "target");
        answers = Copies.list(answers);
    }

    /** A field for which either answer can succeed. */
    public FieldConflict(String object, String path, String base, String mine, String target) {
        this(object, path, base, mine, target, null, List.of());
    }

    /** Whether this answer can succeed. */
    public boolean takes(OnConflict answer) {
        return answer != OnConflict.HOLD && (answers.isEmpty() || answers.contains(answer));
    }
}
