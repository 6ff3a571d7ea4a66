package io.calicofleet.executor.adapter.kubernetes.store;

import io.calicofleet.executor.port.ClusterException;

/**
 * Writes that look first. While the lease is ours, what was written between the look and the write is our own, whose answer
 * was lost: they look again.
 */
final class Races {

    private static final int RACES = 12;

    private Races() {}

    /**
     * Looks and writes, until nothing came between.
     *
     * @throws ClusterException where the cluster refuses it, or something comes between twelve times in a row
     */
    static void run(Runnable lookAndWrite) {
        for (int race = 1; ; race++) {
            try {
                lookAndWrite.run();
                return;
            } catch (ClusterException e) {
                if (!e.isRace() || race >= RACES) {
                    throw e;
                }
            }
        }
    }
}
