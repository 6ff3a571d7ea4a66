package io.calicofleet.executor.core.lockout;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.executor.core.policy.HostEndpoints;
import io.calicofleet.executor.core.policy.TemporaryPolicy;
import io.calicofleet.model.felix.evaluation.FelixSettings;
import io.calicofleet.model.felix.evaluation.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What decides on the traffic of host endpoints, as it is or as it would be; Calico's resources in v3 form.
 *
 * @param version the release that enforces it
 * @param hostEndpoints all host endpoints
 * @param policies all GlobalNetworkPolicies; and the NetworkPolicies where a host endpoint says by a label that it is in a
 *     namespace
 * @param tiers all Tiers; none where they could not be read, or no version that has them ever ran
 * @param networkSets all GlobalNetworkSets and NetworkSets
 * @param profiles all Profiles that are stored
 * @param felixConfigurations all FelixConfigurations
 */
public record CalicoState(
        CalicoVersion version,
        List<ObjectNode> hostEndpoints,
        List<ObjectNode> policies,
        List<ObjectNode> tiers,
        List<ObjectNode> networkSets,
        List<ObjectNode> profiles,
        List<ObjectNode> felixConfigurations) {

    public CalicoState {
        requireNonNull(version, "version");
        hostEndpoints = List.copyOf(hostEndpoints);
        policies = List.copyOf(policies);
        tiers = List.copyOf(tiers);
        networkSets = List.copyOf(networkSets);
        profiles = List.copyOf(profiles);
        felixConfigurations = List.copyOf(felixConfigurations);
    }

    /** What Felix reads of it. */
    Resources resources() {
        return new Resources(hostEndpoints, policies, tiers, networkSets, profiles, felixConfigurations);
    }

    /** The same, enforced by another release. */
    public CalicoState at(CalicoVersion other) {
        return new CalicoState(other, hostEndpoints, policies, tiers, networkSets, profiles, felixConfigurations);
    }

    /** The same with other host endpoints. */
    public CalicoState withHostEndpoints(List<ObjectNode> others) {
        return new CalicoState(version, others, policies, tiers, networkSets, profiles, felixConfigurations);
    }

    /** The same with other policies. */
    public CalicoState withPolicies(List<ObjectNode> others) {
        return new CalicoState(version, hostEndpoints, others, tiers, networkSets, profiles, felixConfigurations);
    }

    /** As it will be once the host endpoints of all interfaces are protected. */
    public CalicoState afterProtection() {
        List<ObjectNode> others = new ArrayList<>(policies);
        others.removeIf(TemporaryPolicy::isIt);
        others.add(TemporaryPolicy.object());
        return withPolicies(others)
                .withHostEndpoints(hostEndpoints.stream()
                        .map(endpoint -> HostEndpoints.fact(endpoint).needsProtection()
                                ? HostEndpoints.withLabel(endpoint, TemporaryPolicy.LABEL, "")
                                : endpoint)
                        .toList());
    }

    /** As it will be once the temporary policy and its label are gone. */
    public CalicoState afterRelease() {
        return withPolicies(policies.stream()
                        .filter(Predicate.<JsonNode>not(TemporaryPolicy::isIt))
                        .toList())
                .withHostEndpoints(hostEndpoints.stream()
                        .map(endpoint -> HostEndpoints.withoutLabel(endpoint, TemporaryPolicy.LABEL))
                        .toList());
    }

    /**
     * Whether Felix may take an interface of some node for one of a pod.
     *
     * @param environment that of calico-node
     */
    public boolean mayTakeForPods(Map<String, String> environment) {
        return new FelixSettings(felixConfigurations, environment).mayTakeForPods(version);
    }

    /** Whether any host endpoint is for all interfaces. */
    public boolean hasAllInterfaces() {
        return hostEndpoints.stream()
                .map(HostEndpoints::fact)
                .map(HostEndpointFact::interfaceName)
                .anyMatch("*"::equals);
    }
}
