package io.calicofleet.simulator.kubernetes.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import org.jspecify.annotations.Nullable;

/**
 * A change of one object.
 *
 * @param type what happened
 * @param resource of what resource
 * @param key which object
 * @param object as it is now, or was last; carries the event's resource version
 * @param previous as it was before; null where it was not there
 * @param version the resource version of the change
 */
public record StoreEvent(
        Type type,
        GroupResource resource,
        ObjectKey key,
        ObjectNode object,
        @Nullable ObjectNode previous,
        long version) {

    /** What happened, by the names of the watch API. */
    public enum Type {
        ADDED,
        MODIFIED,
        DELETED
    }
}
