package io.calicofleet.executor.core.detect;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import java.util.Collection;
import java.util.List;

/**
 * Objects that a resource of {@code projectcalico.org/v3} owns. The uids of all those resources change with v3.28, and the
 * garbage collector then deletes what refers to the old ones.
 *
 * <p>Told of what an inspection reads anyway: workloads, pods, jobs, Calico's own resources and, where the aggregated API
 * is there for somebody to learn such a uid from, ConfigMaps and Services of all namespaces. Secrets are not read for it.
 */
public final class OwnerReferences {

    private static final String V3 = "projectcalico.org/v3";

    private OwnerReferences() {}

    /** Those objects, as kind namespace/name with what owns them. */
    public static List<String> ofCalico(Collection<? extends JsonNode> objects) {
        return objects.stream()
                .flatMap(object -> Json.elements(object.at("/metadata/ownerReferences"))
                        .filter(owner -> Json.text(owner, "apiVersion").equals(V3))
                        .map(owner -> ClusterSnapshot.name(object) + ", owned by " + Json.text(owner, "kind") + " "
                                + Json.text(owner, "name")))
                .distinct()
                .sorted()
                .toList();
    }
}
