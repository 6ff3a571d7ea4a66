package io.calicofleet.simulator.kubernetes.http;

import io.calicofleet.simulator.kubernetes.rbac.Access;

/** Somebody beside the API who sees every write before and after it is carried out, and may cut its connection. */
@FunctionalInterface
public interface WriteWatcher {

    /**
     * Looks at a write; whoever made it waits meanwhile.
     *
     * @param write what is written; what is created has no name here
     * @param carriedOut false before it is carried out, true before it is answered
     * @param userAgent who writes
     * @return whether the connection ends without an answer, and without the write where that was not carried out
     */
    boolean cuts(Access write, boolean carriedOut, String userAgent);
}
