package io.calicofleet.event;

import java.util.List;
import java.util.Optional;

/** The lock that a move off etcd puts on a cluster's datastore: until it is unlocked new pods wait, so nobody leaves the cluster as it is. */
public final class DatastoreLock {

    /** What a step says that stopped under the lock, in its message or among the details of what it is held for. */
    public static final String SAID = "The datastore is locked";

    private DatastoreLock() {}

    /**
     * The last move of a campaign, where it stopped under the lock; empty where it did not, as far as the campaign tells: it does not know of
     * restores by another one.
     *
     * @param steps all steps of the cluster so far, in their order
     * @param details what the cluster is held for
     */
    public static Optional<StepRecord> leftBy(List<StepRecord> steps, List<String> details) {
        for (int i = steps.size() - 1; i >= 0; i--) {
            StepRecord record = steps.get(i);
            StepKind kind = record.step().kind();
            if (kind == StepKind.RESTORE && record.state().equals("passed")) {
                return Optional.empty();
            }
            if (kind == StepKind.MIGRATE_TO_KUBERNETES_DATASTORE) {
                boolean held = i == steps.size() - 1 && record.state().equals("held");
                boolean locked = record.message().contains(SAID)
                        || (held && details.stream().anyMatch(detail -> detail.contains(SAID)));
                return locked ? Optional.of(record) : Optional.empty();
            }
        }
        return Optional.empty();
    }
}
