package io.calicofleet.executor.core.lockout;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import java.util.Optional;
import java.util.Set;

/**
 * What Felix lets through by itself between the nodes, whatever the policies on host endpoints say.
 *
 * <p>In iptables and nftables, which are made of the same rules (rules/static.go, filterInputChain and filterOutputChain;
 * felix/rules/static.go of projectcalico/calico from v3.22 on), these come in the filter table ahead of every host
 * endpoint, but after the policies before DNAT, whose chain is in the mangle table:
 *
 * <table>
 *   <caption>What comes first, by version</caption>
 *   <tr><td>IPIP</td><td>v3.0 on</td><td>IPv4, from and to addresses of Calico's nodes, where IPIP is on</td></tr>
 *   <tr><td>VXLAN</td><td>v3.7 on, IPv6 v3.23 on</td><td>the same, on Felix' VXLAN port, where VXLAN is on</td></tr>
 *   <tr><td>WireGuard</td><td>v3.15 to v3.23</td><td>its port is one of the failsafe ports (dataplane/driver.go)</td></tr>
 *   <tr><td>WireGuard</td><td>v3.24 on</td><td>its port, from and to anyone</td></tr>
 * </table>
 *
 * <p>IPIP and VXLAN are on where ipipEnabled and vxlanEnabled say so; where nothing sets them, up to v3.22 they are off,
 * and from v3.23 on they follow the IPPools (felix/calc/encapsulation_resolver.go). VXLAN of flannel is none of Felix'.
 *
 * <p>The eBPF dataplane enforces host endpoints from v3.18 on (bpf/polprog). There IPIP and VXLAN between nodes pass
 * before any policy (felix/bpf-gpl/parsing.h), and so does WireGuard from v3.24 on (felix/bpf-gpl/tc.c).
 */
final class Encapsulation {

    static final String IPIP = "4";
    static final int VXLAN_PORT = 4789;
    static final int WIREGUARD_PORT = 51820;
    static final int WIREGUARD_PORT_V6 = 51821;

    private final FelixSettings felix;
    private final CalicoVersion version;
    private final Pools pools;
    private final Set<Net> hosts;

    /**
     * What is let through in a cluster.
     *
     * @param version the release that runs
     * @param hosts the addresses of the nodes, as Calico knows them
     */
    Encapsulation(FelixSettings felix, CalicoVersion version, Pools pools, Set<Net> hosts) {
        this.felix = requireNonNull(felix, "felix");
        this.version = requireNonNull(version, "version");
        this.pools = requireNonNull(pools, "pools");
        this.hosts = Set.copyOf(hosts);
    }

    /** Whether the node's Felix uses eBPF. */
    static boolean isBpf(FelixSettings felix, String node) {
        return felix.flag(node, "bpfEnabled", "FELIX_BPFENABLED").orElse(false);
    }

    static boolean wireGuard(FelixSettings felix, String node, boolean v6) {
        return v6
                ? felix.flag(node, "wireguardEnabledV6", "FELIX_WIREGUARDENABLEDV6")
                        .orElse(false)
                : felix.flag(node, "wireguardEnabled", "FELIX_WIREGUARDENABLED").orElse(false);
    }

    static int wireGuardPort(FelixSettings felix, String node, boolean v6) {
        return v6
                ? felix.number(node, "wireguardListeningPortV6", "FELIX_WIREGUARDLISTENINGPORTV6", WIREGUARD_PORT_V6)
                : felix.number(node, "wireguardListeningPort", "FELIX_WIREGUARDLISTENINGPORT", WIREGUARD_PORT);
    }

    static int vxlanPort(FelixSettings felix, String node) {
        return felix.number(node, "vxlanPort", "FELIX_VXLANPORT", VXLAN_PORT);
    }

    /** Whether it passes ahead of the host endpoints, if no policy before DNAT drops it. For iptables and nftables. */
    boolean passesBeforeHostEndpoints(String node, Flow flow) {
        boolean v6 = flow.isV6();
        if (flow.protocol().equals(IPIP)) {
            return !v6 && isBetweenNodes(flow) && isIpip(node);
        }
        if (!flow.protocol().equals("udp")) {
            return false;
        }
        boolean vxlan = flow.port() == vxlanPort(felix, node) && isBetweenNodes(flow) && isVxlan(node, v6);
        return vxlan || (!version.isBefore(3, 24) && isWireGuard(node, flow));
    }

    /** Whether Felix adds it to the failsafe ports; unless these have the port, for whatever network. */
    boolean isFailsafe(String node, Flow flow) {
        return !version.isBefore(3, 15) && version.isBefore(3, 24) && !flow.isV6() && isWireGuard(node, flow);
    }

    /** Whether it passes before any policy in eBPF. */
    boolean passesBpf(String node, Flow flow) {
        boolean vxlan = flow.protocol().equals("udp") && flow.port() == vxlanPort(felix, node);
        boolean wireGuard = !version.isBefore(3, 24) && isWireGuard(node, flow);
        return isBetweenNodes(flow) && (flow.protocol().equals(IPIP) || vxlan || wireGuard);
    }

    /** What tells one remote address from another here. */
    String trait(Net remote) {
        return hosts.contains(remote) ? "h" : "";
    }

    private boolean isIpip(String node) {
        return felix.flag(node, "ipipEnabled", "FELIX_IPINIPENABLED").orElse(!version.isBefore(3, 23) && pools.ipip());
    }

    private boolean isVxlan(String node, boolean v6) {
        if (version.isBefore(3, v6 ? 23 : 7)) {
            return false;
        }
        boolean byPools = !version.isBefore(3, 23) && pools.vxlan(v6);
        Optional<Boolean> set = felix.flag(node, "vxlanEnabled", "FELIX_VXLANENABLED");
        // For IPv6 the first patches of v3.23 and v3.24 asked for vxlanEnabled too, all later ones for the pools alone.
        return v6 ? byPools && (!version.isBefore(3, 25) || set.orElse(true)) : set.orElse(byPools);
    }

    private boolean isWireGuard(String node, Flow flow) {
        boolean v6 = flow.isV6();
        return flow.protocol().equals("udp")
                && wireGuard(felix, node, v6)
                && flow.port() == wireGuardPort(felix, node, v6);
    }

    private boolean isBetweenNodes(Flow flow) {
        return flow.remote().filter(hosts::contains).isPresent();
    }
}
