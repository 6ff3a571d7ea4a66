package io.calicofleet.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an upgrade depends on beside Calico itself.
 *
 * @param kernels the kernels of the nodes, each once, such as 5.15.0-91-generic
 * @param adminPolicies the policies of policy.networking.k8s.io that Calico enforces up to v3.31, such as AdminNetworkPolicy dns
 * @param nonPrivileged whether the Installation asks for nodes without privileges
 * @param iptablesBackend which iptables Felix is told to use; null: it finds out by itself
 * @param ebpf whether Felix uses the eBPF data plane; null: not looked at
 * @param vxlan whether an IP pool uses VXLAN; null: not looked at
 * @param nftables whether Felix is told to use nftables, or iptables over it; null: not looked at
 * @param apiServer whether Calico's API server is registered; null: not looked at, or the kubeconfig may not read what would tell
 * @param gatewayApi whether definitions of gateway.networking.k8s.io are there; null: not looked at
 * @param bgpLists lists of objects that BGPConfigurations set, such as BGPConfiguration default serviceClusterIPs; null: not looked at
 * @param poolsWithoutMode IP pools of the Installation that have no assignmentMode in the cluster, such as IPPool default-ipv4-ippool;
 *     null: not looked at
 */
public record PlatformFacts(
        List<String> kernels,
        List<String> adminPolicies,
        boolean nonPrivileged,
        @Nullable String iptablesBackend,
        @Nullable Boolean ebpf,
        @Nullable Boolean vxlan,
        @Nullable Boolean nftables,
        @Nullable Boolean apiServer,
        @Nullable Boolean gatewayApi,
        @Nullable List<String> bgpLists,
        @Nullable List<String> poolsWithoutMode) {

    public PlatformFacts {
        kernels = Copies.list(kernels);
        adminPolicies = Copies.list(adminPolicies);
        bgpLists = bgpLists == null ? null : List.copyOf(bgpLists);
        poolsWithoutMode = poolsWithoutMode == null ? null : List.copyOf(poolsWithoutMode);
    }
}
