package io.calicofleet.simulator.fault;

import io.calicofleet.simulator.kubernetes.store.ObjectStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** The faults of one cluster, set and taken back at any time. */
public final class Faults {

    private volatile FaultSpec now = FaultSpec.NONE;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final ObjectStore store;

    public Faults(ObjectStore store) {
        this.store = store;
    }

    /** What is wrong now. */
    public FaultSpec now() {
        return now;
    }

    /** Sets all faults at once. */
    public void set(FaultSpec spec) {
        change(old -> spec);
    }

    /** Changes the faults. */
    public void change(UnaryOperator<FaultSpec> change) {
        synchronized (listeners) {
            now = change.apply(now);
        }
        listeners.forEach(Runnable::run);
    }

    /** Is run after every change. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** Everything works again. */
    public void clear() {
        set(FaultSpec.NONE);
    }

    /** Every API request takes this much longer. */
    public void slowApi(Duration latency) {
        change(spec -> spec.withLatency(latency.toMillis()));
    }

    /** A share of the API requests fails with a code. */
    public void apiErrors(double share, int code) {
        change(spec -> spec.withErrors(share, code));
    }

    /** A share of the writes is carried out and not answered. */
    public void lostAnswers(double share) {
        change(spec -> spec.withLostAnswers(share));
    }

    /** The API server does not answer. */
    public void apiDown(boolean down) {
        change(spec -> spec.withApiDown(down));
        if (down) {
            dropWatches();
        }
    }

    /** Pods with this image on this node ({@code *} for all) start but never get ready. */
    public void neverReady(String node, String image) {
        change(spec -> spec.withNeverReady(new FaultSpec.PodFault(node, image)));
    }

    /** Containers whose image contains {@code image} never get ready on this node, but for those of one image. */
    public void neverReadyBut(String node, String image, String except) {
        change(spec -> spec.withNeverReady(new FaultSpec.PodFault(node, image, except)));
    }

    /** The image cannot be pulled on this node ({@code *} for all). */
    public void imagePullFails(String node, String image) {
        change(spec -> spec.withImagePullFails(new FaultSpec.PodFault(node, image)));
    }

    /** These nodes are NotReady, all others are ready. */
    public void nodesNotReady(String... nodes) {
        change(spec -> spec.withNodesNotReady(List.of(nodes)));
    }

    /** The log shippers of these nodes send nothing, all others do. */
    public void silentNodes(String... nodes) {
        change(spec -> spec.withSilentNodes(List.of(nodes)));
    }

    /** A share of the kernel log lines is lost. */
    public void trafficLoss(double share) {
        change(spec -> spec.withTrafficLoss(share));
    }

    /** tigera-operator says that it is degraded, and does nothing; an empty message takes that back. */
    public void operatorDegraded(String message) {
        change(spec -> spec.withOperatorDegraded(message));
    }

    /** These nodes get packets of connections whose beginning went another way; all others do not. */
    public void asymmetricNodes(String... nodes) {
        change(spec -> spec.withAsymmetricNodes(List.of(nodes)));
    }

    /** kube-controllers looks after automatic host endpoints so much later; zero takes that back. */
    public void hostEndpointsLate(Duration late) {
        change(spec -> spec.withHostEndpointsLate(late.toMillis()));
    }

    /** No packet gets to and from the pods of these nodes; to and from all others they do. */
    public void cutOffNodes(String... nodes) {
        change(spec -> spec.withCutOffNodes(List.of(nodes)));
    }

    /** No packet gets to and from the pods of a node for so long when a calico-node starts there; zero takes that back. */
    public void startGap(Duration gap) {
        change(spec -> spec.withStartGap(gap.toMillis()));
    }

    /** What begins with a calico-node is about these paths alone, and breaks their kept connections or does not; see {@link FaultSpec#startGapPaths()}. */
    public void startGapPaths(boolean breaks, String... paths) {
        change(spec -> spec.withStartGapPaths(List.of(paths), breaks));
    }

    /** Ends all watches now. Returns how many there were. */
    public int dropWatches() {
        return store.dropWatches();
    }

    /** Forgets past changes: watches that want to go on from an older version are answered 410. */
    public void compact() {
        store.compact();
    }
}
