package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a wave is.
 *
 * @param name its name
 * @param clusters how many clusters
 * @param phases number of clusters by phase
 * @param failures failures of its clusters that count; null from senders that do not say
 * @param unreachable how many of those that wait cannot be reached, which keep no wave; null from senders that do not say
 * @param startedAt when it started
 * @param finishedAt when its last cluster finished
 * @param waitsFor what it waits for before it starts; empty where for nothing
 * @param approved whether it was approved, by as many as have to; null where it needs no approval, and from senders that do not say
 * @param approvals those that were given and hold
 */
public record WaveStatus(
        WaveName name,
        int clusters,
        Map<String, Integer> phases,
        @Nullable Integer failures,
        @Nullable Integer unreachable,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        String waitsFor,
        @Nullable Boolean approved,
        List<WaveApproval> approvals) {

    public WaveStatus {
        requireNonNull(name, "name");
        requireNonNull(waitsFor, "waitsFor");
        phases = Copies.map(phases);
        approvals = Copies.list(approvals);
    }
}
