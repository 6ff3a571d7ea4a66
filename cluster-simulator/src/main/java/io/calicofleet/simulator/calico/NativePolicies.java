package io.calicofleet.simulator.calico;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import java.util.Set;

/**
 * What Calico's MutatingAdmissionPolicies do to policies where {@code projectcalico.org/v3} is served by definitions: a
 * policy has a tier, a label that tells it, and types.
 */
public final class NativePolicies {

    private static final Set<String> KINDS =
            Set.of("GlobalNetworkPolicy", "NetworkPolicy", "StagedGlobalNetworkPolicy", "StagedNetworkPolicy");

    private NativePolicies() {}

    /** Changes an object as they do where it is such a policy. */
    public static void apply(ResourceType type, ObjectNode object) {
        if (!type.group().equals("projectcalico.org") || type.crd() == null || !KINDS.contains(type.kind())) {
            return;
        }
        ObjectNode spec = Json.child(object, "spec");
        if (spec.path("tier").asText("").isEmpty()) {
            spec.put("tier", "default");
        }
        Json.child(Json.child(object, "metadata"), "labels")
                .put("projectcalico.org/tier", spec.path("tier").asText());
        if (!spec.has("types")) {
            ArrayNode types = spec.putArray("types");
            if (spec.has("ingress") || !spec.has("egress")) {
                types.add("Ingress");
            }
            if (spec.has("egress")) {
                types.add("Egress");
            }
        }
    }
}
