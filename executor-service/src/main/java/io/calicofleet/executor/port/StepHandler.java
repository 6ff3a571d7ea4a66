package io.calicofleet.executor.port;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepParameters;
import java.util.Optional;

/**
 * Does one kind of step. The first thing it does is to look at what is already so; a step that is asked for again, or was
 * interrupted anywhere, continues from there and ends the same.
 */
public interface StepHandler {

    /** The kind of step it does; each kind has exactly one handler. */
    StepKind kind();

    /**
     * Whether it may write. One that does not takes no lease and keeps no journal, so that a kubeconfig that may only read
     * is enough for it, and does its work anew where it is asked again.
     */
    boolean writes();

    /**
     * Whether how an object was is kept in the backup before it is written, one by one; false for what the step's way back takes away as a
     * whole, since the index of a backup has no room for a cluster's every address.
     */
    default boolean records(ObjectNode object) {
        return true;
    }

    /**
     * Takes away what it has in a cluster only for as long as it acts and is judged; called when it is over, whatever came of it, and once more
     * where that is not known. Nothing where it leaves nothing.
     */
    default void tidy(StepParameters parameters, ClusterApi cluster) {}

    /** Why {@link #pause} does not stop the nodes that are yet to roll, without its full stop; empty where it does. */
    default Optional<String> unpausable(StepParameters parameters) {
        return Optional.of("an operator keeps the DaemonSet of calico-node and would undo it");
    }

    /**
     * Stops the nodes that are yet to roll once it has acted; those that were begun stay. The step, asked for anew, lets them go on, and a
     * restore takes it back. Once more changes nothing.
     *
     * @param why for whoever finds the cluster so, a sentence
     * @return what came of it, a sentence without its full stop
     */
    default String pause(StepParameters parameters, ClusterApi cluster, String why) {
        return "The rollout is not paused: " + unpausable(parameters).orElseThrow();
    }

    /**
     * Acts. Returns a value for everything a cluster or a release can do to it, save {@link ClusterException} and
     * {@link ReleaseException}, of which the runner makes the same failure for every step.
     */
    StepOutcome run(StepContext context);
}
