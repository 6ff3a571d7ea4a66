package io.calicofleet.executor.work;

import io.calicofleet.event.ClusterObservation;

/** Looks at a cluster while a step is judged. */
public interface Observer {

    /**
     * Begins to look.
     *
     * @param changed called when something changed; must not block
     */
    Session start(Runnable changed);

    /** While it looks. */
    interface Session extends AutoCloseable {

        /**
         * What there is to be seen now.
         *
         * @throws io.calicofleet.executor.core.step.ClusterException where the cluster does not answer
         */
        ClusterObservation observe();

        @Override
        void close();
    }
}
