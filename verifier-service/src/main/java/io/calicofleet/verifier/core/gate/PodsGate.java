package io.calicofleet.verifier.core.gate;

import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.PodProblem;
import io.calicofleet.event.WorkloadObservation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether every workload of Calico has rolled out and settled. For each DaemonSet and Deployment:
 *
 * <ol>
 *   <li>its controller has seen the newest generation, and wants at least one pod of a DaemonSet;
 *   <li>as many pods as wanted, all of the newest template, ready, available, none misscheduled, no node without one;
 *   <li>every pod has all containers of the template ready, or as many as the campaign states, and runs its images;
 *   <li>the restarts have not risen for {@link #SETTLE}.
 * </ol>
 *
 * <p>What keeps a workload from rolling by itself, such as OnDelete, is named first. A further pool of nodes that has none
 * is not waited for.
 *
 * <p>Fails before the deadline only for pods that cannot start whatever one waits for.
 */
final class PodsGate implements Gate {

    /** How long restarts must have been still after they rose; a container without a probe crashes unnoticed else. */
    static final Duration SETTLE = Duration.ofSeconds(30);

    /** Nothing but another manifest puts these right. */
    private static final Set<String> HOPELESS = Set.of("InvalidImageName", "ErrImageNeverPull");

    @Override
    public GateKind kind() {
        return GateKind.PODS;
    }

    /** Pods that stood settled for {@link #SETTLE} and do not any more have as long again. */
    @Override
    public Duration deadline(GateRequirement requirement, Evidence evidence) {
        return evidence.history().settling().podsFrom().plus(requirement.deadline());
    }

    @Override
    public GateVerdict look(GateRequirement requirement, Evidence evidence, Duration now) {
        String stated = requirement.expectedReady();
        ReadyCount expected = stated == null ? null : ReadyCount.parse(stated);
        if (stated != null && expected == null) {
            return new GateVerdict.Failed(
                    "The expected ready containers '" + stated + "' have no form such as 1/2.", List.of());
        }
        return Basics.judge(evidence, latest -> look(latest, evidence.history(), expected));
    }

    private static GateVerdict look(
            ClusterObservation latest, ObservationHistory history, @Nullable ReadyCount expected) {
        if (latest.workloads().isEmpty()) {
            return GateVerdict.NotYet.missing(List.of("any workload of Calico"), List.of());
        }
        List<String> missing = new ArrayList<>();
        List<String> evidence = new ArrayList<>();
        for (WorkloadObservation workload : latest.workloads()) {
            if (isIdlePool(workload, latest)) {
                evidence.add(workload.object() + ": no node is to run it");
                continue;
            }
            List<String> ofWorkload = new WorkloadChecks(workload, expected, history).missing();
            if (!ofWorkload.isEmpty()) {
                workload.obstacles().forEach(obstacle -> missing.add(workload.object() + ": " + obstacle));
                // First, for the reason of a failure begins with it.
                workload.problems().stream()
                        .limit(1)
                        .forEach(problem -> missing.add(workload.object() + ": " + problem(problem)));
            }
            ofWorkload.forEach(line -> missing.add(workload.object() + ": " + line));
            evidence.add(workload.object() + ": " + (ofWorkload.isEmpty() ? "" : "so far ") + state(workload));
            workload.problems().forEach(problem -> evidence.add(workload.object() + ": " + problem(problem)));
            if (!ofWorkload.isEmpty() && Basics.writtenByOthers(workload)) {
                evidence.add(workload.object() + ": last written by " + Basics.writer(workload));
            }
        }
        Optional<String> hopeless = latest.workloads().stream()
                .flatMap(workload -> workload.problems().stream()
                        .filter(problem -> HOPELESS.contains(problem.reason()))
                        .map(problem -> workload.object() + ": " + problem(problem)))
                .findFirst();
        if (hopeless.isPresent()) {
            return new GateVerdict.Failed("No waiting helps: " + hopeless.get() + ".", evidence);
        }
        return missing.isEmpty()
                ? GateVerdict.Passed.because("Every workload of Calico has rolled out and settled.", evidence)
                : GateVerdict.NotYet.missing(missing, evidence);
    }

    /** A DaemonSet of Calico's for nodes there are none of, beside one that has nodes: nothing of it can roll. */
    private static boolean isIdlePool(WorkloadObservation workload, ClusterObservation latest) {
        return isDaemonSet(workload)
                && workload.desired() == 0
                && workload.pods() == 0
                && workload.observedGeneration() == workload.generation()
                && workload.nodesWithoutPod().isEmpty()
                && latest.workloads().stream().anyMatch(other -> isDaemonSet(other) && other.desired() > 0);
    }

    private static boolean isDaemonSet(WorkloadObservation workload) {
        return workload.kind().equals("DaemonSet");
    }

    private static String state(WorkloadObservation workload) {
        return workload.ready() + " of " + Basics.count(workload.desired(), "pod") + " ready, " + workload.updated()
                + " updated, " + workload.available() + " available, containers ready " + ready(workload)
                + ", generation " + workload.observedGeneration() + ", " + Basics.count(workload.restarts(), "restart");
    }

    private static String ready(WorkloadObservation workload) {
        if (workload.readyContainers().isEmpty()) {
            return "unknown";
        }
        List<String> counts = new ArrayList<>();
        workload.readyContainers().forEach((ready, pods) -> counts.add(ready + " in " + Basics.count(pods, "pod")));
        return String.join(", ", counts);
    }

    private static String problem(PodProblem problem) {
        return "pod " + problem.pod() + (problem.node().isEmpty() ? " on no node yet" : " on " + problem.node()) + ": "
                + problem.reason() + (problem.message().isEmpty() ? "" : " (" + problem.message() + ")");
    }
}
