package io.calicofleet.executor.port;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import java.util.Optional;

/** Does something of its own around another handler, and is what that one is in all else. */
public abstract class AroundStep implements StepHandler {

    protected final StepHandler step;

    /** Around {@code step}. */
    protected AroundStep(StepHandler step) {
        this.step = requireNonNull(step, "step");
    }

    @Override
    public final StepKind kind() {
        return step.kind();
    }

    @Override
    public final boolean writes() {
        return step.writes();
    }

    @Override
    public boolean records(ObjectNode object) {
        return step.records(object);
    }

    @Override
    public void tidy(StepParameters parameters, ClusterApi cluster) {
        step.tidy(parameters, cluster);
    }

    @Override
    public Optional<String> unpausable(StepParameters parameters) {
        return step.unpausable(parameters);
    }

    @Override
    public String pause(StepParameters parameters, ClusterApi cluster, String why) {
        return step.pause(parameters, cluster, why);
    }
}
