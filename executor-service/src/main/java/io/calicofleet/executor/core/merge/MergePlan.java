package io.calicofleet.executor.core.merge;

import io.calicofleet.event.Customisation;
import io.calicofleet.event.FieldConflict;
import java.util.List;

/**
 * What the merge made of a whole manifest.
 *
 * @param objects the objects, in the order they are to be applied; obsolete ones last
 */
public record MergePlan(List<MergedObject> objects) {

    public MergePlan {
        objects = List.copyOf(objects);
    }

    /** The objects to write, in the order to write them. */
    public List<MergedObject> changes() {
        return objects.stream().filter(MergedObject::changes).toList();
    }

    /** Everything people changed. */
    public List<Customisation> customisations() {
        return objects.stream()
                .flatMap(object -> object.customisations().stream())
                .toList();
    }

    /** Everything nobody has decided yet; no object may be written while there is any. */
    public List<FieldConflict> conflicts() {
        return objects.stream().flatMap(object -> object.conflicts().stream()).toList();
    }

    /** Everything a person should know. */
    public List<String> notes() {
        return objects.stream()
                .flatMap(object ->
                        object.notes().stream().map(note -> object.key().object() + ": " + note))
                .toList();
    }

    /** What becomes of the images, a line each. */
    public List<String> images() {
        return objects.stream()
                .flatMap(object ->
                        object.images().stream().map(line -> object.key().object() + ": " + line))
                .toList();
    }
}
