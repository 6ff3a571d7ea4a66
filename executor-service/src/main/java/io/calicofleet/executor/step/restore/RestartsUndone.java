package io.calicofleet.executor.step.restore;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.istio.Restart;
import io.calicofleet.executor.core.observe.CalicoWorkloads;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.step.cluster.Edits;
import io.calicofleet.model.release.ObjectKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The workloads of people that a campaign restarted for their Dikastes. Nothing of them is put back but that: they are
 * restarted once more, and get the Dikastes of the injector as it was. What people changed in them since stays.
 *
 * <p>To be called when the nodes have rolled back, so that istiod has seen its ConfigMap by then.
 */
final class RestartsUndone {

    private RestartsUndone() {}

    /** Whether an object of a backup is such a workload: one that is not Calico's own. */
    static boolean isOne(ObjectKey key, Optional<ObjectNode> before) {
        return Restart.canBe(key)
                && !CalicoWorkloads.isOfOperator(key.namespace())
                && before.filter(object -> !CalicoWorkloads.isOne(object)).isPresent();
    }

    static void of(ClusterApi cluster, Map<ObjectKey, Optional<ObjectNode>> backup, List<String> changes) {
        backup.forEach((key, before) -> {
            if (before.isPresent() && isOne(key, before)) {
                String at = Restart.at(before.get());
                if (Edits.edit(cluster, ResourceRef.of(before.get()), now -> Restart.with(now, at))) {
                    changes.add(key.object());
                }
            }
        });
    }
}
