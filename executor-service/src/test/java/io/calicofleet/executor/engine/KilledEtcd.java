package io.calicofleet.executor.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.port.CalicoDatastore;
import java.util.function.Supplier;

/** Ends the process that is not one, before or after one of its first writes to etcd. */
final class KilledEtcd extends ForwardingDatastore {

    private final Killer.At at;

    KilledEtcd(CalicoDatastore calico, Killer.At at) {
        super(calico);
        this.at = at;
    }

    @Override
    protected <T> T read(String what, Supplier<T> call) {
        return call.get();
    }

    @Override
    protected <T> T write(ObjectNode resource, Supplier<T> call) {
        return at.write("etcd", call);
    }
}
