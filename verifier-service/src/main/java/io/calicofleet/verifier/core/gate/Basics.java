package io.calicofleet.verifier.core.gate;

import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.FieldWriter;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.NetworkBaseline;
import io.calicofleet.event.WorkloadObservation;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** What every gate asks for first: an observation, made after the step had acted. */
final class Basics {

    private Basics() {}

    /** What {@code gate} makes of the newest observation, or what is missing of one. */
    static GateVerdict judge(Evidence evidence, Function<ClusterObservation, GateVerdict> gate) {
        ClusterObservation latest = evidence.history().latest();
        if (latest == null) {
            return GateVerdict.NotYet.missing(
                    List.of("any observation of the cluster: the executor sent none for this step"), List.of());
        }
        if (!evidence.history().acted()) {
            return GateVerdict.NotYet.missing(
                    List.of("the end of the step's own work: no observation was made after it"), List.of());
        }
        return gate.apply(latest);
    }

    /** Like {@link #judge}, for a gate that compares with what was before. */
    static GateVerdict compare(
            GateRequirement requirement,
            Evidence evidence,
            BiFunction<ClusterObservation, NetworkBaseline, GateVerdict> gate) {
        return judge(evidence, latest -> {
            NetworkBaseline before = requirement.baseline();
            return before == null
                    ? new GateVerdict.Failed(
                            "The step does not say what was before the upgrade.", List.of("no baseline was given"))
                    : gate.apply(latest, before);
        });
    }

    /** Whether it is known that somebody else wrote the images of a workload last. */
    static boolean writtenByOthers(WorkloadObservation workload) {
        FieldWriter writer = workload.lastWriter();
        return writer != null && !writer.manager().equals(FieldWriter.OURS);
    }

    /** Who wrote the images of a workload last, in words. */
    static String writer(WorkloadObservation workload) {
        FieldWriter writer = workload.lastWriter();
        return writer == null ? "somebody its managedFields do not tell" : writer.toString();
    }

    /** A time as people are told it: to the second, in UTC. */
    static Instant second(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS);
    }

    /** {@code 1 pod}, {@code 2 pods}. */
    static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
