package io.calicofleet.verifier.core.gate;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.TemporaryPolicyObservation;
import io.calicofleet.event.WorkloadObservation;
import io.calicofleet.model.image.CalicoImages;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All observations of a step, folded: the newest, and what only the row of them can tell. Of one size however long the
 * executor observes.
 *
 * @param checks number of observations
 * @param run the executor's run the newest came from
 * @param sequence the newest one's number in that run
 * @param acted whether the step had done what it does
 * @param firstActedAt when that was first seen
 * @param lastAt when the newest was made
 * @param latest the newest
 * @param restartsRose when the restarts of a workload last rose, by object
 * @param podsPassedAt when the pods gate first passed
 * @param podsSettledAt when the pods gate last passed
 * @param atTarget how many observations in a row found the datastore at the target while the pods were settled
 * @param brought the workloads whose template was of the target once the step had acted, by object
 * @param policyInForceSince since when the temporary policy was found in force without a break
 * @param policyBroken how often it was found not in force after it had been
 */
public record Sightings(
        long checks,
        String run,
        long sequence,
        boolean acted,
        @Nullable Instant firstActedAt,
        @Nullable Instant lastAt,
        @Nullable ClusterObservation latest,
        Map<String, Instant> restartsRose,
        @Nullable Instant podsPassedAt,
        @Nullable Instant podsSettledAt,
        int atTarget,
        Set<String> brought,
        @Nullable Instant policyInForceSince,
        int policyBroken) {

    /** Nothing seen. */
    public static final Sightings NONE =
            new Sightings(0, "", 0, false, null, null, null, Map.of(), null, null, 0, Set.of(), null, 0);

    public Sightings {
        requireNonNull(run, "run");
        brought = brought == null ? Set.of() : Collections.unmodifiableSet(new TreeSet<>(brought));
        restartsRose = restartsRose == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(restartsRose));
    }

    /** Whether {@code check} tells nothing new: a duplicate, or one that was overtaken. */
    public boolean knows(Check check) {
        if (checks > 0 && check.run().equals(run)) {
            return check.sequence() <= sequence;
        }
        Instant last = lastAt;
        return last != null && check.at().isBefore(last);
    }

    /** With one observation more. What it means for the pods and the version is added by {@link #judgedPods}. */
    public Sightings with(Check check) {
        ClusterObservation seen = check.observation();
        Instant at = check.at();
        TemporaryPolicyObservation policy = seen.temporaryPolicy();
        boolean inForce = check.acted() && policy != null && policy.inForce();
        Instant since = policyInForceSince;
        return new Sightings(
                checks + 1,
                check.run(),
                check.sequence(),
                check.acted(),
                firstActedAt == null && check.acted() ? at : firstActedAt,
                at,
                seen,
                restarts(seen, at),
                podsPassedAt,
                podsSettledAt,
                atTarget,
                brought,
                inForce ? since == null ? at : since : null,
                since != null && !inForce ? policyBroken + 1 : policyBroken);
    }

    /**
     * With what the newest observation means for the pods and the version.
     *
     * @param settled whether the pods gate passes; true where none is asked for
     * @param target the release to come to
     */
    public Sightings judgedPods(boolean settled, @Nullable CalicoVersion target) {
        ClusterObservation seen = latest;
        boolean there =
                settled && acted && seen != null && target != null && target.equals(seen.clusterInformationVersion());
        return new Sightings(
                checks,
                run,
                sequence,
                acted,
                firstActedAt,
                lastAt,
                seen,
                restartsRose,
                podsPassedAt == null && settled ? lastAt : podsPassedAt,
                settled ? lastAt : podsSettledAt,
                there ? atTarget + 1 : 0,
                brought(seen, target),
                policyInForceSince,
                policyBroken);
    }

    private Set<String> brought(@Nullable ClusterObservation seen, @Nullable CalicoVersion target) {
        if (!acted || seen == null || target == null) {
            return brought;
        }
        Set<String> now = new TreeSet<>(brought);
        seen.workloads().stream()
                .filter(workload -> CalicoImages.templateIsOf(workload, target))
                .forEach(workload -> now.add(workload.object()));
        return now;
    }

    private Map<String, Instant> restarts(ClusterObservation seen, Instant at) {
        ClusterObservation before = latest;
        if (before == null) {
            return restartsRose;
        }
        Map<String, Long> known = new HashMap<>();
        before.workloads().forEach(workload -> known.put(workload.object(), workload.restarts()));
        Map<String, Instant> rose = new HashMap<>(restartsRose);
        for (WorkloadObservation workload : seen.workloads()) {
            if (workload.restarts() > known.getOrDefault(workload.object(), Long.MAX_VALUE)) {
                rose.put(workload.object(), at);
            }
        }
        return rose;
    }
}
