package io.calicofleet.event;

import java.util.List;

/**
 * At which TCP ports the API server of a cluster is reached, by its own Endpoints and by what calico-node and kubelets are told. Both lists are empty where neither could be read.
 *
 * @param onNodes where it listens on nodes of the cluster, in ascending order
 * @param elsewhere where it is reached at other addresses, such as those of a load balancer, in ascending order
 */
public record ApiServerObservation(List<Integer> onNodes, List<Integer> elsewhere) {

    public ApiServerObservation {
        onNodes = Copies.list(onNodes);
        elsewhere = Copies.list(elsewhere);
    }
}
