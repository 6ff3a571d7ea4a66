package io.calicofleet.planner.core.failure;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.FailureSeen;
import io.calicofleet.event.SharedFailure;
import io.calicofleet.event.Stop;
import io.calicofleet.planner.core.failure.FailureState.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides about one signature.
 *
 * <ol>
 *   <li>A cluster counts once, with its newest failure; the same failure again changes nothing.
 *   <li>A failure counts that happened within the time its campaign says before the newest one, and after everything was last stopped for it or
 *       last resumed: what people went on with in spite of it does not stop them again.
 *   <li>Everything is stopped when as many count as the strictest of their campaigns says.
 *   <li>A stop that is there for the same failure is not said again; one that somebody made stays theirs, and says what was seen besides.
 * </ol>
 */
public final class FailureCore {

    /** The longest time a campaign may say. */
    private static final Duration KEPT = Duration.ofDays(30);

    private static final int MOST = 500;
    private static final int NAMED = 5;
    private static final int MOST_CLUSTERS = 100;
    private static final int MOST_NEXT = 20;

    private FailureCore() {}

    /**
     * What becomes of a failure.
     *
     * @param before where it was seen before; null: nowhere
     * @param seen it is seen once more
     * @param now what is said of everything by now
     * @param labels the labels of a cluster; empty where it is not known
     */
    public static FailureDecision decide(
            @Nullable FailureState before,
            FailureSeen seen,
            Everything now,
            Function<ClusterId, Map<String, String>> labels) {
        FailureState state = before == null ? FailureState.NONE : before;
        Failure failure = Failure.of(seen);
        boolean isOld = state.failures().stream()
                .anyMatch(known ->
                        known.cluster().equals(failure.cluster()) && !known.at().isBefore(failure.at()));
        if (isOld) {
            return new FailureDecision(state, null);
        }
        List<Failure> all = new ArrayList<>(state.failures());
        all.removeIf(known -> known.cluster().equals(failure.cluster()));
        all.add(failure);
        List<Failure> kept = all.subList(Math.max(0, all.size() - MOST), all.size());
        List<Failure> counted = kept.stream()
                .filter(known -> isAfter(known, state.stoppedAt()) && isAfter(known, now.resumedAt()))
                .filter(known -> !known.at().isBefore(seen.at().minus(known.within())))
                .toList();
        int enough = counted.stream().mapToInt(Failure::clusters).min().orElse(Integer.MAX_VALUE);
        if (counted.size() < Math.max(1, enough)) {
            return new FailureDecision(new FailureState(kept, state.stoppedAt()), null);
        }
        FailureState told = new FailureState(kept, seen.at());
        Stop current = now.stop();
        SharedFailure known = current == null ? null : current.failure();
        boolean isSaid = known != null
                && known.step() == seen.step().kind()
                && known.what().equals(seen.what());
        return new FailureDecision(told, isSaid ? null : stop(seen, counted, current, labels));
    }

    /** Whether nothing of it can count any more. */
    public static boolean isForgotten(FailureState state, Instant now) {
        return state.failures().stream().allMatch(failure -> failure.at().isBefore(now.minus(KEPT)));
    }

    /** The newest failure. */
    public static Instant newest(FailureState state) {
        return state.failures().stream()
                .map(Failure::at)
                .max(Instant::compareTo)
                .orElse(Instant.EPOCH);
    }

    private static boolean isAfter(Failure failure, @Nullable Instant moment) {
        return moment == null || failure.at().isAfter(moment);
    }

    private static Stop stop(
            FailureSeen seen,
            List<Failure> counted,
            @Nullable Stop current,
            Function<ClusterId, Map<String, String>> labels) {
        SharedFailure shared = shared(seen, counted, labels);
        String said = sentence(shared, counted.size());
        return current == null
                ? new Stop(null, said, seen.at(), shared)
                : new Stop(current.by(), joined(current.reason()) + " Besides: " + said, current.at(), shared);
    }

    private static SharedFailure shared(
            FailureSeen seen, List<Failure> counted, Function<ClusterId, Map<String, String>> labels) {
        Map<CampaignName, Failure> newest = new LinkedHashMap<>();
        counted.forEach(failure -> newest.put(failure.step().campaign(), failure));
        Set<ClusterId> next = new LinkedHashSet<>();
        newest.values().forEach(failure -> next.addAll(failure.next()));
        List<ClusterId> clusters = counted.stream().map(Failure::cluster).toList();
        clusters.forEach(next::remove);
        return new SharedFailure(
                seen.step().kind(),
                seen.reason(),
                seen.what(),
                clusters.subList(Math.max(0, clusters.size() - MOST_CLUSTERS), clusters.size()),
                newest.values().stream().mapToInt(Failure::begun).sum(),
                List.copyOf(newest.keySet()),
                inCommon(counted, labels),
                next.stream().limit(MOST_NEXT).toList());
    }

    /** Versions and labels that are the same for all of them. */
    private static List<String> inCommon(List<Failure> counted, Function<ClusterId, Map<String, String>> labels) {
        List<String> common = new ArrayList<>();
        Failure first = counted.getFirst();
        if (first.source() != null && counted.stream().allMatch(one -> Objects.equals(one.source(), first.source()))) {
            common.add("version " + first.source());
        }
        if (first.target() != null && counted.stream().allMatch(one -> Objects.equals(one.target(), first.target()))) {
            common.add("target " + first.target());
        }
        Map<String, String> all = new TreeMap<>(labels.apply(first.cluster()));
        counted.forEach(failure ->
                all.entrySet().retainAll(labels.apply(failure.cluster()).entrySet()));
        all.forEach((label, value) -> common.add(label + "=" + value));
        return common;
    }

    private static String sentence(SharedFailure shared, int count) {
        StringBuilder text = new StringBuilder("The same failure on " + count + " of " + shared.begun()
                + (shared.begun() == 1 ? " cluster" : " clusters") + " that have begun: " + shared.step() + " failed ("
                + shared.reason() + "): " + joined(shared.what()) + " On " + named(shared.clusters()) + ".");
        if (!shared.shared().isEmpty()) {
            text.append(" In common: ")
                    .append(String.join(", ", shared.shared()))
                    .append('.');
        }
        if (!shared.next().isEmpty()) {
            text.append(" Next would be ").append(named(shared.next())).append('.');
        }
        return text.toString();
    }

    private static String named(List<ClusterId> clusters) {
        int more = clusters.size() - NAMED;
        return clusters.stream().limit(NAMED).map(ClusterId::value).collect(Collectors.joining(", "))
                + (more > 0 ? " and " + more + " more" : "");
    }

    private static String joined(String sentence) {
        return sentence.endsWith(".") ? sentence : sentence + ".";
    }

    /**
     * What is said of everything.
     *
     * @param stop who has stopped it; null: nobody
     * @param resumedAt when somebody last ended a stop; null: nobody has, or that is not known
     */
    public record Everything(@Nullable Stop stop, @Nullable Instant resumedAt) {

        /** Nothing was ever stopped. */
        public static final Everything GOES_ON = new Everything(null, null);
    }
}
