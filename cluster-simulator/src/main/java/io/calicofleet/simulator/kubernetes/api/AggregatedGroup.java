package io.calicofleet.simulator.kubernetes.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** A group that another API server answers for: it shows what the objects of definitions store, in a form of its own. */
public interface AggregatedGroup {

    /** The group it serves. */
    String group();

    /** The one version it serves. */
    String version();

    /** The group whose version v1 holds the stored objects. */
    String stored();

    /** Whether it shows the objects of a stored resource. */
    boolean serves(String plural);

    /** The form of the server that runs now. */
    Form form();

    /** How the server shows and stores objects. */
    interface Form {

        /** The object as clients see it. */
        ObjectNode shown(ObjectNode stored);

        /** The object to store; {@code present} is what is stored now, or null. */
        ObjectNode stored(ObjectNode shown, @Nullable ObjectNode present);

        /** The name that clients see. */
        String name(ObjectNode stored);
    }
}
