package io.calicofleet.verifier.core.gate;

import io.calicofleet.event.ContainerImages;
import io.calicofleet.event.WorkloadObservation;
import io.calicofleet.verifier.core.traffic.TrafficReviews;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a workload still lacks, line by line; the algorithm is told at {@link PodsGate}. */
final class WorkloadChecks {

    private static final String DAEMON_SET = "DaemonSet";

    private final WorkloadObservation workload;
    private final ReadyCount expected;
    private final ObservationHistory history;
    private final List<String> missing = new ArrayList<>();

    /** @param stated what the campaign expects of the pods of DaemonSets; null: all containers of the template */
    WorkloadChecks(WorkloadObservation workload, @Nullable ReadyCount stated, ObservationHistory history) {
        this.workload = workload;
        this.expected = stated != null && isDaemonSet(workload)
                ? stated
                : new ReadyCount(workload.templateContainers(), workload.templateContainers());
        this.history = history;
    }

    List<String> missing() {
        rollout();
        pods();
        readyContainers();
        images();
        restarts();
        return List.copyOf(missing);
    }

    private void rollout() {
        if (workload.observedGeneration() != workload.generation()) {
            missing.add("its controller saw generation " + workload.observedGeneration() + ", the newest is "
                    + workload.generation());
        }
        if (isDaemonSet(workload) && workload.desired() == 0) {
            missing.add("no node is to run it");
        }
        all(workload.updated(), "of the newest template");
        if (expected.isAll()) {
            all(workload.ready(), "ready");
            all(workload.available(), "available");
            none(workload.unavailable(), "unavailable");
        }
        none(workload.misscheduled(), "where none should run");
    }

    private void pods() {
        if (workload.pods() != workload.desired()) {
            missing.add(Basics.count(workload.pods(), "pod") + " where " + workload.desired() + " are wanted");
        }
        none(
                workload.podsOfOtherRevision(),
                "of an older revision"
                        + (workload.nodesOfOtherRevision().isEmpty()
                                ? ""
                                : ", on " + TrafficReviews.some(workload.nodesOfOtherRevision())));
        if (!workload.nodesWithoutPod().isEmpty()) {
            missing.add("a pod on " + TrafficReviews.some(workload.nodesWithoutPod()));
        }
    }

    private void readyContainers() {
        if (workload.templateContainers() == 0) {
            missing.add("the containers of its template were not observed");
            return;
        }
        int counted = 0;
        for (var entry : workload.readyContainers().entrySet()) {
            counted += entry.getValue();
            ReadyCount ready = ReadyCount.parse(entry.getKey());
            if (ready == null || !ready.meets(expected)) {
                missing.add(Basics.count(entry.getValue(), "pod") + " with " + entry.getKey()
                        + " containers ready instead of " + expected);
            }
        }
        if (counted != workload.pods()) {
            missing.add("the ready containers of " + Basics.count(workload.pods() - counted, "pod"));
        }
    }

    private void images() {
        if (workload.templateImages().isEmpty()) {
            missing.add("the images of its template were not observed");
        }
        for (ContainerImages template : workload.templateImages()) {
            int running = 0;
            for (ContainerImages seen : workload.podImages()) {
                // No two containers of a pod have one name, init containers included.
                if (!seen.container().equals(template.container())) {
                    continue;
                }
                if (seen.image().equals(template.image())) {
                    running += seen.pods();
                } else if (seen.pods() > 0) {
                    missing.add(Basics.count(seen.pods(), "pod") + " with " + seen.image() + " in "
                            + template.container() + " instead of " + template.image());
                }
            }
            if (running != workload.pods()) {
                missing.add(running + " of " + Basics.count(workload.pods(), "pod") + " with " + template.image()
                        + " in " + template.container());
            }
        }
    }

    private void restarts() {
        Duration rose = history.restartsRose().get(workload.object());
        Duration still = rose == null ? PodsGate.SETTLE : history.observed().minus(rose);
        if (still.compareTo(PodsGate.SETTLE) < 0) {
            missing.add("its restarts rose to " + workload.restarts() + " and have been still for " + still
                    + "; they must be for " + PodsGate.SETTLE);
        }
    }

    private void all(int number, String what) {
        if (number != workload.desired()) {
            missing.add(number + " of " + Basics.count(workload.desired(), "pod") + " " + what);
        }
    }

    private void none(int number, String what) {
        if (number != 0) {
            missing.add(Basics.count(number, "pod") + " " + what);
        }
    }

    private static boolean isDaemonSet(WorkloadObservation workload) {
        return workload.kind().equals(DAEMON_SET);
    }
}
