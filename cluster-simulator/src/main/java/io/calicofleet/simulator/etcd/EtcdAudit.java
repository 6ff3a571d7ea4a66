package io.calicofleet.simulator.etcd;

/** Is told what clients write; what the cluster itself writes is not told. */
@FunctionalInterface
public interface EtcdAudit {

    /**
     * Called while the store is locked: must not block.
     *
     * @param verb create, update or delete
     * @param revision of the key from then on; where the same value was there before, the one that it had
     */
    void written(String verb, String key, long revision);
}
