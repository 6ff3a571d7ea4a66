package io.calicofleet.executor.adapter.calico;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.executor.core.datastore.EtcdAccess;
import io.calicofleet.executor.port.CalicoDatastore;
import java.util.function.Supplier;

/** Makes clients of etcds, and keeps them for as long as their cluster is served. */
public interface EtcdClients extends AutoCloseable {

    /**
     * The datastore of the etcd behind {@code access}. Connects at the first request only.
     *
     * @param version the oldest version of Calico that runs, asked for where it decides how something is stored
     */
    CalicoDatastore open(EtcdAccess access, Supplier<CalicoVersion> version);

    /** Ends all connections. */
    @Override
    void close();
}
