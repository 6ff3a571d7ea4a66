package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What a plan makes of one object.
 *
 * @param step the kind of the step that writes it
 * @param action what is done with it
 * @param object the object, as kind namespace/name
 * @param fields what changes in it; not all of them where {@code more} says so
 * @param more how many fields more change
 * @param before stands for how it is; empty where it is not there
 * @param after stands for how it will be; empty where it goes
 */
public record PlannedWrite(
        StepKind step,
        PlannedAction action,
        String object,
        List<FieldChange> fields,
        int more,
        String before,
        String after) {

    public PlannedWrite {
        requireNonNull(step, "step");
        requireNonNull(action, "action");
        requireNonNull(object, "object");
        fields = Copies.list(fields);
        requireNonNull(before, "before");
        requireNonNull(after, "after");
    }
}
