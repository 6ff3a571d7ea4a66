package io.calicofleet.planner.core.schedule;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a cluster may be started, as far as time goes.
 *
 * @param open whether it may at once
 * @param why why not, in a sentence, with when it may; empty where it may
 * @param opensAt when it may; null where no time comes that is long enough
 * @param zone the zone of the window that opens then; empty where it is no window
 */
public record Timing(boolean open, String why, @Nullable Instant opensAt, String zone) {

    /** At once. */
    static final Timing OPEN = new Timing(true, "", null, "");

    public Timing {
        requireNonNull(why, "why");
        requireNonNull(zone, "zone");
    }

    /** The one that opens first; of several at the same time always the same, in whatever order they are. */
    public static Optional<Timing> soonest(Collection<Timing> timings) {
        return timings.stream()
                .min(Comparator.comparing(Timing::opensAt, Comparator.nullsLast(Comparator.naturalOrder()))
                        .thenComparing(Timing::why));
    }
}
