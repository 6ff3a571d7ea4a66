package io.calicofleet.planner.core.simulation;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What many runs of one simulation say together.
 *
 * @param runs all of them
 */
public record Forecast(List<Run> runs) {

    public Forecast {
        runs = List.copyOf(runs);
        if (runs.isEmpty()) {
            throw new IllegalArgumentException("a forecast needs a run");
        }
    }

    /** In how many runs every cluster was done. */
    public int finished() {
        return (int) runs.stream().filter(Run::finished).count();
    }

    /**
     * How long runs took: those that finished, or, where none did, until they stopped.
     *
     * @param percent so many of a hundred took no longer
     */
    public Duration took(int percent) {
        boolean any = finished() > 0;
        List<Duration> all = runs.stream()
                .filter(run -> !any || run.finished())
                .map(Run::took)
                .sorted()
                .toList();
        return all.get(rank(percent, all.size()));
    }

    /** How many clusters were begun; so many of a hundred runs began no more. */
    public int touched(int percent) {
        List<Integer> all = runs.stream().map(Run::touched).sorted().toList();
        return all.get(rank(percent, all.size()));
    }

    /** How many clusters failed; in so many of a hundred runs no more did. */
    public int failed(int percent) {
        List<Integer> all = runs.stream().map(Run::failed).sorted().toList();
        return all.get(rank(percent, all.size()));
    }

    /** How many clusters were in flight at once, at most. */
    public int mostAtOnce() {
        return runs.stream().map(Run::mostAtOnce).max(Comparator.naturalOrder()).orElse(0);
    }

    /** How many clusters were done so long after the start; in so many of a hundred runs no more were. */
    public int doneAfter(Duration time, int percent) {
        int[] all = runs.stream().mapToInt(run -> run.doneAfter(time)).sorted().toArray();
        return all[rank(percent, all.length)];
    }

    /** The first reason for which runs stopped; empty where all finished. */
    public String reason() {
        return runs.stream()
                .filter(run -> !run.finished())
                .map(Run::reason)
                .findFirst()
                .orElse("");
    }

    /** The longest any run took. */
    public Duration longest() {
        return runs.stream().map(Run::took).max(Comparator.naturalOrder()).orElse(Duration.ZERO);
    }

    /** The moments of a chart with so many columns, the first after the start, the last the end of the longest run. */
    public List<Duration> moments(int columns) {
        long last = longest().toMillis();
        return IntStream.rangeClosed(1, columns)
                .mapToObj(column -> Duration.ofMillis((long) Math.ceil((double) last * column / columns)))
                .toList();
    }

    private static int rank(int percent, int size) {
        return Math.max(0, Math.min(size - 1, (size * percent + 99) / 100 - 1));
    }
}
