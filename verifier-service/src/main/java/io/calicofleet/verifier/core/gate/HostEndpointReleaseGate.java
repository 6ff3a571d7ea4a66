package io.calicofleet.verifier.core.gate;

import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.event.TemporaryPolicyObservation;
import io.calicofleet.verifier.core.traffic.TrafficReviews;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Whether the temporary policy is gone, under every name it may have, and no host endpoint carries its label. */
final class HostEndpointReleaseGate implements Gate {

    @Override
    public GateKind kind() {
        return GateKind.HOST_ENDPOINT_RELEASE;
    }

    @Override
    public GateVerdict look(GateRequirement requirement, Evidence evidence, Duration now) {
        return Basics.judge(evidence, latest -> look(requirement, evidence, latest));
    }

    private static GateVerdict look(GateRequirement requirement, Evidence evidence, ClusterObservation latest) {
        List<String> missing = new ArrayList<>();
        TemporaryPolicyObservation policy = latest.temporaryPolicy();
        if (policy == null) {
            missing.add("any observation of the temporary policy");
        } else if (!policy.names().isEmpty()) {
            missing.add("the end of the temporary policy: still stored as " + String.join(", ", policy.names()));
        }
        List<String> labelled = latest.hostEndpoints().stream()
                .filter(HostEndpointFact::labelled)
                .map(HostEndpointFact::name)
                .sorted()
                .toList();
        if (!labelled.isEmpty()) {
            missing.add("the end of the label on " + TrafficReviews.some(labelled));
        }
        List<String> lines = new ArrayList<>(List.of(
                "temporary policy: "
                        + (policy == null
                                ? "not observed"
                                : policy.names().isEmpty() ? "gone" : String.join(", ", policy.names())),
                labelled.size() + " of " + Basics.count(latest.hostEndpoints().size(), "host endpoint") + " labelled"));
        lines.addAll(late(requirement, evidence, latest));
        return missing.isEmpty()
                ? GateVerdict.Passed.because(
                        lines.size() > 2
                                ? "The temporary policy and its label are gone; what came in late and was not approved is cut."
                                : "The temporary policy and its label are gone.",
                        lines)
                : GateVerdict.NotYet.missing(missing, lines);
    }

    /** Lines a shipper brought after the traffic was confirmed, of what was not approved: nothing lets that through now. */
    private static List<String> late(GateRequirement requirement, Evidence evidence, ClusterObservation latest) {
        if (!requirement.confirmsApproval()) {
            return List.of();
        }
        List<String> added = TrafficReviews.notApproved(
                HostEndpointTrafficGate.basis(evidence, latest, List.of(), evidence.requestedAt()), requirement);
        return added.isEmpty()
                ? List.of()
                : List.of("logged before the temporary policy went, and not approved: " + TrafficReviews.some(added));
    }
}
