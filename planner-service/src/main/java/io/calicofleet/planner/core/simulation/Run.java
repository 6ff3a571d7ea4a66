package io.calicofleet.planner.core.simulation;

import java.time.Duration;

/** How one simulated campaign came out. */
public final class Run {

    private final int clusters;
    private final boolean finished;
    private final String reason;
    private final Duration took;
    private final int touched;
    private final int failed;
    private final int mostAtOnce;
    private final long[] done;
    private final long[] began;
    private final long[] ended;

    /**
     * What came of it.
     *
     * @param done when clusters were done, well or not, in milliseconds from the start; in order
     * @param began when each cluster of the fleet was begun, in its order; less than 0: never
     * @param ended when it was done; less than 0: never
     */
    Run(
            int clusters,
            boolean finished,
            String reason,
            Duration took,
            int touched,
            int failed,
            int mostAtOnce,
            long[] done,
            long[] began,
            long[] ended) {
        this.clusters = clusters;
        this.finished = finished;
        this.reason = reason;
        this.took = took;
        this.touched = touched;
        this.failed = failed;
        this.mostAtOnce = mostAtOnce;
        this.done = done;
        this.began = began;
        this.ended = ended;
    }

    /** How many clusters take part. */
    public int clusters() {
        return clusters;
    }

    /** Whether every cluster was done; if not, it stopped before, and nothing more would have started by itself. */
    public boolean finished() {
        return finished;
    }

    /** Why it stopped; empty where it finished. */
    public String reason() {
        return reason;
    }

    /** From its start until the last cluster was done, or until nothing went on. */
    public Duration took() {
        return took;
    }

    /** How many clusters were begun. */
    public int touched() {
        return touched;
    }

    /** How many of them failed. */
    public int failed() {
        return failed;
    }

    /** How many were in flight at once, at most. */
    public int mostAtOnce() {
        return mostAtOnce;
    }

    /** How many clusters were done so long after the start, well or not. */
    public int doneAfter(Duration time) {
        int from = 0;
        int to = done.length;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (done[middle] <= time.toMillis()) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    /** When a cluster was begun, by its place in the fleet, in milliseconds from the start; less than 0: never. */
    long began(int cluster) {
        return began[cluster];
    }

    /** When it was done; less than 0: never. */
    long ended(int cluster) {
        return ended[cluster];
    }
}
