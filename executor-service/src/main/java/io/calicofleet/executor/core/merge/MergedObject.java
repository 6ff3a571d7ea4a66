package io.calicofleet.executor.core.merge;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.Customisation;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.model.release.ObjectKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the merge made of one object.
 *
 * @param key the object
 * @param action what is to be done with it
 * @param manifest what a person would {@code kubectl apply} from now on; null where nothing is to be written
 * @param write the whole object to create or to PUT, last-applied annotation included; null where nothing is to be
 *     written. Its resourceVersion is that of the live object
 * @param customisations what people changed and the merge kept
 * @param conflicts what people and the target changed both, and nobody has decided
 * @param resolved conflicts that the campaign's rule decided
 * @param notes what a person should know of it
 */
public record MergedObject(
        ObjectKey key,
        MergeAction action,
        @Nullable ObjectNode manifest,
        @Nullable ObjectNode write,
        List<Customisation> customisations,
        List<FieldConflict> conflicts,
        List<FieldConflict> resolved,
        List<String> notes) {

    public MergedObject {
        requireNonNull(key, "key");
        requireNonNull(action, "action");
        customisations = List.copyOf(customisations);
        conflicts = List.copyOf(conflicts);
        resolved = List.copyOf(resolved);
        notes = List.copyOf(notes);
    }

    /** Whether something is to be written. */
    public boolean changes() {
        return switch (action) {
            case CREATE, UPDATE, RECREATE -> true;
            case NONE, LEAVE_DELETED, OBSOLETE -> false;
        };
    }

    /** Without the objects: one may be a Secret. */
    @Override
    public String toString() {
        return action + " " + key.object();
    }
}
