package io.calicofleet.executor.port;

import io.calicofleet.executor.core.helm.HelmCall;
import java.util.Optional;

/**
 * Helm on one cluster. It writes on its own, past {@link ClusterApi}: what it writes is neither fenced write by write nor
 * recorded, so callers keep calls short and record first what undoes them.
 *
 * <p>All calls block the calling virtual thread and throw {@link ClusterException} for what Helm or the cluster refuses;
 * its message never has a value in it.
 */
public interface HelmEngine {

    /** No Helm: where there is no cluster behind the API. */
    HelmEngine NONE = new HelmEngine() {
        @Override
        public Optional<String> unavailable() {
            return Optional.of("there is no Helm engine for this cluster");
        }

        @Override
        public String template(HelmCall call) {
            throw none();
        }

        @Override
        public void install(HelmCall call) {
            throw none();
        }

        @Override
        public void upgrade(HelmCall call) {
            throw none();
        }

        @Override
        public HelmEngine guarded(Runnable fence) {
            return this;
        }

        private ClusterException none() {
            return new ClusterException(ClusterException.Problem.UNEXPECTED, "there is no Helm engine here", null);
        }
    };

    /** Why it does not run here, in a sentence; empty where it does. */
    Optional<String> unavailable();

    /** The manifest the chart renders to, without a cluster. */
    String template(HelmCall call);

    /** Installs a release; without the definitions (crds/) of the chart. */
    void install(HelmCall call);

    /** Upgrades a release to a chart and values; without the definitions (crds/) of the chart. */
    void upgrade(HelmCall call);

    /**
     * The same, which looks before it starts and while it runs whether it still may, and kills Helm where not. A release
     * that is killed in the middle stays pending; whoever gets the step next sees to it.
     *
     * @param fence throws where there must be no more writes
     */
    HelmEngine guarded(Runnable fence);
}
