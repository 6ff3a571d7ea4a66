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

    /** @param done when clusters were done, well or not, in milliseconds from the start; in order */
    Run(
            int clusters,
            boolean finished,
            String reason,
            Duration took,
            int touched,
            int failed,
            int mostAtOnce,
            long[] done) {
        this.clusters = clusters;
        this.finished = finished;
        this.reason = reason;
        this.took = took;
        this.touched = touched;
        this.failed = failed;
        this.mostAtOnce = mostAtOnce;
        this.done = done;
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
}
