package io.calicofleet.executor.core.plan;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.merge.MergedObject;
import org.jspecify.annotations.Nullable;

/**
 * What a plan makes of one object.
 *
 * @param merged what is to be done with it
 * @param before how the cluster had it when the plan was made; null where it had none, or nothing is to be done with it
 */
public record PlannedObject(MergedObject merged, @Nullable ObjectNode before) {

    public PlannedObject {
        requireNonNull(merged, "merged");
    }

    /** Without the objects: one may be a Secret. */
    @Override
    public String toString() {
        return merged.toString();
    }
}
