package io.calicofleet.executor.port;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepParameters;
import io.calicofleet.executor.core.merge.Decisions;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a step acts with.
 *
 * @param step which step it is
 * @param parameters what it needs to know
 * @param cluster the cluster: every write is fenced, and recorded with what undoes it before it is made
 * @param calico finds the datastore, of a DaemonSet that ran calico-node or the one in use; steps ask for it by {@link #datastore()}
 * @param backups the backups in the cluster
 * @param plans the plans in the cluster, and the releases they brought
 * @param intents what the step is in the middle of
 * @param releases the manifests of the releases
 * @param names asks for addresses of hosts outside of the cluster
 * @param progress where it tells how far it is
 * @param rollouts waits for rollouts
 */
public record StepContext(
        StepId step,
        StepParameters parameters,
        ClusterApi cluster,
        Function<Optional<ObjectNode>, CalicoDatastore> calico,
        Backups backups,
        Plans plans,
        Intents intents,
        ReleaseSource releases,
        NameLookup names,
        ProgressSink progress,
        Rollouts rollouts) {

    public StepContext {
        requireNonNull(step, "step");
        requireNonNull(parameters, "parameters");
        requireNonNull(cluster, "cluster");
        requireNonNull(calico, "calico");
        requireNonNull(backups, "backups");
        requireNonNull(plans, "plans");
        requireNonNull(intents, "intents");
        requireNonNull(releases, "releases");
        requireNonNull(names, "names");
        requireNonNull(progress, "progress");
        requireNonNull(rollouts, "rollouts");
    }

    /**
     * Calico's own resources, wherever this cluster keeps them: every write is fenced and recorded as those of {@link
     * #cluster()} are. Found out anew at each call, from the calico-node that runs: keep it for as long as that stays, and
     * ask again after a rollout.
     *
     * @throws ClusterException where it cannot be told or not be reached
     */
    public CalicoDatastore datastore() {
        return calico.apply(Optional.empty());
    }

    /**
     * The same as calico-node of this DaemonSet reached it, which may run no more.
     *
     * @throws ClusterException where it cannot be told or not be reached
     */
    public CalicoDatastore datastoreOf(ObjectNode daemonSet) {
        return calico.apply(Optional.of(daemonSet));
    }

    /** What a person decided on fields that both sides changed; a hold where nobody did. */
    public Decisions decisions() {
        return Decisions.of(requireNonNullElse(parameters.onConflict(), OnConflict.HOLD), parameters.answers());
    }
}
