package io.calicofleet.planner.core.failure;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.FailureSeen;
import io.calicofleet.event.StepId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where one failure was seen.
 *
 * @param failures the newest of each cluster, in the order they came in
 * @param stoppedAt the failure that stopped everything last happened then; null: none has
 */
public record FailureState(List<Failure> failures, @Nullable Instant stoppedAt) {

    /** Nowhere yet. */
    static final FailureState NONE = new FailureState(List.of(), null);

    public FailureState {
        failures = List.copyOf(failures);
    }

    /**
     * On one cluster.
     *
     * @param step that failed
     * @param at when
     * @param clusters on so many it stops everything, as its campaign says
     * @param within within this time
     * @param source the version the cluster had
     * @param target the release it goes to
     * @param begun how many clusters of its campaign had begun
     * @param next those that would start next in its campaign
     */
    public record Failure(
            StepId step,
            Instant at,
            int clusters,
            Duration within,
            @Nullable CalicoVersion source,
            @Nullable CalicoVersion target,
            int begun,
            List<ClusterId> next) {

        public Failure {
            next = List.copyOf(next);
        }

        static Failure of(FailureSeen seen) {
            return new Failure(
                    seen.step(),
                    seen.at(),
                    seen.clusters(),
                    seen.within(),
                    seen.source(),
                    seen.target(),
                    seen.begun(),
                    seen.next());
        }

        ClusterId cluster() {
            return step.cluster();
        }
    }
}
