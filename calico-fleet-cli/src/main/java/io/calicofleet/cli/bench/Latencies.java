package io.calicofleet.cli.bench;

import java.util.List;

/**
 * Percentiles of latencies, nearest rank, in milliseconds.
 *
 * @param count number of samples
 * @param p50 half of them took no longer
 * @param p99 99 of a hundred took no longer
 */
record Latencies(int count, long p50, long p99) {

    static Latencies of(List<Long> millis) {
        List<Long> sorted = millis.stream().sorted().toList();
        return new Latencies(sorted.size(), rank(sorted, 50), rank(sorted, 99));
    }

    private static long rank(List<Long> sorted, int percent) {
        if (sorted.isEmpty()) {
            return 0;
        }
        int rank = (int) Math.ceil(sorted.size() * percent / 100.0);
        return sorted.get(Math.max(0, rank - 1));
    }
}
