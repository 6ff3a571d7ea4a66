package io.calicofleet.executor.port;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.release.ObjectKey;
import java.util.Optional;

/**
 * What a step is in the middle of, so that whoever continues it can tell an object that the step itself has just deleted
 * to create it anew from one that a person deleted.
 */
public interface Intents {

    /** The object that was about to be created anew when the step was interrupted; empty where that is not so. */
    Optional<ObjectNode> recreating(ObjectKey key);

    /** Remembers, before its deletion, the object to create in the place of what is there. */
    void recreate(ObjectNode replacement);

    /** Forgets it, after its creation. */
    void recreated(ObjectKey key);
}
