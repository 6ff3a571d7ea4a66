package io.calicofleet.executor.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.port.ClusterApi;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Ends the process that is not one, before or after its first write that is not to the journal. */
final class Killer extends ForwardingCluster {

    private final boolean before;
    private final Predicate<ObjectNode> let;

    Killer(ClusterApi cluster, boolean before) {
        this(cluster, before, object -> false);
    }

    /** One that lets some writes be. */
    Killer(ClusterApi cluster, boolean before, Predicate<ObjectNode> let) {
        super(cluster);
        this.before = before;
        this.let = let;
    }

    /** What no step can catch: it stands for the end of the process. The message names the object it was writing. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1;

        Killed(String object) {
            super(object);
        }
    }

    @Override
    protected <T> T read(String what, Supplier<T> call) {
        return call.get();
    }

    @Override
    protected <T> T write(ObjectNode object, Supplier<T> call) {
        String name = object.at("/metadata/name").asText();
        if (name.equals("calico-fleet") || let.test(object)) {
            return call.get();
        }
        String what = object.path("kind").asText() + " " + name;
        if (!before) {
            T unused = call.get();
        }
        throw new Killed(what);
    }
}
