package io.calicofleet.verifier.core.gate;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.ContinuityObservation;
import io.calicofleet.event.TemporaryPolicyObservation;
import io.calicofleet.event.WorkloadObservation;
import io.calicofleet.model.Durations;
import io.calicofleet.model.image.ImageVersions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All observations of a step, folded: the newest, and what only the row of them can tell. Of one size however long the
 * executor observes.
 *
 * <p>Its time is {@link #observed}: how long the cluster was seen since the step had acted. The interval between two
 * observations counts where the verifier measured it itself, the executor saw the cluster all the while, and the second
 * came when it was due. All other time is a pause.
 *
 * @param checks number of observations
 * @param run the executor's run the newest word came from
 * @param formerRuns the runs before it; what still comes of them is old
 * @param sequence the newest word's number in that run
 * @param next within what time the executor said it would speak again; null: it did not say
 * @param blind why the executor does not see the cluster; empty where it does
 * @param acted whether the step had done what it does
 * @param observed how long the cluster was seen since then
 * @param lastAt when the newest observation was made, by the executor's clock; for people
 * @param latest the newest
 * @param pauses the first times in which nobody saw it
 * @param morePauses how many there were beyond those
 * @param restartsRose when the restarts of a workload last rose, by object, on the clock of {@code observed}
 * @param settling since when the pods are settled
 * @param atTarget how many observations in a row found the datastore at the target while the pods were settled
 * @param brought the workloads whose template was of the target once the step had acted, by object
 * @param policyInForceSince since when the temporary policy was found in force without a break, on the clock of {@code observed}
 * @param policyInForceAt the same by the executor's clock; for people
 * @param policyBroken how often it was found not in force after it had been
 */
public record ObservationHistory(
        long checks,
        String run,
        List<String> formerRuns,
        long sequence,
        @Nullable Duration next,
        String blind,
        boolean acted,
        Duration observed,
        @Nullable Instant lastAt,
        @Nullable ClusterObservation latest,
        List<Pause> pauses,
        int morePauses,
        Map<String, Duration> restartsRose,
        Settling settling,
        int atTarget,
        Set<String> brought,
        @Nullable Duration policyInForceSince,
        @Nullable Instant policyInForceAt,
        int policyBroken) {

    private static final int RUNS = 16;
    private static final int PAUSES = 10;

    /** The least silence that breaks an observation: the pauses of a broker or of a garbage collector are shorter. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    /** Nothing seen. */
    public static final ObservationHistory NONE = new ObservationHistory(
            0,
            "",
            List.of(),
            0,
            null,
            "",
            false,
            Duration.ZERO,
            null,
            null,
            List.of(),
            0,
            Map.of(),
            Settling.NOT_YET,
            0,
            Set.of(),
            null,
            null,
            0);

    public ObservationHistory {
        requireNonNull(run, "run");
        requireNonNull(blind, "blind");
        requireNonNull(observed, "observed");
        requireNonNull(settling, "settling");
        formerRuns = List.copyOf(formerRuns);
        pauses = List.copyOf(pauses);
        brought = Collections.unmodifiableSet(new TreeSet<>(brought));
        restartsRose = Collections.unmodifiableMap(new TreeMap<>(restartsRose));
    }

    /** Whether a word of the executor tells nothing new: a duplicate, or one of a run that another has followed. */
    public boolean knows(String ofRun, long number) {
        return formerRuns.contains(ofRun) || (ofRun.equals(run) && number <= sequence);
    }

    /** After how long without a word the executor is silent. */
    public Duration silence() {
        Duration twice = next == null ? SILENCE : next.multipliedBy(2);
        return twice.compareTo(SILENCE) < 0 ? SILENCE : twice;
    }

    /** Whether anything was heard of the step. */
    public boolean begun() {
        return !run.isEmpty();
    }

    /** Whether what was seen last still is what is seen, {@code since} the last word; null: nobody measured that. */
    public boolean fresh(@Nullable Duration since) {
        return begun() && blind.isEmpty() && since != null && since.compareTo(silence()) <= 0;
    }

    /**
     * With one observation more. What it means for the pods and the version is added by {@link #judgedPods}.
     *
     * @param since the time since the last word, as the verifier measured it; null: it did not
     */
    public ObservationHistory with(Check check, @Nullable Duration since) {
        boolean unbroken = check.run().equals(run) && fresh(since);
        Duration now = unbroken && acted && since != null ? observed.plus(since) : observed;
        ClusterObservation seen = check.observation();
        TemporaryPolicyObservation policy = seen.temporaryPolicy();
        boolean inForce = check.acted() && policy != null && policy.inForce();
        boolean wasInForce = policyInForceSince != null;
        Broken broken = unbroken || !begun() ? new Broken(pauses, morePauses) : paused(why(check.run(), since), since);
        return new ObservationHistory(
                checks + 1,
                check.run(),
                runs(check.run()),
                check.sequence(),
                check.next(),
                "",
                check.acted(),
                now,
                check.at(),
                seen,
                broken.pauses(),
                broken.more(),
                restarts(seen, now),
                settling,
                atTarget,
                brought,
                inForce ? wasInForce ? policyInForceSince : now : null,
                inForce ? wasInForce ? policyInForceAt : check.at() : null,
                wasInForce && !inForce ? policyBroken + 1 : policyBroken);
    }

    /**
     * The executor does not see the cluster. What it had seen for a while may have been old; that time is taken back.
     *
     * @param since as for {@link #with(Check, Duration)}
     */
    public ObservationHistory with(Blindness lost, @Nullable Duration since) {
        Duration back = blind.isEmpty() ? lost.stale() : Duration.ZERO;
        Duration length = begun() ? since : Duration.ZERO;
        Broken broken = paused(lost.reason(), length == null ? null : length.plus(back));
        return new ObservationHistory(
                checks,
                lost.run(),
                runs(lost.run()),
                lost.sequence(),
                lost.next(),
                lost.reason().isEmpty() ? "no reason was given" : lost.reason(),
                acted,
                back.compareTo(observed) > 0 ? Duration.ZERO : observed.minus(back),
                lastAt,
                latest,
                broken.pauses(),
                broken.more(),
                restartsRose,
                settling,
                atTarget,
                brought,
                policyInForceSince,
                policyInForceAt,
                policyBroken);
    }

    /**
     * With what the newest observation means for the pods and the version.
     *
     * @param pods whether the pods gate passes; true where none is asked for
     * @param operator the same of the operator's gate
     * @param target the release to come to
     */
    public ObservationHistory judgedPods(boolean pods, boolean operator, @Nullable CalicoVersion target) {
        ClusterObservation seen = latest;
        boolean settled = acted && pods && operator;
        boolean there = settled && seen != null && target != null && target.equals(seen.clusterInformationVersion());
        return new ObservationHistory(
                checks,
                run,
                formerRuns,
                sequence,
                next,
                blind,
                acted,
                observed,
                lastAt,
                seen,
                pauses,
                morePauses,
                restartsRose,
                settling.with(acted && pods, settled, observed, rounds(seen)),
                there ? atTarget + 1 : 0,
                brought(seen, target),
                policyInForceSince,
                policyInForceAt,
                policyBroken);
    }

    private static @Nullable Long rounds(@Nullable ClusterObservation seen) {
        ContinuityObservation measured = seen == null ? null : seen.continuity();
        return measured == null ? null : (Long) measured.round();
    }

    /** What stays of it once there is a verdict: enough to tell duplicates. */
    public ObservationHistory closed() {
        return new ObservationHistory(
                checks,
                run,
                formerRuns,
                sequence,
                next,
                blind,
                acted,
                observed,
                lastAt,
                null,
                List.of(),
                0,
                Map.of(),
                Settling.NOT_YET,
                0,
                Set.of(),
                null,
                null,
                0);
    }

    /** How long the cluster was seen, and when it was not; a line each. */
    public List<String> told() {
        List<String> lines = new ArrayList<>();
        lines.add(
                lastAt == null
                        ? "no observation arrived"
                        : "seen for " + Durations.shortly(observed) + " since the step had acted, in "
                                + Basics.count(checks, "observation") + ", the last one of " + Basics.second(lastAt));
        pauses.forEach(pause -> lines.add(pause.toString()));
        if (morePauses > 0) {
            lines.add("and " + Basics.count(morePauses, "pause") + " more");
        }
        return lines;
    }

    private String why(String nextRun, @Nullable Duration since) {
        return since == null
                ? "the verifier began anew"
                : !blind.isEmpty()
                        ? blind
                        : nextRun.equals(run) ? "nothing came from the executor" : "the executor began anew";
    }

    /** The pauses, with one more, or with the last one longer while the executor does not see the cluster. */
    private Broken paused(String why, @Nullable Duration length) {
        List<Pause> all = new ArrayList<>(pauses);
        if (!blind.isEmpty() && morePauses == 0 && !all.isEmpty()) {
            Pause last = all.removeLast();
            all.add(last.longer(length, why));
        } else if (blind.isEmpty() && all.size() < PAUSES) {
            all.add(new Pause(lastAt, length, why));
        } else if (blind.isEmpty()) {
            return new Broken(all, morePauses + 1);
        }
        return new Broken(all, morePauses);
    }

    private record Broken(List<Pause> pauses, int more) {}

    private List<String> runs(String nextRun) {
        if (nextRun.equals(run) || run.isEmpty()) {
            return formerRuns;
        }
        List<String> longer =
                new ArrayList<>(formerRuns.subList(Math.max(0, formerRuns.size() + 1 - RUNS), formerRuns.size()));
        longer.add(run);
        return longer;
    }

    private Set<String> brought(@Nullable ClusterObservation seen, @Nullable CalicoVersion target) {
        if (!acted || seen == null || target == null) {
            return brought;
        }
        Set<String> now = new TreeSet<>(brought);
        ImageVersions versions = ImageVersions.of(seen);
        seen.workloads().stream()
                .filter(workload -> versions.templateIsOf(workload, target))
                .forEach(workload -> now.add(workload.object()));
        return now;
    }

    private Map<String, Duration> restarts(ClusterObservation seen, Duration now) {
        ClusterObservation before = latest;
        if (before == null) {
            return restartsRose;
        }
        Map<String, Long> known = new HashMap<>();
        before.workloads().forEach(workload -> known.put(workload.object(), workload.restarts()));
        Map<String, Duration> rose = new HashMap<>(restartsRose);
        for (WorkloadObservation workload : seen.workloads()) {
            if (workload.restarts() > known.getOrDefault(workload.object(), Long.MAX_VALUE)) {
                rose.put(workload.object(), now);
            }
        }
        return rose;
    }
}
