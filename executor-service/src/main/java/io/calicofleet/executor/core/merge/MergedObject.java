package io.calicofleet.executor.core.merge;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.Customisation;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.model.release.ObjectKey;
import java.util.List;
import java.util.stream.Stream;
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
 * @param images what becomes of the images of its containers, a line each
 */
public record MergedObject(
        ObjectKey key,
        MergeAction action,
        @Nullable ObjectNode manifest,
        @Nullable ObjectNode write,
        List<Customisation> customisations,
        List<FieldConflict> conflicts,
        List<FieldConflict> resolved,
        List<String> notes,
        List<String> images) {

    public MergedObject {
        requireNonNull(key, "key");
        requireNonNull(action, "action");
        customisations = List.copyOf(customisations);
        conflicts = List.copyOf(conflicts);
        resolved = List.copyOf(resolved);
        notes = List.copyOf(notes);
        images = List.copyOf(images);
    }

    /** Without a word on images. */
    MergedObject(
            ObjectKey key,
            MergeAction action,
            @Nullable ObjectNode manifest,
            @Nullable ObjectNode write,
            List<Customisation> customisations,
            List<FieldConflict> conflicts,
            List<FieldConflict> resolved,
            List<String> notes) {
        this(key, action, manifest, write, customisations, conflicts, resolved, notes, List.of());
    }

    /** The same with something else to write. */
    public MergedObject withWrite(ObjectNode other) {
        return new MergedObject(key, action, manifest, other, customisations, conflicts, resolved, notes, images);
    }

    /** Whether something is to be written. */
    public boolean changes() {
        return switch (action) {
            case CREATE, UPDATE, RECREATE -> true;
            case NONE, LEAVE_DELETED, OBSOLETE -> false;
        };
    }

    /** The same with what else was found, and with what becomes of its images. */
    MergedObject with(Findings more, List<String> lines) {
        return new MergedObject(
                key,
                action,
                manifest,
                write,
                joined(customisations, more.customisations()),
                joined(conflicts, more.conflicts()),
                joined(resolved, more.resolved()),
                joined(notes, more.notes()),
                lines);
    }

    private static <T> List<T> joined(List<T> some, List<T> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    /** Without the objects: one may be a Secret. */
    @Override
    public String toString() {
        return action + " " + key.object();
    }
}
