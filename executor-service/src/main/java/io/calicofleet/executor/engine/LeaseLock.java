package io.calicofleet.executor.engine;

import java.util.Optional;

/** Keeps two executors from acting on one cluster. One object is one attempt to act; it is not used again. */
public interface LeaseLock {

    /**
     * Tries once.
     *
     * @return empty where it is held from now on; otherwise who holds it
     * @throws io.calicofleet.executor.port.ClusterException where the cluster does not answer
     */
    Optional<String> tryAcquire();

    /**
     * Who holds it, without taking it; empty where nobody does, or one whose time is over. To be asked again and again, since
     * only time tells that a holder is over.
     *
     * @throws io.calicofleet.executor.port.ClusterException where the cluster does not answer
     */
    Optional<String> other();

    /**
     * The second half of the fence: whether it is still held.
     *
     * @throws io.calicofleet.executor.port.FenceException where another executor has it
     * @throws io.calicofleet.executor.port.ClusterException where that cannot be found out at present
     */
    void check();

    /** Gives it up, if it is held. Never throws for what the cluster can do: the lease ends by itself otherwise. */
    void release();
}
