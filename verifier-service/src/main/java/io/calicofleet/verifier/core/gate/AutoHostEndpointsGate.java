package io.calicofleet.verifier.core.gate;

import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.verifier.core.traffic.TrafficReviews;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether every node has an automatic host endpoint and none of all interfaces is left that is not automatic (from v3.30 on kube-controllers may make others for one interface).
 * Those of named interfaces stay.
 */
final class AutoHostEndpointsGate implements Gate {

    @Override
    public GateKind kind() {
        return GateKind.AUTO_HOST_ENDPOINTS;
    }

    @Override
    public GateVerdict look(GateRequirement requirement, Evidence evidence, Duration now) {
        return Basics.judge(evidence, AutoHostEndpointsGate::look);
    }

    private static GateVerdict look(ClusterObservation latest) {
        Set<String> nodes = latest.nodeAddresses().keySet();
        Set<String> automatic = latest.hostEndpoints().stream()
                .filter(endpoint ->
                        endpoint.automatic() && endpoint.interfaceName().equals("*"))
                .map(HostEndpointFact::node)
                .collect(Collectors.toSet());
        List<String> without = nodes.stream()
                .filter(node -> !automatic.contains(node))
                .sorted()
                .toList();
        List<String> left = latest.hostEndpoints().stream()
                .filter(HostEndpointFact::needsProtection)
                .map(HostEndpointFact::name)
                .sorted()
                .toList();
        List<String> missing = new ArrayList<>();
        if (nodes.isEmpty()) {
            missing.add("any observation of the nodes");
        }
        if (!without.isEmpty()) {
            missing.add("an automatic host endpoint of " + TrafficReviews.some(without));
        }
        if (!left.isEmpty()) {
            missing.add("the end of the host endpoints of all interfaces " + TrafficReviews.some(left));
        }
        List<String> lines = List.of(
                (nodes.size() - without.size()) + " of " + Basics.count(nodes.size(), "node")
                        + " with an automatic host endpoint",
                Basics.count(left.size(), "host endpoint") + " of all interfaces left that "
                        + (left.size() == 1 ? "is" : "are") + " not automatic");
        return missing.isEmpty()
                ? GateVerdict.Passed.because("Every node has an automatic host endpoint, and no other is left.", lines)
                : GateVerdict.NotYet.missing(missing, lines);
    }
}
