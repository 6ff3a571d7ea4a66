package io.calicofleet.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was measured of the traffic of a cluster since the baseline. Of one size however many nodes there are.
 *
 * @param refused why nothing is measured, a sentence; null where it is
 * @param paths how many paths are measured, on all nodes
 * @param attempts how many times they were dialled since the baseline
 * @param lost how many of these got no answer
 * @param round counts up each time every path was dialled again, within one run of one executor
 * @param worst the nodes and kinds of paths with the longest gaps and with the most loss; all others had no more
 * @param unmeasured the nodes that were not measured all the time, with the reason, a line each; the first ones
 * @param unmeasuredNodes how many those are
 * @param notes what is left out of it, such as a path that never had an answer, a line each; the first ones
 */
public record ContinuityObservation(
        @Nullable String refused,
        int paths,
        long attempts,
        long lost,
        long round,
        List<ContinuityFact> worst,
        List<String> unmeasured,
        int unmeasuredNodes,
        List<String> notes) {

    public ContinuityObservation {
        worst = Copies.list(worst);
        unmeasured = Copies.list(unmeasured);
        notes = Copies.list(notes);
    }

    /** Of a cluster in which nothing is measured. */
    public static ContinuityObservation refused(String why) {
        return new ContinuityObservation(why, 0, 0, 0, 0, List.of(), List.of(), 0, List.of());
    }
}
