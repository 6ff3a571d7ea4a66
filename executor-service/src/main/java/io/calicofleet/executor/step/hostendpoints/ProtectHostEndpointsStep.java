package io.calicofleet.executor.step.hostendpoints;

import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.event.StepKind;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.policy.HostEndpoints;
import io.calicofleet.executor.core.policy.TemporaryPolicy;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepHandler;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.cluster.Edits;
import java.util.ArrayList;
import java.util.List;

/**
 * Creates the policy that logs and allows everything, then labels every host endpoint of all interfaces that is not
 * automatic, so that v3.14 and later find them open.
 *
 * <p>It knows that it is done by a policy in force and every such endpoint labelled. The policy comes first: from then on
 * a label opens, never closes. Undone by the release, after its review, or by the restore.
 */
public final class ProtectHostEndpointsStep implements StepHandler {

    @Override
    public StepKind kind() {
        return StepKind.PROTECT_HOST_ENDPOINTS;
    }

    @Override
    public boolean writes() {
        return true;
    }

    @Override
    public StepOutcome run(StepContext context) {
        CalicoDatastore calico = context.datastore();
        List<String> changes = new ArrayList<>();
        if (!TemporaryPolicy.observe(calico.list(CalicoKind.GLOBAL_NETWORK_POLICY))
                .inForce()) {
            // One of this name that does something else, perhaps from an earlier upgrade done by hand, is changed.
            Edits.put(calico, TemporaryPolicy.object());
            changes.add(CalicoKind.GLOBAL_NETWORK_POLICY.kind() + " " + TemporaryPolicy.NAME);
        }
        List<HostEndpointFact> open = calico.list(CalicoKind.HOST_ENDPOINT).stream()
                .map(HostEndpoints::fact)
                .filter(HostEndpointFact::needsProtection)
                .toList();
        int done = 0;
        for (HostEndpointFact fact : open) {
            boolean labelled = Edits.edit(
                    calico,
                    CalicoKind.HOST_ENDPOINT,
                    fact.name(),
                    endpoint -> HostEndpoints.withLabel(endpoint, TemporaryPolicy.LABEL, ""));
            if (labelled) {
                changes.add(CalicoKind.HOST_ENDPOINT.kind() + " " + fact.name());
            }
            done++;
            context.progress()
                    .progressed(
                            done,
                            open.size(),
                            "host endpoints",
                            context.step().cluster() + ": " + done + " of " + open.size()
                                    + " host endpoints are protected");
        }
        return new StepOutcome.Succeeded(
                null,
                changes,
                List.of(),
                open.size() + " host endpoints are open by the policy " + TemporaryPolicy.NAME + ", which logs");
    }
}
