package io.calicofleet.planner.core.campaign;

import io.calicofleet.event.ClusterPhase;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many clusters are in which phase.
 *
 * @param pending so many wait
 * @param running so many are in a step
 * @param held so many wait for a person
 * @param succeeded so many are done
 * @param failed so many failed, those forgiven too
 * @param skipped so many were left out
 * @param aborted so many were cut off
 * @param forgiven so many of those that failed were forgiven
 * @param rollingBack so many of those in a step go back, because their upgrade did not succeed
 * @param asking so many of those that wait take a place, for they would start but for an answer
 * @param unreached so many of those that wait cannot be reached
 */
public record Tally(
        int pending,
        int running,
        int held,
        int succeeded,
        int failed,
        int skipped,
        int aborted,
        int forgiven,
        int rollingBack,
        int asking,
        int unreached) {

    /** No cluster at all. */
    public static final Tally NONE = new Tally(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** With {@code cluster} counted {@code times}: 1 or -1. */
    Tally count(ClusterState cluster, int times) {
        return new Tally(
                pending + (cluster.phase() == ClusterPhase.PENDING ? times : 0),
                running + (cluster.phase() == ClusterPhase.RUNNING ? times : 0),
                held + (cluster.phase() == ClusterPhase.HELD ? times : 0),
                succeeded + (cluster.phase() == ClusterPhase.SUCCEEDED ? times : 0),
                failed + (cluster.phase() == ClusterPhase.FAILED ? times : 0),
                skipped + (cluster.phase() == ClusterPhase.SKIPPED ? times : 0),
                aborted + (cluster.phase() == ClusterPhase.ABORTED ? times : 0),
                forgiven + (cluster.forgiven() ? times : 0),
                rollingBack + (cluster.rollingBack() ? times : 0),
                asking + (cluster.asksForClaim() ? times : 0),
                unreached + (cluster.findings().unreached() ? times : 0));
    }

    /** All of them. */
    public int total() {
        return pending + running + held + succeeded + failed + skipped + aborted;
    }

    /** Those that take a place: running, held, or about to start. */
    public int inFlight() {
        return running + held + asking;
    }

    /** Those that are not finished: waiting, running or held. */
    public int open() {
        return pending + running + held;
    }

    /** Those that keep the next wave: all that are not finished, but for those that cannot be reached. */
    public int keeping() {
        return open() - unreached;
    }

    /** Failures that count; one that goes back has failed already. */
    public int failures() {
        return failed - forgiven + rollingBack;
    }

    /** By the phase's encoded form, zeros left out. */
    public Map<String, Integer> byPhase() {
        Map<String, Integer> phases = new TreeMap<>();
        for (ClusterPhase phase : ClusterPhase.values()) {
            int number = of(phase);
            if (number > 0) {
                phases.put(phase.encode(), number);
            }
        }
        return phases;
    }

    /** Those in {@code phase}. */
    public int of(ClusterPhase phase) {
        return switch (phase) {
            case PENDING -> pending;
            case RUNNING -> running;
            case HELD -> held;
            case SUCCEEDED -> succeeded;
            case FAILED -> failed;
            case SKIPPED -> skipped;
            case ABORTED -> aborted;
        };
    }
}
