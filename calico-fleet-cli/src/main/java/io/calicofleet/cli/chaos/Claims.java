package io.calicofleet.cli.chaos;

import io.calicofleet.cli.chaos.History.Kept;
import io.calicofleet.event.ClaimGranted;
import io.calicofleet.event.ClaimLost;
import io.calicofleet.event.ClaimReleased;
import io.calicofleet.event.ClaimRequested;
import io.calicofleet.event.ClusterId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Whether clusters were claimed by one campaign at a time. */
final class Claims {

    private Claims() {}

    /**
     * The grants of a cluster, in the order of their epochs: before each one after the first, the campaign of the one before had
     * released the cluster, had asked for it anew, or was told that a person took it.
     */
    static List<Finding> oneAtATime(History history) {
        List<Finding> findings = new ArrayList<>();
        grants(history).forEach((cluster, grants) -> {
            Kept<ClaimGranted> before = null;
            for (Kept<ClaimGranted> grant : grants) {
                if (before != null) {
                    if (before.data().epoch() == grant.data().epoch()) {
                        findings.add(
                                Finding.of(cluster, "two campaigns have the same epoch", line(before), line(grant)));
                    } else if (!gaveUp(history, before, grant)) {
                        findings.add(Finding.of(
                                cluster,
                                "is granted to " + grant.data().campaign() + " while "
                                        + before.data().campaign() + " has it",
                                line(before),
                                line(grant)));
                    }
                }
                before = grant;
            }
        });
        return findings;
    }

    /** By cluster the grants, by epoch; one that was answered twice is one. */
    static Map<ClusterId, List<Kept<ClaimGranted>>> grants(History history) {
        Map<ClusterId, Map<List<Object>, Kept<ClaimGranted>>> distinct =
                new TreeMap<>(Comparator.comparing(ClusterId::value));
        history.all(ClaimGranted.class)
                .forEach(grant -> distinct.computeIfAbsent(grant.data().cluster(), any -> new LinkedHashMap<>())
                        .putIfAbsent(
                                List.of(
                                        grant.data().campaign(),
                                        grant.data().attempt(),
                                        grant.data().epoch()),
                                grant));
        Map<ClusterId, List<Kept<ClaimGranted>>> sorted = new LinkedHashMap<>();
        distinct.forEach((cluster, grants) -> sorted.put(cluster, sorted(grants.values())));
        return sorted;
    }

    private static List<Kept<ClaimGranted>> sorted(Collection<Kept<ClaimGranted>> grants) {
        return grants.stream()
                .sorted(Comparator.comparingLong(grant -> grant.data().epoch()))
                .toList();
    }

    /** Whether the campaign of {@code had} no longer had the cluster when {@code next} was granted. */
    private static boolean gaveUp(History history, Kept<ClaimGranted> had, Kept<ClaimGranted> next) {
        ClaimGranted grant = had.data();
        boolean released = history.of(ClaimReleased.class, grant.cluster()).stream()
                .anyMatch(release -> release.data().campaign().equals(grant.campaign())
                        && release.data().attempt() >= grant.attempt()
                        && !release.time().isAfter(next.time()));
        boolean askedAnew = history.of(ClaimRequested.class, grant.cluster()).stream()
                .anyMatch(request -> request.data().campaign().equals(grant.campaign())
                        && request.data().attempt() > grant.attempt()
                        && !request.time().isAfter(next.time()));
        boolean lost = history.of(ClaimLost.class, grant.cluster()).stream()
                .anyMatch(answer -> answer.data().campaign().equals(grant.campaign())
                        && answer.data().attempt() == grant.attempt()
                        && answer.data().holder().equals(next.data().campaign()));
        return released || askedAnew || lost;
    }

    private static String line(Kept<ClaimGranted> grant) {
        return grant.time() + " granted to " + grant.data().campaign() + ", epoch "
                + grant.data().epoch();
    }
}
