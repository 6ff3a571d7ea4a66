package io.calicofleet.executor.core.step;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.StepId;
import io.calicofleet.event.StepParameters;

/**
 * What a step acts with.
 *
 * @param step which step it is
 * @param parameters what it needs to know
 * @param cluster the cluster: every write is fenced, and recorded with what undoes it before it is made
 * @param backups the backups in the cluster
 * @param intents what the step is in the middle of
 * @param releases the manifests of the releases
 * @param progress where it tells how far it is
 * @param rollouts waits for rollouts
 */
public record StepContext(
        StepId step,
        StepParameters parameters,
        ClusterApi cluster,
        Backups backups,
        Intents intents,
        ReleaseSource releases,
        ProgressSink progress,
        Rollouts rollouts) {

    public StepContext {
        requireNonNull(step, "step");
        requireNonNull(parameters, "parameters");
        requireNonNull(cluster, "cluster");
        requireNonNull(backups, "backups");
        requireNonNull(intents, "intents");
        requireNonNull(releases, "releases");
        requireNonNull(progress, "progress");
        requireNonNull(rollouts, "rollouts");
    }
}
