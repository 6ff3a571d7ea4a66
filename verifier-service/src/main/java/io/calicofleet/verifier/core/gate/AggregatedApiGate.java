package io.calicofleet.verifier.core.gate;

import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.NetworkBaseline;
import java.time.Duration;
import java.util.List;

/** Whether the aggregated API of projectcalico.org/v3 is available, where it was before the upgrade. */
final class AggregatedApiGate implements Gate {

    @Override
    public GateKind kind() {
        return GateKind.AGGREGATED_API;
    }

    @Override
    public GateVerdict look(GateRequirement requirement, Evidence evidence, Duration now) {
        return Basics.compare(requirement, evidence, AggregatedApiGate::look);
    }

    private static GateVerdict look(ClusterObservation latest, NetworkBaseline before) {
        Boolean available = latest.aggregatedApi();
        List<String> lines = List.of("APIService v3.projectcalico.org: "
                + (available == null ? "not installed" : available ? "available" : "not available") + ", before "
                + (before.aggregatedApi() ? "available" : "not available"));
        if (!before.aggregatedApi()) {
            return GateVerdict.Passed.because("The aggregated API was not available before.", lines);
        }
        return Boolean.TRUE.equals(available)
                ? GateVerdict.Passed.because("The aggregated API is available, as before.", lines)
                : GateVerdict.NotYet.missing(
                        List.of("the aggregated API available as before: APIService v3.projectcalico.org is "
                                + (available == null ? "not installed" : "not available")),
                        lines);
    }
}
