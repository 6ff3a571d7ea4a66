package io.calicofleet.executor.adapter.calico;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.datastore.PolicyNames;
import io.calicofleet.executor.core.datastore.StoredForm;
import io.calicofleet.executor.port.ClusterApi;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The Kubernetes datastore by its own definitions, {@code crd.projectcalico.org/v1}: for clusters whose API server does
 * not serve {@code projectcalico.org/v3}. Writes bypass the checks and defaults of Calico's clients, so resources have to
 * be complete.
 */
public final class CrdDatastore extends KubernetesDatastore {

    private final Supplier<CalicoVersion> version;

    /**
     * The datastore of a cluster.
     *
     * @param version the oldest that runs, asked for at every use, as it changes during an upgrade
     */
    public CrdDatastore(ClusterApi cluster, Supplier<CalicoVersion> version) {
        super(cluster, StoredForm.STORED);
        this.version = requireNonNull(version, "version");
    }

    @Override
    ObjectNode toV3(CalicoKind kind, ObjectNode stored) {
        return StoredForm.toV3(kind, stored, version.get());
    }

    @Override
    ObjectNode toStored(CalicoKind kind, ObjectNode resource, @Nullable ObjectNode present) {
        return StoredForm.toStored(kind, resource, present, version.get());
    }

    @Override
    String storedName(CalicoKind kind, ObjectNode resource) {
        return PolicyNames.stored(kind, resource, version.get());
    }

    @Override
    List<String> names(CalicoKind kind, String name) {
        return PolicyNames.candidates(kind, name, version.get());
    }
}
