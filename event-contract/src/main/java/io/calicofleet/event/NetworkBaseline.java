package io.calicofleet.event;

import java.util.List;
import java.util.Map;

/**
 * What an upgrade must not change, as it was before.
 *
 * @param nodeAddresses the addresses Calico uses, by node
 * @param ipPools the CIDRs of all IP pools
 * @param counts how many objects there are, by the kind of Calico's resource; the temporary policy is not counted
 * @param workloads the workloads of Calico, as kind namespace/name
 * @param aggregatedApi whether the aggregated API of projectcalico.org/v3 was available
 */
public record NetworkBaseline(
        Map<String, List<String>> nodeAddresses,
        List<String> ipPools,
        Map<String, Integer> counts,
        List<String> workloads,
        boolean aggregatedApi) {

    public NetworkBaseline {
        nodeAddresses = Copies.map(nodeAddresses);
        ipPools = Copies.list(ipPools);
        counts = Copies.map(counts);
        workloads = Copies.list(workloads);
    }

    /** The same where the workloads of Calico become others. */
    public NetworkBaseline withoutWorkloads() {
        return new NetworkBaseline(nodeAddresses, ipPools, counts, List.of(), aggregatedApi);
    }
}
