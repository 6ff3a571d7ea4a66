package io.calicofleet.executor.core.observe;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.WorkloadObservation;
import java.util.Collection;

/** Observes one DaemonSet or Deployment. */
@SuppressWarnings("DoNotCallSuggester")
public final class WorkloadObserver {

    private WorkloadObserver() {}

    /**
     * The state of a workload and its pods.
     *
     * @param workload a DaemonSet or a Deployment
     * @param revisions the ControllerRevisions or ReplicaSets of its namespace, by which a pod of an older template is
     *     told; may be empty
     * @param pods the pods of its namespace; those of others are left out
     * @param nodes all nodes
     */
    public static WorkloadObservation observe(
            JsonNode workload,
            Collection<? extends JsonNode> revisions,
            Collection<? extends JsonNode> pods,
            Collection<? extends JsonNode> nodes) {
        throw new UnsupportedOperationException();
    }
}
