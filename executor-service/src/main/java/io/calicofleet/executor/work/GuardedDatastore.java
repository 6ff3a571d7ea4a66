package io.calicofleet.executor.work;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.datastore.CalicoDatastore;
import java.util.function.Supplier;

/** The fence and the patience of a step, around a datastore that is not reached through the API server. */
final class GuardedDatastore extends ForwardingDatastore {

    private final Runnable fence;
    private final Patience patience;

    /**
     * A guard around a datastore.
     *
     * @param fence throws where there must be no more writes
     */
    GuardedDatastore(CalicoDatastore calico, Runnable fence, Patience patience) {
        super(calico);
        this.fence = requireNonNull(fence, "fence");
        this.patience = requireNonNull(patience, "patience");
    }

    @Override
    protected <T> T read(String what, Supplier<T> call) {
        return patience.with(what, call);
    }

    @Override
    protected <T> T write(ObjectNode resource, Supplier<T> call) {
        return patience.with(resource.path("kind").asText(), () -> {
            fence.run();
            return call.get();
        });
    }
}
