package io.calicofleet.simulator.fault;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is wrong with a cluster now; as JSON it is what {@code /simulator/clusters/<id>/faults} reads and
 * answers. A field that is missing there is not a fault.
 *
 * @param latencyMillis how much later every API request is answered
 * @param errorShare share of API requests, 0 to 1, that fail with errorCode
 * @param errorCode 500, 503 or 429; 0 stands for 500
 * @param apiDown whether connections to the API are closed without an answer
 * @param neverReady pods that start but never get ready
 * @param imagePullFails images that cannot be pulled
 * @param nodesNotReady nodes whose kubelet does not answer
 * @param silentNodes nodes whose kernel log lines are not delivered
 * @param trafficLossShare share of kernel log lines, 0 to 1, that is lost
 * @param watchSeconds how long a watch lasts before the server closes it; 0 for as long as the client asks
 * @param operatorDegraded what tigera-operator says it cannot do; empty where it can
 */
public record FaultSpec(
        long latencyMillis,
        double errorShare,
        int errorCode,
        boolean apiDown,
        List<PodFault> neverReady,
        List<PodFault> imagePullFails,
        List<String> nodesNotReady,
        List<String> silentNodes,
        double trafficLossShare,
        long watchSeconds,
        String operatorDegraded) {

    /** Nothing is wrong. */
    public static final FaultSpec NONE =
            new FaultSpec(0, 0, 0, false, List.of(), List.of(), List.of(), List.of(), 0, 0, "");

    public FaultSpec {
        neverReady = copy(neverReady);
        imagePullFails = copy(imagePullFails);
        nodesNotReady = copy(nodesNotReady);
        silentNodes = copy(silentNodes);
        operatorDegraded = operatorDegraded == null ? "" : operatorDegraded;
    }

    private static <T> List<T> copy(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }

    /**
     * Containers that fail.
     *
     * @param node the node; {@code *} for all
     * @param image what the image contains, such as {@code calico/node:v3.22.5}; {@code *} for all
     */
    public record PodFault(String node, String image) {
        /** Whether a container is meant. */
        public boolean matches(String onNode, String ofImage) {
            return (node.equals("*") || node.equals(onNode)) && (image.equals("*") || ofImage.contains(image));
        }
    }

    /** The code of errors. */
    public int code() {
        return errorCode == 0 ? 500 : errorCode;
    }

    /** With requests answered later. */
    public FaultSpec withLatency(long millis) {
        return new FaultSpec(
                millis,
                errorShare,
                errorCode,
                apiDown,
                neverReady,
                imagePullFails,
                nodesNotReady,
                silentNodes,
                trafficLossShare,
                watchSeconds,
                operatorDegraded);
    }

    /** With a share of requests failing. */
    public FaultSpec withErrors(double share, int code) {
        return new FaultSpec(
                latencyMillis,
                share,
                code,
                apiDown,
                neverReady,
                imagePullFails,
                nodesNotReady,
                silentNodes,
                trafficLossShare,
                watchSeconds,
                operatorDegraded);
    }

    /** With the API server down, or up again. */
    public FaultSpec withApiDown(boolean down) {
        return new FaultSpec(
                latencyMillis,
                errorShare,
                errorCode,
                down,
                neverReady,
                imagePullFails,
                nodesNotReady,
                silentNodes,
                trafficLossShare,
                watchSeconds,
                operatorDegraded);
    }

    /** With one more kind of pod that never gets ready. */
    public FaultSpec withNeverReady(PodFault fault) {
        return new FaultSpec(
                latencyMillis,
                errorShare,
                errorCode,
                apiDown,
                plus(neverReady, fault),
                imagePullFails,
                nodesNotReady,
                silentNodes,
                trafficLossShare,
                watchSeconds,
                operatorDegraded);
    }

    /** With one more image that cannot be pulled. */
    public FaultSpec withImagePullFails(PodFault fault) {
        return new FaultSpec(
                latencyMillis,
                errorShare,
                errorCode,
                apiDown,
                neverReady,
                plus(imagePullFails, fault),
                nodesNotReady,
                silentNodes,
                trafficLossShare,
                watchSeconds,
                operatorDegraded);
    }

    /** With these nodes not ready, and no others. */
    public FaultSpec withNodesNotReady(List<String> nodes) {
        return new FaultSpec(
                latencyMillis,
                errorShare,
                errorCode,
                apiDown,
                neverReady,
                imagePullFails,
                nodes,
                silentNodes,
                trafficLossShare,
                watchSeconds,
                operatorDegraded);
    }

    /** With these nodes sending no kernel log lines, and all others sending them. */
    public FaultSpec withSilentNodes(List<String> nodes) {
        return new FaultSpec(
                latencyMillis,
                errorShare,
                errorCode,
                apiDown,
                neverReady,
                imagePullFails,
                nodesNotReady,
                nodes,
                trafficLossShare,
                watchSeconds,
                operatorDegraded);
    }

    /** With a share of the kernel log lines lost. */
    public FaultSpec withTrafficLoss(double share) {
        return new FaultSpec(
                latencyMillis,
                errorShare,
                errorCode,
                apiDown,
                neverReady,
                imagePullFails,
                nodesNotReady,
                silentNodes,
                share,
                watchSeconds,
                operatorDegraded);
    }

    /** With tigera-operator saying that it cannot do something; or nothing, where that is empty. */
    public FaultSpec withOperatorDegraded(String message) {
        return new FaultSpec(
                latencyMillis,
                errorShare,
                errorCode,
                apiDown,
                neverReady,
                imagePullFails,
                nodesNotReady,
                silentNodes,
                trafficLossShare,
                watchSeconds,
                message);
    }

    private static <T> List<T> plus(List<T> list, T item) {
        List<T> all = new ArrayList<>(list);
        all.add(item);
        return all;
    }
}
