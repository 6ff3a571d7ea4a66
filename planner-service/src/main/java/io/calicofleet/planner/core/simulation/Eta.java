package io.calicofleet.planner.core.simulation;

import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterSelector;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.FailureBudget;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.Quantity;
import io.calicofleet.event.StepRecord;
import io.calicofleet.event.WaveClusters;
import io.calicofleet.event.WaveSpec;
import io.calicofleet.event.WaveStatus;
import io.calicofleet.planner.core.ClusterCandidate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * When a campaign that runs is expected to end, if nothing more fails and nobody is waited for: what is left of it is simulated, with
 * clusters that take as long as those took that are done. Held clusters keep their places, and are not waited for; neither are those that wait
 * because they cannot be reached.
 *
 * @param p50 half of the simulated courses had ended by then
 * @param p95 95 of a hundred had
 * @param measured by how many clusters that is told
 */
public record Eta(Instant p50, Instant p95, int measured) {

    /** So many clusters are simulated, over all courses. */
    private static final int WORK = 20_000;

    private static final int FEWEST = 10;
    private static final int MOST = 200;

    /** Empty where it has ended, does not go on by itself, or nothing was measured yet. */
    public static Optional<Eta> of(CampaignStatus campaign, List<ClusterStatus> clusters, Instant now) {
        List<Long> taken =
                taken(clusters).stream().map(Duration::toMillis).sorted().toList();
        List<ClusterStatus> left = left(clusters);
        int held = campaign.phases().getOrDefault(ClusterPhase.HELD.encode(), 0);
        int places = campaign.spec().maxConcurrent().atMostOf(campaign.clusters()) - held;
        if (taken.isEmpty() || left.isEmpty() || places < 1 || !goesOn(campaign.phase())) {
            return Optional.empty();
        }
        Instant start = now.plus(soak(campaign, now));
        Simulation simulation = new Simulation(
                rest(campaign, left, places),
                left.stream()
                        .map(cluster -> new ClusterCandidate(renamed(cluster), cluster.labels(), ""))
                        .toList(),
                pace(left, taken, now),
                start);
        int runs = Math.max(FEWEST, Math.min(MOST, WORK / left.size()));
        Forecast forecast =
                new Forecast(LongStream.range(0, runs).mapToObj(simulation::run).toList());
        return forecast.finished() < forecast.runs().size()
                ? Optional.empty()
                : Optional.of(new Eta(start.plus(forecast.took(50)), start.plus(forecast.took(95)), taken.size()));
    }

    /** How long those took that are done well, from their first step to their last. */
    public static List<Duration> taken(Collection<ClusterStatus> clusters) {
        return clusters.stream()
                .filter(cluster -> cluster.phase() == ClusterPhase.SUCCEEDED)
                .flatMap(cluster -> took(cluster).stream())
                .map(Duration::ofMillis)
                .toList();
    }

    private static boolean goesOn(CampaignPhase phase) {
        return switch (phase) {
            case RUNNING, SOAKING, SCHEDULED, AWAITING_APPROVAL -> true;
            case HELD, PAUSED, STOPPED, ABORTING, SUCCEEDED, FAILED, ABORTED -> false;
        };
    }

    /** Those in flight first: they are under way already, whatever their ids. */
    private static List<ClusterStatus> left(List<ClusterStatus> clusters) {
        return clusters.stream()
                .filter(cluster -> cluster.phase() == ClusterPhase.RUNNING || cluster.phase() == ClusterPhase.PENDING)
                .filter(cluster -> cluster.holdReason() != HoldReason.UNREACHABLE)
                .sorted(Comparator.comparing((ClusterStatus cluster) -> cluster.phase() != ClusterPhase.RUNNING)
                        .thenComparing(ClusterStatus::cluster))
                .toList();
    }

    /** The planner takes clusters by their ids. */
    private static ClusterId renamed(ClusterStatus cluster) {
        String id = (cluster.phase() == ClusterPhase.RUNNING ? "a-" : "b-") + cluster.cluster();
        return ClusterId.of(id.length() <= 63 ? id : id.substring(0, 54) + "-" + Integer.toHexString(id.hashCode()));
    }

    /** From its first step to its last. */
    private static Optional<Long> took(ClusterStatus cluster) {
        Instant last = cluster.steps().stream()
                .map(StepRecord::finishedAt)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(null);
        return last == null
                ? Optional.empty()
                : Optional.of(Duration.between(cluster.steps().getFirst().startedAt(), last)
                        .toMillis());
    }

    /** What is left of the soak between two waves. */
    private static Duration soak(CampaignStatus campaign, Instant now) {
        Duration left = Duration.ZERO;
        for (int i = 0; i + 1 < campaign.waves().size(); i++) {
            Instant finished = campaign.waves().get(i).finishedAt();
            if (finished != null && campaign.waves().get(i + 1).startedAt() == null) {
                Duration rest = Duration.between(
                        now, finished.plus(campaign.spec().waves().get(i).soak()));
                left = rest.isNegative() ? left : rest;
            }
        }
        return left;
    }

    private static CampaignSpec rest(CampaignStatus campaign, List<ClusterStatus> left, int places) {
        CampaignSpec spec = campaign.spec();
        List<WaveSpec> waves = new ArrayList<>();
        for (int i = 0; i < spec.waves().size(); i++) {
            WaveSpec wave = spec.waves().get(i);
            WaveStatus status = campaign.waves().get(i);
            List<ClusterId> ids = left.stream()
                    .filter(cluster -> cluster.wave().equals(wave.name()))
                    .map(Eta::renamed)
                    .toList();
            if (!ids.isEmpty()) {
                Quantity most = wave.maxConcurrent();
                waves.add(new WaveSpec(
                        wave.name(),
                        new WaveClusters(ids, Map.of(), null, null),
                        most == null ? null : absolute(most, status.clusters()),
                        Quantity.of(0),
                        wave.soak(),
                        wave.approval() && status.startedAt() == null,
                        null,
                        null));
            }
        }
        return new CampaignSpec(
                spec.name(),
                spec.procedure(),
                spec.target(),
                new ClusterSelector(List.of(), Map.of(), true),
                waves,
                Quantity.of(places),
                new FailureBudget(Quantity.ALL),
                spec.gates(),
                spec.onConflict(),
                1,
                null,
                spec.schedule(),
                spec.perLabel(),
                null);
    }

    private static Quantity absolute(Quantity most, int clusters) {
        return Quantity.of(Math.max(1, most.atMostOf(clusters)));
    }

    /** Those in flight take what is left to one that took longer than they have so far. */
    private static Pace pace(List<ClusterStatus> left, List<Long> taken, Instant now) {
        long[] since = left.stream().mapToLong(cluster -> elapsed(cluster, now)).toArray();
        return new Pace() {

            @Override
            public boolean fails(Draws draws, int cluster) {
                return false;
            }

            @Override
            public long millis(Draws draws, int cluster) {
                int first = 0;
                while (first < taken.size() && taken.get(first) <= since[cluster]) {
                    first++;
                }
                if (first == taken.size()) {
                    return Math.max(1, taken.getLast() / 10); // longer than any so far: it may end at any time
                }
                int drawn = first + (int) (draws.even(cluster, 0) * (taken.size() - first));
                return Math.max(1, taken.get(drawn) - since[cluster]);
            }

            @Override
            public Duration answer() {
                return Duration.ZERO;
            }
        };
    }

    private static long elapsed(ClusterStatus cluster, Instant now) {
        @Nullable
        StepRecord first =
                cluster.phase() == ClusterPhase.RUNNING && !cluster.steps().isEmpty()
                        ? cluster.steps().getFirst()
                        : null;
        return first == null
                ? 0
                : Math.max(0, Duration.between(first.startedAt(), now).toMillis());
    }
}
