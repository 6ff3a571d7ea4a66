package io.calicofleet.planner.core.campaign;

import java.time.Duration;
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
        var was = before == null ? Optional.<Duration>empty() : before.taken();
        var is = after.taken();
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
}
