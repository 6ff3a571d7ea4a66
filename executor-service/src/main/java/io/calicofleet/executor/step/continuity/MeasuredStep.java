package io.calicofleet.executor.step.continuity;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.ContinuitySpec;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.StepParameters;
import io.calicofleet.executor.core.continuity.Prober;
import io.calicofleet.executor.port.AroundStep;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepHandler;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.cluster.Edits;
import io.calicofleet.executor.step.cluster.Kinds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A step of an upgrade beside which it is measured that packets flow, where the campaign asks for it: a prober runs on each node from before the
 * step until it is judged. What was measured before the step is kept in the cluster, so that a step that is interrupted goes on with it.
 *
 * <p>The prober is done with its baseline when the ConfigMap of it is there. It is undone by {@link #tidy}, whatever came of the step.
 */
public final class MeasuredStep extends AroundStep {

    /** What {@code step} does, measured where that is asked for. */
    public MeasuredStep(StepHandler step) {
        super(step);
    }

    /** Its own objects are there for the step alone: a restore has nothing of them to bring back. */
    @Override
    public boolean records(ObjectNode object) {
        return !Prober.isOne(object) && super.records(object);
    }

    @Override
    public StepOutcome run(StepContext context) {
        ContinuitySpec spec = context.parameters().continuity();
        if (spec == null) {
            return step.run(context);
        }
        Baseline baseline = new Baseline(context, spec);
        Optional<String> refused = baseline.take();
        if (refused.isPresent() && spec.required()) {
            return refused(refused.get());
        }
        List<String> notes =
                new ArrayList<>(List.of(refused.map(why -> "it is not measured whether packets flow: " + why)
                        .orElse("it is measured whether packets flow, from " + baseline.nodes())));
        notes.addAll(baseline.leftOut());
        return noted(step.run(context), notes);
    }

    static StepOutcome refused(String why) {
        return new StepOutcome.Failed(
                FailureReason.UNEXPECTED_STATE,
                "It cannot be measured whether packets flow, so nothing of the upgrade was begun: " + why
                        + ". Put it right and retry, or have the campaign go on without by continuity.required: false");
    }

    static StepOutcome noted(StepOutcome outcome, List<String> more) {
        if (!(outcome instanceof StepOutcome.Succeeded done)) {
            return outcome;
        }
        List<String> notes = new ArrayList<>(done.notes());
        notes.addAll(more);
        return new StepOutcome.Succeeded(
                done.facts(), done.changes(), notes, done.policyCheck(), done.plan(), done.summary());
    }

    @Override
    public void tidy(StepParameters parameters, ClusterApi cluster) {
        super.tidy(parameters, cluster);
        ContinuitySpec spec = parameters.continuity();
        if (spec != null) {
            String namespace = spec.proberNamespace();
            for (ResourceRef ref : List.of(
                    new ResourceRef(Kinds.APPS, "DaemonSet", namespace, Prober.Role.HOST.daemonSet()),
                    new ResourceRef(Kinds.APPS, "DaemonSet", namespace, Prober.Role.PEER.daemonSet()),
                    new ResourceRef(Kinds.APPS, "DaemonSet", namespace, Prober.Role.POD.daemonSet()),
                    new ResourceRef(Kinds.CORE, "Service", namespace, Prober.NAME),
                    new ResourceRef(Kinds.CORE, "ConfigMap", namespace, Prober.NAME),
                    new ResourceRef(Kinds.CORE, "ConfigMap", namespace, Prober.PLAN),
                    // The last one: where it is gone, all is.
                    new ResourceRef(Kinds.CORE, "ConfigMap", namespace, Prober.BASELINE))) {
                boolean unused = Edits.delete(cluster, ref);
            }
        }
    }
}
