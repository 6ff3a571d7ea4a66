package io.calicofleet.executor.work;

import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.StepRequested;

/** Looks at a cluster while a step is judged. */
public interface Observer {

    /**
     * Begins to look.
     *
     * @param request the step that is judged; what none of its gates asks for need not be looked at
     * @param changed called when something changed; must not block
     */
    Session start(StepRequested request, Runnable changed);

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
