package io.calicofleet.executor.engine;

import io.calicofleet.executor.core.helm.HelmCall;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.HelmEngine;
import java.util.Optional;

/** A cluster whose Helm is killed as soon as it is to write. */
final class KilledHelm extends ForwardingCluster {

    private final Runnable leaving;

    KilledHelm(ClusterApi cluster, Runnable leaving) {
        super(cluster);
        this.leaving = leaving;
    }

    @Override
    public HelmEngine helm() {
        HelmEngine real = super.helm();
        return new HelmEngine() {
            @Override
            public Optional<String> unavailable() {
                return real.unavailable();
            }

            @Override
            public String template(HelmCall call) {
                return real.template(call);
            }

            @Override
            public void install(HelmCall call) {
                killed();
            }

            @Override
            public void upgrade(HelmCall call) {
                killed();
            }

            @Override
            public HelmEngine guarded(Runnable fence) {
                return this;
            }

            private void killed() {
                leaving.run();
                throw new IllegalStateException("killed");
            }
        };
    }
}
