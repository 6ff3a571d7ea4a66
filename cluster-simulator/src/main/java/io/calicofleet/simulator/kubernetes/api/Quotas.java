package io.calicofleet.simulator.kubernetes.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.store.ObjectStore;
import java.util.Map;

/** The ResourceQuotas of namespaces, as far as they count objects: {@code configmaps}, {@code count/daemonsets.apps}. */
final class Quotas {

    private static final GroupResource RESOURCE = new GroupResource("", "resourcequotas");

    private final ObjectStore store;

    Quotas(ObjectStore store) {
        this.store = store;
    }

    /**
     * Looks whether there may be one object more.
     *
     * @throws ApiException 403 where a quota of the namespace is used up
     */
    void check(ResourceType type, ObjectNode created) {
        String namespace = Json.text(created, "metadata", "namespace");
        if (namespace.isEmpty()) {
            return;
        }
        for (ObjectNode quota : store.list(RESOURCE, namespace).objects()) {
            for (Map.Entry<String, JsonNode> hard :
                    quota.path("spec").path("hard").properties()) {
                String counted = hard.getKey();
                boolean meant = counted.equals("count/" + type.qualifiedName())
                        || (type.group().isEmpty() && counted.equals(type.plural()));
                if (meant) {
                    int used = store.list(type.groupResource(), namespace)
                            .objects()
                            .size();
                    if (used >= hard.getValue().asLong()) {
                        throw ApiException.forbidden(
                                type,
                                Json.text(created, "metadata", "name"),
                                "exceeded quota: " + Json.text(quota, "metadata", "name") + ", requested: " + counted
                                        + "=1, used: " + counted + "=" + used + ", limited: " + counted + "="
                                        + hard.getValue().asText());
                    }
                }
            }
        }
    }
}
