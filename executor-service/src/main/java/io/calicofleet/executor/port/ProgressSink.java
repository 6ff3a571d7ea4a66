package io.calicofleet.executor.port;

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
}
