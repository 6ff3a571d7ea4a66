package io.calicofleet.executor.engine;

import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.StepRequested;
import io.calicofleet.event.WorkloadImage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks at a cluster while a step is judged. */
public interface Observer {

    /**
     * Begins to look.
     *
     * @param request the step that is judged; what none of its gates asks for need not be looked at
     * @param changed called when something changed; must not block
     */
    Session start(StepRequested request, Runnable changed);

    /**
     * The same that says beside what it sees what a release has.
     *
     * @param images what the target's file says its containers run; null where there is none
     */
    default Observer beside(@Nullable List<WorkloadImage> images) {
        return (request, changed) -> {
            Session session = start(request, changed);
            return new Session() {
                @Override
                public ClusterObservation observe() {
                    return session.observe().withReleaseImages(images);
                }

                @Override
                public void close() {
                    session.close();
                }
            };
        };
    }

    /** While it looks. */
    interface Session extends AutoCloseable {

        /**
         * What there is to be seen now.
         *
         * @throws io.calicofleet.executor.port.ClusterException where the cluster does not answer
         */
        ClusterObservation observe();

        @Override
        void close();
    }
}
