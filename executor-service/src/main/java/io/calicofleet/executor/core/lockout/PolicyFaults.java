package io.calicofleet.executor.core.lockout;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.PolicyFault;
import io.calicofleet.event.PolicyFaultKind;
import io.calicofleet.model.felix.evaluation.Felix;
import io.calicofleet.model.felix.validation.Assessment;
import io.calicofleet.model.felix.validation.Assessment.Fault;
import io.calicofleet.model.felix.validation.Validation;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * What Felix does not carry out as it is written, of everything that decides on host endpoints. Poison is told as such where
 * it brings the Felix of some node down; elsewhere, as in a policy that selects no host endpoint, it is not looked at.
 */
final class PolicyFaults {

    private PolicyFaults() {}

    /**
     * The faults of a state.
     *
     * @param felix the Felix that reads it
     * @param nodes the nodes that have host endpoints
     */
    static List<PolicyFault> of(CalicoState state, Felix felix, Collection<String> nodes) {
        Validation validation = new Validation(state.version(), felix.isIpv6On());
        Stream<PolicyFault> poison = nodes.stream()
                .sorted()
                .flatMap(node -> felix.crashes(node).stream())
                .map(PolicyFaults::poison);
        Stream<PolicyFault> others = Stream.of(
                        state.policies().stream()
                                .map(policy ->
                                        faults(policy, kind(policy, "NetworkPolicy"), validation.policy(policy))),
                        state.profiles().stream()
                                .map(profile -> faults(profile, "Profile", validation.profile(profile))),
                        state.hostEndpoints().stream()
                                .map(endpoint -> faults(endpoint, "HostEndpoint", validation.hostEndpoint(endpoint))),
                        state.networkSets().stream()
                                .map(set -> faults(set, kind(set, "NetworkSet"), validation.networkSet(set))))
                .flatMap(all -> all)
                .flatMap(all -> all);
        return Stream.concat(poison, others).distinct().toList();
    }

    /** From the object and what is wrong with it, as {@link Felix#crashes} writes them. */
    private static PolicyFault poison(Felix.Crash crash) {
        return new PolicyFault(PolicyFaultKind.POISON, crash.object(), crash.why());
    }

    /** The kind of something that there is with and without a namespace. */
    private static String kind(JsonNode object, String namespaced) {
        return object.at("/metadata/namespace").asText().isEmpty() ? "Global" + namespaced : namespaced;
    }

    private static Stream<PolicyFault> faults(JsonNode object, String kind, Assessment assessment) {
        String named = kind + " " + object.at("/metadata/name").asText();
        return assessment.faults().stream()
                .filter(fault -> fault.kind() != Assessment.Kind.POISON)
                .map(fault -> new PolicyFault(kind(fault), named, fault.why()));
    }

    private static PolicyFaultKind kind(Fault fault) {
        return switch (fault.kind()) {
            case DROPPED -> PolicyFaultKind.DROPPED;
            case POISON -> PolicyFaultKind.POISON;
            case UNREADABLE_SELECTOR -> PolicyFaultKind.UNREADABLE_SELECTOR;
            case PART_LEFT_OUT -> PolicyFaultKind.PART_LEFT_OUT;
        };
    }
}
