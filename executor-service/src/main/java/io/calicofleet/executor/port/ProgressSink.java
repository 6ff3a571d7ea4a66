package io.calicofleet.executor.port;

import io.calicofleet.event.PlanMade;

/** Where a step tells how far it is. */
@FunctionalInterface
public interface ProgressSink {

    /**
     * So many of so many; told once for each pair of numbers.
     *
     * @param unit of what: nodes, objects
     * @param summary one sentence for people
     */
    void progressed(int done, int total, String unit, String summary);

    /** A plan was made; returns when it can be read by others. Nobody hears of it where nobody listens. */
    default void planned(PlanMade made) {}
}
