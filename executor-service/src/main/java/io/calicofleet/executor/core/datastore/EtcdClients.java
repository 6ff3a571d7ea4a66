package io.calicofleet.executor.core.datastore;

/** Makes clients of etcds, and keeps them for as long as their cluster is served. */
public interface EtcdClients extends AutoCloseable {

    /** The datastore of the etcd behind {@code access}. Connects at the first request only. */
    CalicoDatastore open(EtcdAccess access);

    /** Ends all connections. */
    @Override
    void close();
}
