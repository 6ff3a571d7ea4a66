package io.calicofleet.executor.engine;

import io.calicofleet.event.FailureReason;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepRequested;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.StepOutcome;
import java.util.Optional;

/** Whether the cluster that a kubeconfig leads to is the one a step is meant for. */
final class RealCluster {

    private RealCluster() {}

    /** Whose kubeconfig may not read namespaces cannot be told from another; the step goes on all the same. */
    static String uid(ClusterApi api, RetryPolicy retries) {
        try {
            return retries.read("kube-system", String::isEmpty, api::uid);
        } catch (ClusterException e) {
            return "";
        }
    }

    /** A step that says for which real cluster it is, is for no other, nor for one of which that cannot be read. */
    static Optional<StepOutcome> otherCluster(StepRequested request, String uid) {
        String meant = request.parameters().uid();
        return meant == null || meant.equals(uid)
                ? Optional.empty()
                : Optional.of(new StepOutcome.Failed(
                        FailureReason.OTHER_CLUSTER,
                        "It is for the cluster whose kube-system has the UID " + meant + "; the kubeconfig of "
                                + request.step().cluster() + " leads to "
                                + (uid.isEmpty() ? "one whose UID it may not read." : "the one with " + uid + ".")
                                + " Where that is right, retry: it is asked for anew."));
    }

    /** Two ids of one cluster would be claimed by two campaigns at once. */
    static Optional<StepOutcome> twin(StepId step, Cluster cluster, String uid) {
        return cluster.sameAs(uid, true)
                .map(other -> new StepOutcome.Failed(
                        FailureReason.KUBECONFIG_UNUSABLE, Cluster.sameAs(step.cluster(), other, uid)));
    }

    /** A kubeconfig that is written again may lead elsewhere; what was read on one cluster is not for another. */
    static void requireSame(StepRequested request, String uid, ClusterApi api) {
        if (!uid.isEmpty() && !uid.equals(api.uid())) {
            throw new ClusterException(
                    Problem.UNEXPECTED,
                    "the kubeconfig of " + request.step().cluster() + " was changed and leads to another cluster: its"
                            + " kube-system has the UID " + api.uid() + ", that of the one the step began on has " + uid
                            + ". Nothing was written there",
                    null);
        }
    }
}
