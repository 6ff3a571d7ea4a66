package io.calicofleet.executor.adapter.calico;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.datastore.PolicyNames;
import io.calicofleet.executor.core.datastore.StoredForm;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.model.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Kubernetes datastore by {@code projectcalico.org/v3}, as Calico's own API server serves it, and v3.32
 * as definitions. Labels are plain labels there; only the names of policies are those of the server: with the
 * prefix of their tier up to v3.29.3 and, for old policies, at v3.30.0.
 */
public final class ServedDatastore extends KubernetesDatastore {

    /** The datastore of a cluster. */
    public ServedDatastore(ClusterApi cluster) {
        super(cluster, StoredForm.V3);
    }

    @Override
    ObjectNode toV3(CalicoKind kind, ObjectNode stored) {
        ObjectNode resource = stored.deepCopy();
        ObjectNode metadata = Json.child(resource, "metadata");
        metadata.remove("managedFields");
        if (kind.tiered()) {
            metadata.put("name", PolicyNames.called(name(stored), Json.text(stored.get("spec"), "tier")));
        }
        return resource;
    }

    @Override
    ObjectNode toStored(CalicoKind kind, ObjectNode resource, @Nullable ObjectNode present) {
        ObjectNode stored = resource.deepCopy();
        if (present != null) {
            Json.child(stored, "metadata").put("name", name(present));
        }
        return stored;
    }

    @Override
    String storedName(CalicoKind kind, ObjectNode resource) {
        return name(resource);
    }

    @Override
    List<String> names(CalicoKind kind, String name) {
        return PolicyNames.candidates(kind, name);
    }

    private static String name(JsonNode object) {
        return Json.text(object.get("metadata"), "name");
    }
}
