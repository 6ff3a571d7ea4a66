package io.calicofleet.planner.core.simulation;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * When clusters are begun and done, over many runs of one simulation.
 *
 * @param runs all of them
 */
public record Timetable(List<Run> runs) {

    public Timetable {
        runs = List.copyOf(runs);
    }

    /**
     * From when to when.
     *
     * @param start in half of the runs it had begun so long after the start of all
     * @param startLate in 95 of a hundred
     * @param end in half of the runs it was done so long after the start of all
     * @param endLate in 95 of a hundred
     */
    public record Span(Duration start, Duration startLate, Duration end, Duration endLate) {}

    /** From the first of these that is begun to the last that is done, by their places in the fleet; empty where one never is. */
    public Optional<Span> of(Collection<Integer> clusters) {
        if (clusters.isEmpty() || runs.isEmpty()) {
            return Optional.empty();
        }
        long[] starts = runs.stream()
                .mapToLong(run -> clusters.stream().mapToLong(run::began).min().orElse(-1))
                .sorted()
                .toArray();
        boolean all = runs.stream().allMatch(run -> clusters.stream().allMatch(cluster -> run.ended(cluster) >= 0));
        long[] ends = runs.stream()
                .mapToLong(run -> clusters.stream().mapToLong(run::ended).max().orElse(-1))
                .sorted()
                .toArray();
        return all && starts[0] >= 0
                ? Optional.of(new Span(at(starts, 50), at(starts, 95), at(ends, 50), at(ends, 95)))
                : Optional.empty();
    }

    private static Duration at(long[] sorted, int percent) {
        int rank = Math.max(0, Math.min(sorted.length - 1, (sorted.length * percent + 99) / 100 - 1));
        return Duration.ofMillis(sorted[rank]);
    }
}
