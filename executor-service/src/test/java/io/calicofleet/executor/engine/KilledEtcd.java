package io.calicofleet.executor.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.port.CalicoDatastore;
import java.util.function.Supplier;

/** Ends the process that is not one, before or after its first write to etcd. */
final class KilledEtcd extends ForwardingDatastore {

    private final boolean before;

    KilledEtcd(CalicoDatastore calico, boolean before) {
        super(calico);
        this.before = before;
    }

    @Override
    protected <T> T read(String what, Supplier<T> call) {
        return call.get();
    }

    @Override
    protected <T> T write(ObjectNode resource, Supplier<T> call) {
        if (!before) {
            T unused = call.get();
        }
        throw new Killer.Killed("etcd");
    }
}
