package io.calicofleet.model.felix.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What a Felix reads from its datastore; Calico's resources in v3 form.
 *
 * @param hostEndpoints all HostEndpoints
 * @param policies all GlobalNetworkPolicies; and, where a host endpoint says by a label that it is in a namespace, the
 *     NetworkPolicies; else these are for pods alone
 * @param tiers all Tiers; none where they could not be read, or no version that has them ever ran
 * @param networkSets all GlobalNetworkSets and NetworkSets
 * @param profiles all Profiles that are stored
 * @param felixConfigurations all FelixConfigurations
 */
public record Resources(
        List<? extends JsonNode> hostEndpoints,
        List<? extends JsonNode> policies,
        List<? extends JsonNode> tiers,
        List<? extends JsonNode> networkSets,
        List<? extends JsonNode> profiles,
        List<? extends JsonNode> felixConfigurations) {

    public Resources {
        hostEndpoints = List.copyOf(hostEndpoints);
        policies = List.copyOf(policies);
        tiers = List.copyOf(tiers);
        networkSets = List.copyOf(networkSets);
        profiles = List.copyOf(profiles);
        felixConfigurations = List.copyOf(felixConfigurations);
    }
}
