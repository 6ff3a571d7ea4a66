package io.calicofleet.executor.adapter.kubernetes.observe;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.OperatorObservation;
import io.calicofleet.event.WorkloadObservation;
import io.calicofleet.executor.core.observe.OperatorObserver;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.WatchedObjects;
import java.util.List;

/** What an operator says of its work, kept current by watches. */
final class OperatorWatch implements AutoCloseable {

    private static final String GROUP = "operator.tigera.io/v1";

    private final WatchedObjects installations;
    private final WatchedObjects statuses;
    private final WatchedObjects imageSets;

    OperatorWatch(ClusterApi cluster, Runnable changed) {
        installations = cluster.watch(GROUP, "Installation", "", "", changed);
        statuses = cluster.watch(GROUP, "TigeraStatus", "", "", changed);
        imageSets = cluster.watch(GROUP, "ImageSet", "", "", changed);
    }

    OperatorObservation observe(List<WorkloadObservation> workloads) {
        JsonNode installation = installations.objects().stream()
                .filter(object -> object.at("/metadata/name").asText().equals("default"))
                .findFirst()
                .orElse(null);
        WorkloadObservation deployment = workloads.stream()
                .filter(workload ->
                        workload.kind().equals("Deployment") && workload.name().equals(OperatorObserver.OPERATOR))
                .findFirst()
                .orElse(null);
        return OperatorObserver.observe(installation, statuses.objects(), deployment, imageSets.objects());
    }

    @Override
    public void close() {
        installations.close();
        statuses.close();
        imageSets.close();
    }
}
