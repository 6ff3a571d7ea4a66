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

/**
 * Whether the temporary policy is in force and covers every host endpoint of all interfaces that v3.14 would close: all
 * but the automatic ones, which kube-controllers keeps open by a profile.
 */
final class HostEndpointProtectionGate implements Gate {

    @Override
    public GateKind kind() {
        return GateKind.HOST_ENDPOINT_PROTECTION;
    }

    @Override
    public GateVerdict look(GateRequirement requirement, Evidence evidence, Duration now) {
        return Basics.judge(evidence, HostEndpointProtectionGate::look);
    }

    private static GateVerdict look(ClusterObservation latest) {
        List<String> missing = new ArrayList<>(missing(latest));
        List<String> lines = evidence(latest);
        return missing.isEmpty()
                ? GateVerdict.Passed.because(
                        "The temporary policy is in force for every host endpoint of all interfaces.", lines)
                : GateVerdict.NotYet.missing(missing, lines);
    }

    /** What the protection lacks; the traffic gate asks for the same. */
    static List<String> missing(ClusterObservation latest) {
        List<String> missing = new ArrayList<>();
        TemporaryPolicyObservation policy = latest.temporaryPolicy();
        if (policy == null) {
            missing.add("any observation of the temporary policy");
        } else if (policy.names().isEmpty()) {
            missing.add("the temporary policy: the datastore holds none");
        } else if (!policy.inForce()) {
            missing.add("the temporary policy in force: stored as " + String.join(", ", policy.names())
                    + " it does not log and then allow all traffic both ways");
        }
        List<String> unlabelled = latest.hostEndpoints().stream()
                .filter(endpoint -> endpoint.needsProtection() && !endpoint.labelled())
                .map(HostEndpointFact::name)
                .sorted()
                .toList();
        if (!unlabelled.isEmpty()) {
            missing.add("the label on " + TrafficReviews.some(unlabelled));
        }
        return missing;
    }

    static List<String> evidence(ClusterObservation latest) {
        long protectable = latest.hostEndpoints().stream()
                .filter(HostEndpointFact::needsProtection)
                .count();
        long labelled = latest.hostEndpoints().stream()
                .filter(endpoint -> endpoint.needsProtection() && endpoint.labelled())
                .count();
        TemporaryPolicyObservation policy = latest.temporaryPolicy();
        String stored = policy == null
                ? "not observed"
                : policy.names().isEmpty() ? "not there" : "stored as " + String.join(", ", policy.names());
        return List.of(
                "temporary policy: " + stored + (policy != null && policy.inForce() ? ", in force" : ""),
                labelled + " of " + Basics.count(protectable, "host endpoint") + " of all interfaces labelled, "
                        + (latest.hostEndpoints().size() - protectable) + " others need no protection");
    }
}
