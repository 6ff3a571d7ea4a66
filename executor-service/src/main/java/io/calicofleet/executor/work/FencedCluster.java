package io.calicofleet.executor.work;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.step.ClusterApi;
import io.calicofleet.executor.core.step.HelmEngine;
import java.util.function.Supplier;

/** Looks before every write whether this executor still may. */
final class FencedCluster extends ForwardingCluster {

    private final Runnable fence;

    /**
     * A fence around a cluster.
     *
     * @param fence throws where there must be no more writes
     */
    FencedCluster(ClusterApi cluster, Runnable fence) {
        super(cluster);
        this.fence = requireNonNull(fence, "fence");
    }

    @Override
    protected <T> T read(String what, Supplier<T> call) {
        return call.get();
    }

    @Override
    protected <T> T write(ObjectNode object, Supplier<T> call) {
        fence.run();
        return call.get();
    }

    /** Helm writes on its own: the fence is looked at before it starts, and while it runs. */
    @Override
    public HelmEngine helm() {
        return super.helm().guarded(fence);
    }
}
