package io.calicofleet.planner.core.campaign;

import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.StepRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How long clusters of a campaign took.
 *
 * @param taken the shortest first
 */
public record Measured(List<Duration> taken) {

    static final Measured NOTHING = new Measured(List.of());

    public Measured {
        taken = List.copyOf(taken);
    }

    /** With {@code after} in place of {@code before}, which is as it was there. */
    Measured with(@Nullable ClusterState before, ClusterState after) {
        var was = before == null ? Optional.<Duration>empty() : taken(before);
        var is = taken(after);
        if (was.equals(is)) {
            return this;
        }
        List<Duration> all = new ArrayList<>(taken);
        was.ifPresent(all::remove);
        is.ifPresent(one -> {
            int place = Collections.binarySearch(all, one);
            all.add(place < 0 ? -place - 1 : place, one);
        });
        return new Measured(all);
    }

    /**
     * How long the last attempt of a cluster took, the times between steps left out, in which it may have waited for a person; empty where it has
     * not succeeded, or nothing had to be done.
     */
    private static Optional<Duration> taken(ClusterState cluster) {
        if (cluster.phase() != ClusterPhase.SUCCEEDED) {
            return Optional.empty();
        }
        Duration taken = Duration.ZERO;
        int steps = 0;
        for (StepRecord record : cluster.history().reversed()) {
            Instant finished = record.finishedAt();
            if (finished != null) {
                taken = taken.plus(Duration.between(record.startedAt(), finished));
            }
            steps++;
            if (record.step().kind() == StepKind.INSPECT) {
                break;
            }
        }
        boolean onlyInspected = steps == 1 && cluster.history().getLast().step().kind() == StepKind.INSPECT;
        return steps == 0 || onlyInspected ? Optional.empty() : Optional.of(taken);
    }
}
