package io.calicofleet.executor.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.event.StepKind;
import io.calicofleet.executor.core.policy.HostEndpoints;
import io.calicofleet.executor.core.policy.TemporaryPolicy;
import io.calicofleet.executor.core.step.ClusterApi;
import io.calicofleet.executor.core.step.ResourceRef;
import io.calicofleet.executor.core.step.StepContext;
import io.calicofleet.executor.core.step.StepHandler;
import io.calicofleet.executor.core.step.StepOutcome;
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
        ClusterApi cluster = context.cluster();
        List<String> changes = new ArrayList<>();
        if (!TemporaryPolicy.observe(cluster.list(Kinds.CALICO, Kinds.POLICY)).inForce()) {
            changes.add(putPolicy(cluster, version(context)));
        }
        List<HostEndpointFact> open = cluster.list(Kinds.CALICO, Kinds.HOST_ENDPOINT).stream()
                .map(HostEndpoints::fact)
                .filter(HostEndpointFact::needsProtection)
                .toList();
        int done = 0;
        for (HostEndpointFact fact : open) {
            ResourceRef ref = Kinds.hostEndpoint(fact.name());
            if (Edits.edit(cluster, ref, endpoint -> HostEndpoints.withLabel(endpoint, TemporaryPolicy.LABEL, ""))) {
                changes.add(ref.object());
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

    private static String putPolicy(ClusterApi cluster, CalicoVersion version) {
        ObjectNode policy = TemporaryPolicy.object(version);
        ResourceRef ref = ResourceRef.of(policy);
        if (!Edits.create(cluster, policy)) {
            // There is one of this name that does something else, perhaps from an earlier upgrade done by hand.
            Edits.edit(cluster, ref, present -> {
                ObjectNode changed = present.deepCopy();
                changed.set("spec", policy.path("spec"));
                return changed;
            });
        }
        return ref.object();
    }

    private static CalicoVersion version(StepContext context) {
        CalicoVersion source = context.parameters().source();
        return source == null ? Manifests.target(context) : source;
    }
}
