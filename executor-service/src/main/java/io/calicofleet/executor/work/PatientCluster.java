package io.calicofleet.executor.work;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.step.ClusterApi;
import java.util.function.Supplier;

/**
 * Tries again what an API server did not answer: during an upgrade of the network it is normal that it does not, for
 * minutes. A write that was made and whose answer was lost comes back as a conflict; the steps look again then.
 */
final class PatientCluster extends ForwardingCluster {

    private final Patience patience;

    PatientCluster(ClusterApi cluster, Patience patience) {
        super(cluster);
        this.patience = requireNonNull(patience, "patience");
    }

    @Override
    protected <T> T read(String what, Supplier<T> call) {
        return patience.with(what, call);
    }

    @Override
    protected <T> T write(ObjectNode object, Supplier<T> call) {
        return patience.with(object.path("kind").asText(), call);
    }
}
