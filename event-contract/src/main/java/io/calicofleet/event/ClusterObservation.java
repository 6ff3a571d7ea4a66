package io.calicofleet.event;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an executor sees of a cluster at one moment. Parts that a step does not ask for are absent.
 *
 * @param clusterInformationVersion ClusterInformation spec.calicoVersion
 * @param datastoreReady ClusterInformation spec.datastoreReady
 * @param workloads the workloads of Calico
 * @param hostEndpoints the host endpoints
 * @param temporaryPolicy the temporary policy
 * @param nodeAddresses IP addresses by node, for reading the traffic
 * @param podNetworks the CIDRs of the enabled IP pools
 * @param calicoctl where a calicoctl runs in the cluster
 */
public record ClusterObservation(
        @Nullable CalicoVersion clusterInformationVersion,
        @Nullable Boolean datastoreReady,
        List<WorkloadObservation> workloads,
        List<HostEndpointFact> hostEndpoints,
        @Nullable TemporaryPolicyObservation temporaryPolicy,
        Map<String, List<String>> nodeAddresses,
        List<String> podNetworks,
        List<WorkloadImage> calicoctl) {

    public ClusterObservation {
        workloads = Copies.list(workloads);
        hostEndpoints = Copies.list(hostEndpoints);
        nodeAddresses = Copies.map(nodeAddresses);
        podNetworks = Copies.list(podNetworks);
        calicoctl = Copies.list(calicoctl);
    }
}
