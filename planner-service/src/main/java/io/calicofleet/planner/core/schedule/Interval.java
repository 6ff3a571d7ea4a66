package io.calicofleet.planner.core.schedule;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A stretch of time.
 *
 * @param from its first moment
 * @param to the first moment after it; later than {@code from}
 */
record Interval(Instant from, Instant to) {

    Interval {
        requireNonNull(from, "from");
        requireNonNull(to, "to");
    }

    /** Those of {@code intervals} that meet or overlap put together, in their order. */
    static List<Interval> joined(List<Interval> intervals) {
        List<Interval> sorted = new ArrayList<>(intervals);
        sorted.sort(Comparator.comparing(Interval::from));
        List<Interval> joined = new ArrayList<>();
        for (Interval next : sorted) {
            Interval last = joined.isEmpty() ? null : joined.getLast();
            if (last == null || last.to().isBefore(next.from())) {
                joined.add(next);
            } else if (last.to().isBefore(next.to())) {
                joined.set(joined.size() - 1, new Interval(last.from(), next.to()));
            }
        }
        return joined;
    }
}
