package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What only an upgrade has settings for.
 *
 * @param onGateFailure what to do with a cluster whose upgrade did not pass its gates
 * @param migrateToAutomatic whether host endpoints of all interfaces are replaced by automatic ones
 * @param acceptPolicies whether policies that would select automatic host endpoints are accepted
 * @param migrationDeadline how long that may take, on all nodes of a cluster
 * @param chart where the target's Helm chart is: a repository URL, an OCI reference or a file; null: Calico's own repository
 * @param maxConcurrentRestarts how many workloads with an older Dikastes may be restarted at once
 * @param restartDeadline how long all those restarts may take
 * @param untestedKubernetes what to do where the target is not tested with the Kubernetes of a cluster
 * @param withoutBase what to do where it cannot be proven what was installed; null: hold
 * @param acceptedOwners who else may keep objects of the install, by the names of the table of owners
 * @param acceptedRollouts which rollouts that do not go by themselves are accepted, by name: on-delete
 * @param appliedBy who brings the target release to the clusters; null: the executor
 * @param canaryNodes the nodes of each cluster that get the new calico-node first; null: none does
 * @param migrate to which other way of installing the clusters go; null: they stay as they are installed
 * @param continuity how it is measured that packets flow meanwhile; null: it is not
 * @param change what is changed in the settings of Calico in place of going to a release; null: the campaign goes to its target
 */
public record UpgradeSpec(
        OnGateFailure onGateFailure,
        boolean migrateToAutomatic,
        boolean acceptPolicies,
        Duration migrationDeadline,
        @Nullable String chart,
        Quantity maxConcurrentRestarts,
        Duration restartDeadline,
        UntestedKubernetes untestedKubernetes,
        @Nullable OnConflict withoutBase,
        List<String> acceptedOwners,
        List<String> acceptedRollouts,
        @Nullable AppliedBy appliedBy,
        @Nullable CanaryNodes canaryNodes,
        @Nullable Migration migrate,
        @Nullable ContinuitySpec continuity,
        @Nullable ChangeSpec change) {

    /** The name of a DaemonSet's OnDelete, whose pods a person deletes. */
    public static final String ON_DELETE = "on-delete";

    /**
     * What holds where nothing is said: a failed gate holds, host endpoints are kept as they are, the chart is of Calico's own
     * repository, one restart at a time, a Kubernetes that is not tested is refused, nobody else keeps objects.
     */
    public static final UpgradeSpec DEFAULT = new UpgradeSpec(
            OnGateFailure.HOLD,
            false,
            false,
            Duration.ofHours(1),
            null,
            Quantity.of(1),
            Duration.ofHours(1),
            UntestedKubernetes.REFUSE,
            OnConflict.HOLD,
            List.of(),
            List.of(),
            null,
            null,
            null,
            null,
            null);

    public UpgradeSpec {
        requireNonNull(onGateFailure, "onGateFailure");
        Durations.bounded(migrationDeadline, "migrationDeadline");
        requireNonNull(maxConcurrentRestarts, "maxConcurrentRestarts");
        Durations.bounded(restartDeadline, "restartDeadline");
        requireNonNull(untestedKubernetes, "untestedKubernetes");
        acceptedOwners = Copies.list(acceptedOwners);
        acceptedRollouts = Copies.list(acceptedRollouts);
    }

    /** Whether others bring the release, so that nothing of it is written. */
    public boolean appliedByOthers() {
        return appliedBy == AppliedBy.EXTERNAL;
    }
}
