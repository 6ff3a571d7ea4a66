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
 * @param operator what the operator says; null where none is
 * @param aggregatedApi whether the aggregated API of projectcalico.org/v3 is available; null where it is not installed
 * @param ipPools the CIDRs of all IP pools
 * @param counts how many objects there are, by the kind of Calico's resource; the temporary policy is not counted
 * @param dikastes who runs which Dikastes: the workload of the pods, or a pod without one; null where it was not looked for
 * @param calicoAddresses the addresses Calico uses, by node, as in the baseline; a node without one has none
 * @param networkSets the GlobalNetworkSets, for reading the traffic; null where they were not looked for
 * @param failsafe the failsafe ports, for reading the traffic; null where they were not looked for
 * @param releaseImages what the target's file says its containers run; null where the step has no such file
 * @param logPrefixes every LogPrefix that Felix has on some node, as it is set; empty where it was not looked for
 * @param continuity what was measured of the traffic; null where the step does not ask for it
 * @param apiServer where the API server is reached, for what is suggested; null where it was not looked for
 */
public record ClusterObservation(
        @Nullable CalicoVersion clusterInformationVersion,
        @Nullable Boolean datastoreReady,
        List<WorkloadObservation> workloads,
        List<HostEndpointFact> hostEndpoints,
        @Nullable TemporaryPolicyObservation temporaryPolicy,
        Map<String, List<String>> nodeAddresses,
        List<String> podNetworks,
        List<WorkloadImage> calicoctl,
        @Nullable OperatorObservation operator,
        @Nullable Boolean aggregatedApi,
        List<String> ipPools,
        Map<String, Integer> counts,
        @Nullable List<WorkloadImage> dikastes,
        Map<String, List<String>> calicoAddresses,
        @Nullable NetworkSetsObservation networkSets,
        @Nullable FailsafeObservation failsafe,
        @Nullable List<WorkloadImage> releaseImages,
        List<String> logPrefixes,
        @Nullable ContinuityObservation continuity,
        @Nullable ApiServerObservation apiServer) {

    public ClusterObservation {
        workloads = Copies.list(workloads);
        hostEndpoints = Copies.list(hostEndpoints);
        nodeAddresses = Copies.map(nodeAddresses);
        podNetworks = Copies.list(podNetworks);
        calicoctl = Copies.list(calicoctl);
        ipPools = Copies.list(ipPools);
        counts = Copies.map(counts);
        dikastes = dikastes == null ? null : List.copyOf(dikastes);
        calicoAddresses = Copies.map(calicoAddresses);
        releaseImages = releaseImages == null ? null : List.copyOf(releaseImages);
        logPrefixes = Copies.list(logPrefixes);
    }

    /** What is seen of a cluster alone. */
    public ClusterObservation(
            @Nullable CalicoVersion clusterInformationVersion,
            @Nullable Boolean datastoreReady,
            List<WorkloadObservation> workloads,
            List<HostEndpointFact> hostEndpoints,
            @Nullable TemporaryPolicyObservation temporaryPolicy,
            Map<String, List<String>> nodeAddresses,
            List<String> podNetworks,
            List<WorkloadImage> calicoctl,
            @Nullable OperatorObservation operator,
            @Nullable Boolean aggregatedApi,
            List<String> ipPools,
            Map<String, Integer> counts,
            @Nullable List<WorkloadImage> dikastes,
            Map<String, List<String>> calicoAddresses,
            @Nullable NetworkSetsObservation networkSets,
            @Nullable FailsafeObservation failsafe) {
        this(
                clusterInformationVersion,
                datastoreReady,
                workloads,
                hostEndpoints,
                temporaryPolicy,
                nodeAddresses,
                podNetworks,
                calicoctl,
                operator,
                aggregatedApi,
                ipPools,
                counts,
                dikastes,
                calicoAddresses,
                networkSets,
                failsafe,
                null,
                List.of(),
                null,
                null);
    }

    /** The same beside what the target's file says. */
    public ClusterObservation withReleaseImages(@Nullable List<WorkloadImage> images) {
        return with(images, logPrefixes, continuity, apiServer);
    }

    /** The same with what Felix writes before what it logs. */
    public ClusterObservation withLogPrefixes(List<String> prefixes) {
        return with(releaseImages, prefixes, continuity, apiServer);
    }

    /** The same with what was measured of the traffic. */
    public ClusterObservation withContinuity(@Nullable ContinuityObservation measured) {
        return with(releaseImages, logPrefixes, measured, apiServer);
    }

    /** The same with where the API server is reached. */
    public ClusterObservation withApiServer(@Nullable ApiServerObservation reached) {
        return with(releaseImages, logPrefixes, continuity, reached);
    }

    private ClusterObservation with(
            @Nullable List<WorkloadImage> images,
            List<String> prefixes,
            @Nullable ContinuityObservation measured,
            @Nullable ApiServerObservation reached) {
        return new ClusterObservation(
                clusterInformationVersion,
                datastoreReady,
                workloads,
                hostEndpoints,
                temporaryPolicy,
                nodeAddresses,
                podNetworks,
                calicoctl,
                operator,
                aggregatedApi,
                ipPools,
                counts,
                dikastes,
                calicoAddresses,
                networkSets,
                failsafe,
                images,
                prefixes,
                measured,
                reached);
    }
}
