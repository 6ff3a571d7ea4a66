package io.calicofleet.executor.work;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.step.ClusterApi;
import io.calicofleet.executor.core.step.ResourceRef;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Sees to it that what undoes a write is recorded before it is made. Whatever a step writes goes through here. */
final class RecordedCluster extends ForwardingCluster {

    private final Consumer<ResourceRef> record;
    private final Set<ResourceRef> recorded = new HashSet<>();

    /**
     * A recorder around a cluster.
     *
     * @param record makes sure that the object as it was before the campaign is kept
     */
    RecordedCluster(ClusterApi cluster, Consumer<ResourceRef> record) {
        super(cluster);
        this.record = requireNonNull(record, "record");
    }

    @Override
    protected <T> T read(String what, Supplier<T> call) {
        return call.get();
    }

    @Override
    protected <T> T write(ObjectNode object, Supplier<T> call) {
        ResourceRef ref = ResourceRef.of(object);
        if (!recorded.contains(ref)) {
            record.accept(ref);
            recorded.add(ref);
        }
        return call.get();
    }
}
