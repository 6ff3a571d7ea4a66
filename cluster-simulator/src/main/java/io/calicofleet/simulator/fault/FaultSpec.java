package io.calicofleet.simulator.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is wrong with a cluster now; as JSON it is what {@code /simulator/clusters/<id>/faults} reads and
 * answers. A field that is missing there is not a fault.
 *
 * @param latencyMillis how much later every API request is answered
 * @param errorShare share of API requests, 0 to 1, that fail with errorCode
 * @param errorCode 500, 503 or 429; 403: nobody may do anything; 404: the server is starting, is not ready and finds
 *     nothing; 0 stands for 500
 * @param apiDown whether connections to the API are closed without an answer
 * @param neverReady pods that start but never get ready
 * @param imagePullFails images that cannot be pulled
 * @param nodesNotReady nodes whose kubelet does not answer
 * @param silentNodes nodes whose kernel log lines are not delivered
 * @param trafficLossShare share of kernel log lines, 0 to 1, that is lost
 * @param watchSeconds how long a watch lasts before the server closes it; 0 for as long as the client asks
 * @param operatorDegraded what tigera-operator says it cannot do; empty where it can
 * @param asymmetricNodes nodes that get packets of connections whose beginning went another way
 * @param hostEndpointsLateMillis how much later kube-controllers looks after automatic host endpoints
 * @param lostAnswerShare share of writes, 0 to 1, that are carried out and whose connection ends without an answer
 * @param cutOffNodes nodes to and from whose pods no packet gets
 * @param startGapMillis for how long no packet gets to and from the pods of a node when a calico-node starts there
 * @param startGapPaths which paths of probers that is about, such as {@code host-to-host}, or {@code pod-to-pod/kept} for kept connections
 *     alone; none: all to and from pods of the node
 * @param startBreaks whether the kept connections on these paths break when a calico-node starts there
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
        String operatorDegraded,
        List<String> asymmetricNodes,
        long hostEndpointsLateMillis,
        double lostAnswerShare,
        List<String> cutOffNodes,
        long startGapMillis,
        List<String> startGapPaths,
        boolean startBreaks) {

    /** Nothing is wrong. */
    public static final FaultSpec NONE = new FaultSpec(
            0, 0, 0, false, List.of(), List.of(), List.of(), List.of(), 0, 0, "", List.of(), 0, 0, List.of(), 0,
            List.of(), false);

    public FaultSpec {
        neverReady = copy(neverReady);
        imagePullFails = copy(imagePullFails);
        nodesNotReady = copy(nodesNotReady);
        silentNodes = copy(silentNodes);
        asymmetricNodes = copy(asymmetricNodes);
        cutOffNodes = copy(cutOffNodes);
        startGapPaths = copy(startGapPaths);
        operatorDegraded = operatorDegraded == null ? "" : operatorDegraded;
    }

    private static <T> List<T> copy(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }

    /**
     * Containers that fail.
     *
     * @param node the node; {@code *} for all
     * @param image what the image contains, such as {@code calico/node:v3.22.5}; {@code *} stands for anything, and with
     *     one in it the whole image is meant
     * @param except the one image that is well all the same; empty for none
     */
    public record PodFault(String node, String image, String except) {
        public PodFault {
            except = except == null ? "" : except;
        }

        /** With no image that is well all the same. */
        public PodFault(String node, String image) {
            this(node, image, "");
        }

        /** Whether a container is meant. */
        public boolean matches(String onNode, String ofImage) {
            return (node.equals("*") || node.equals(onNode))
                    && (image.contains("*") ? isLike(ofImage) : ofImage.contains(image))
                    && !ofImage.equals(except);
        }

        private boolean isLike(String ofImage) {
            String pattern =
                    Stream.of(image.split("[*]", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
            return ofImage.matches(pattern);
        }
    }

    /** The code of errors. */
    public int code() {
        return errorCode == 0 ? 500 : errorCode;
    }

    /** With requests answered later. */
    public FaultSpec withLatency(long millis) {
        return with(draft -> draft.latencyMillis = millis);
    }

    /** With a share of requests failing. */
    public FaultSpec withErrors(double share, int code) {
        return with(draft -> {
            draft.errorShare = share;
            draft.errorCode = code;
        });
    }

    /** With the API server down, or up again. */
    public FaultSpec withApiDown(boolean down) {
        return with(draft -> draft.apiDown = down);
    }

    /** With one more kind of pod that never gets ready. */
    public FaultSpec withNeverReady(PodFault fault) {
        return with(draft -> draft.neverReady = plus(neverReady, fault));
    }

    /** With one more image that cannot be pulled. */
    public FaultSpec withImagePullFails(PodFault fault) {
        return with(draft -> draft.imagePullFails = plus(imagePullFails, fault));
    }

    /** With these nodes not ready, and no others. */
    public FaultSpec withNodesNotReady(List<String> nodes) {
        return with(draft -> draft.nodesNotReady = nodes);
    }

    /** With these nodes sending no kernel log lines, and all others sending them. */
    public FaultSpec withSilentNodes(List<String> nodes) {
        return with(draft -> draft.silentNodes = nodes);
    }

    /** With a share of the kernel log lines lost. */
    public FaultSpec withTrafficLoss(double share) {
        return with(draft -> draft.trafficLossShare = share);
    }

    /** With tigera-operator saying that it cannot do something; or nothing, where that is empty. */
    public FaultSpec withOperatorDegraded(String message) {
        return with(draft -> draft.operatorDegraded = message);
    }

    /** With these nodes getting packets of connections whose beginning went another way, and no others. */
    public FaultSpec withAsymmetricNodes(List<String> nodes) {
        return with(draft -> draft.asymmetricNodes = nodes);
    }

    /** With automatic host endpoints that follow so much later. */
    public FaultSpec withHostEndpointsLate(long millis) {
        return with(draft -> draft.hostEndpointsLateMillis = millis);
    }

    /** With a share of writes whose answer is lost. */
    public FaultSpec withLostAnswers(double share) {
        return with(draft -> draft.lostAnswerShare = share);
    }

    /** With these nodes cut off, and no others. */
    public FaultSpec withCutOffNodes(List<String> nodes) {
        return with(draft -> draft.cutOffNodes = nodes);
    }

    /** With each node cut off for so long when a calico-node starts there. */
    public FaultSpec withStartGap(long millis) {
        return with(draft -> draft.startGapMillis = millis);
    }

    /** With these paths alone concerned by what begins with a calico-node, whose kept connections break then or do not. */
    public FaultSpec withStartGapPaths(List<String> paths, boolean breaks) {
        return with(draft -> {
            draft.startGapPaths = paths;
            draft.startBreaks = breaks;
        });
    }

    private FaultSpec with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.finished();
    }

    /** What becomes another spec; a new kind of fault is copied here and nowhere else. */
    private static final class Draft {
        private long latencyMillis;
        private double errorShare;
        private int errorCode;
        private boolean apiDown;
        private List<PodFault> neverReady;
        private List<PodFault> imagePullFails;
        private List<String> nodesNotReady;
        private List<String> silentNodes;
        private double trafficLossShare;
        private long watchSeconds;
        private String operatorDegraded;
        private List<String> asymmetricNodes;
        private long hostEndpointsLateMillis;
        private double lostAnswerShare;
        private List<String> cutOffNodes;
        private long startGapMillis;
        private List<String> startGapPaths;
        private boolean startBreaks;

        Draft(FaultSpec of) {
            latencyMillis = of.latencyMillis;
            errorShare = of.errorShare;
            errorCode = of.errorCode;
            apiDown = of.apiDown;
            neverReady = of.neverReady;
            imagePullFails = of.imagePullFails;
            nodesNotReady = of.nodesNotReady;
            silentNodes = of.silentNodes;
            trafficLossShare = of.trafficLossShare;
            watchSeconds = of.watchSeconds;
            operatorDegraded = of.operatorDegraded;
            asymmetricNodes = of.asymmetricNodes;
            hostEndpointsLateMillis = of.hostEndpointsLateMillis;
            lostAnswerShare = of.lostAnswerShare;
            cutOffNodes = of.cutOffNodes;
            startGapMillis = of.startGapMillis;
            startGapPaths = of.startGapPaths;
            startBreaks = of.startBreaks;
        }

        FaultSpec finished() {
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
                    operatorDegraded,
                    asymmetricNodes,
                    hostEndpointsLateMillis,
                    lostAnswerShare,
                    cutOffNodes,
                    startGapMillis,
                    startGapPaths,
                    startBreaks);
        }
    }

    private static <T> List<T> plus(List<T> list, T item) {
        List<T> all = new ArrayList<>(list);
        all.add(item);
        return all;
    }
}
