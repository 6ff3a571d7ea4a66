package io.calicofleet.simulator.kubernetes.api;

import io.calicofleet.simulator.kubernetes.resource.KubernetesVersion;
import io.calicofleet.simulator.kubernetes.resource.TypeRegistry;
import io.calicofleet.simulator.kubernetes.store.ObjectStore;

/** What the parts of one simulated cluster share: its objects and the types it serves. */
public final class Cluster {

    private final String id;
    private final ObjectStore store = new ObjectStore();
    private final TypeRegistry types;

    public Cluster(String id, KubernetesVersion version) {
        this.id = id;
        this.types = new TypeRegistry(version);
    }

    /** Its id. */
    public String id() {
        return id;
    }

    /** Its objects. */
    public ObjectStore store() {
        return store;
    }

    /** The types it serves. */
    public TypeRegistry types() {
        return types;
    }
}
