package io.calicofleet.event;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was measured of the traffic of a cluster since the baseline. Of one size however many nodes there are.
 *
 * @param refused why nothing is measured, a sentence; null where it is
 * @param paths how many paths are measured, on all nodes
 * @param attempts how many times they were dialled since the baseline
 * @param lost how many of these got no answer
 * @param round counts up each time every path was dialled again, within one run of one executor
 * @param worst the nodes and kinds of paths with the longest gaps, with the most loss and with the most breaks; all others had no more
 * @param kinds each kind of path of all nodes together, new connections and kept ones apart; the node is the one with the longest gap
 * @param unmeasured the nodes that were not measured all the time, with the reason, a line each; the first ones
 * @param unmeasuredNodes how many those are
 * @param notes what is left out of it, such as a path that never had an answer, a line each; the first ones
 * @param rollout what became of the nodes that had not rolled when a gap had grown too long, a sentence without its full stop; null before that
 */
public record ContinuityObservation(
        @Nullable String refused,
        int paths,
        long attempts,
        long lost,
        long round,
        List<ContinuityFact> worst,
        List<ContinuityFact> kinds,
        List<String> unmeasured,
        int unmeasuredNodes,
        List<String> notes,
        @Nullable String rollout) {

    public ContinuityObservation {
        worst = Copies.list(worst);
        kinds = Copies.list(kinds);
        unmeasured = Copies.list(unmeasured);
        notes = Copies.list(notes);
    }

    /** Of a cluster in which nothing is measured. */
    public static ContinuityObservation refused(String why) {
        return new ContinuityObservation(why, 0, 0, 0, 0, List.of(), List.of(), List.of(), 0, List.of(), null);
    }

    /** The same with what became of the nodes that had not rolled. */
    public ContinuityObservation withRollout(String what) {
        return new ContinuityObservation(
                refused, paths, attempts, lost, round, worst, kinds, unmeasured, unmeasuredNodes, notes, what);
    }

    /** The longest gap of all paths; empty where nothing is measured. */
    public Optional<ContinuityFact> longest() {
        return worst.stream().max(Comparator.comparing(ContinuityFact::longestGap));
    }

    /** The longest gap, where it is longer than allowed, else the most breaks, where these are: no waiting makes either less. */
    public Optional<ContinuityFact> breach(ContinuitySpec spec) {
        return longest()
                .filter(fact -> fact.isTooLong(spec))
                .or(() -> worst.stream()
                        .max(Comparator.comparing(ContinuityFact::breaks))
                        .filter(fact -> fact.breaks() > spec.maxBreaks()));
    }
}
