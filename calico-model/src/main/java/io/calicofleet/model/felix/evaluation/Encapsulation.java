package io.calicofleet.model.felix.evaluation;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.model.address.Cidr;
import io.calicofleet.model.felix.object.Protocol;
import io.calicofleet.model.release.ReleaseTrait;
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
 * <p>IPIP and VXLAN that come in from any other address are dropped there ({@link #isStray}).
 *
 * <p>IPIP and VXLAN are on where ipipEnabled and vxlanEnabled say so; where nothing sets them, up to v3.22 they are off,
 * and from v3.23 on they follow the IPPools (felix/calc/encapsulation_resolver.go). VXLAN of flannel is none of Felix'.
 *
 * <p>The eBPF dataplane enforces host endpoints from v3.18 on (bpf/polprog). There IPIP and VXLAN between nodes pass
 * before any policy (felix/bpf-gpl/parsing.h), and so does WireGuard from v3.24 on (felix/bpf-gpl/tc.c).
 */
public final class Encapsulation {

    /** The protocol of IP in IP. */
    public static final int IPIP = 4;

    static final int VXLAN_PORT = 4789;
    static final int WIREGUARD_PORT = 51820;
    static final int WIREGUARD_PORT_V6 = 51821;

    private final FelixSettings felix;
    private final CalicoVersion version;
    private final Pools pools;
    private final Set<Cidr> hosts;

    /**
     * What is let through in a cluster.
     *
     * @param version the release that runs
     * @param hosts the addresses of the nodes, as Calico knows them
     */
    Encapsulation(FelixSettings felix, CalicoVersion version, Pools pools, Set<Cidr> hosts) {
        this.felix = requireNonNull(felix, "felix");
        this.version = requireNonNull(version, "version");
        this.pools = requireNonNull(pools, "pools");
        this.hosts = Set.copyOf(hosts);
    }

    /** Whether the node's Felix uses eBPF. */
    static boolean isBpf(FelixSettings felix, String node) {
        return felix.flag(node, "bpfEnabled", "BPFEnabled").orElse(false);
    }

    /** Whether the node's Felix uses WireGuard. */
    public static boolean wireGuard(FelixSettings felix, String node, boolean v6) {
        return v6
                ? felix.flag(node, "wireguardEnabledV6", "WireguardEnabledV6").orElse(false)
                : felix.flag(node, "wireguardEnabled", "WireguardEnabled").orElse(false);
    }

    /** Where it listens for WireGuard. */
    public static int wireGuardPort(FelixSettings felix, String node, boolean v6) {
        return v6
                ? felix.number(node, "wireguardListeningPortV6", "WireguardListeningPortV6", WIREGUARD_PORT_V6)
                : felix.number(node, "wireguardListeningPort", "WireguardListeningPort", WIREGUARD_PORT);
    }

    /** Where it listens for VXLAN. */
    public static int vxlanPort(FelixSettings felix, String node) {
        return felix.number(node, "vxlanPort", "VXLANPort", VXLAN_PORT);
    }

    /** Whether it passes ahead of the host endpoints, if no policy before DNAT drops it. For iptables and nftables. */
    boolean passesBeforeHostEndpoints(String node, Flow flow) {
        return (isWrapped(node, flow) && isBetweenNodes(flow))
                || (ReleaseTrait.WIREGUARD_BEFORE_POLICIES.isIn(version) && isWireGuard(node, flow));
    }

    /**
     * Whether Felix drops it by itself, whatever policies and failsafe ports say: what comes in as IPIP or VXLAN from an
     * address that is none of a node (filterInputChain). For iptables and nftables.
     */
    Match isStray(String node, Flow flow) {
        if (!flow.inbound() || isBetweenNodes(flow) || !isWrapped(node, flow)) {
            return Match.NO;
        }
        return flow.remote().isPresent() ? Match.YES : Match.MAYBE;
    }

    private boolean isWrapped(String node, Flow flow) {
        boolean v6 = flow.isV6();
        return flow.protocol() == IPIP
                ? !v6 && isIpip(node)
                : flow.protocol() == Protocol.UDP && flow.port() == vxlanPort(felix, node) && isVxlan(node, v6);
    }

    /** Whether Felix adds it to the failsafe ports; unless these have the port, for whatever network. */
    boolean isFailsafe(String node, Flow flow) {
        return ReleaseTrait.WIREGUARD_PORT_FAILSAFE.isIn(version) && !flow.isV6() && isWireGuard(node, flow);
    }

    /** Whether it passes before any policy in eBPF. */
    boolean passesBpf(String node, Flow flow) {
        boolean vxlan = flow.protocol() == Protocol.UDP && flow.port() == vxlanPort(felix, node);
        boolean wireGuard = ReleaseTrait.WIREGUARD_BEFORE_POLICIES.isIn(version) && isWireGuard(node, flow);
        return isBetweenNodes(flow) && (flow.protocol() == IPIP || vxlan || wireGuard);
    }

    /** What tells one remote address from another here. */
    String trait(Cidr remote) {
        return hosts.contains(remote) ? "h" : "";
    }

    private boolean isIpip(String node) {
        return felix.flag(node, "ipipEnabled", "IpInIpEnabled")
                .orElse(ReleaseTrait.ENCAPSULATION_BY_POOLS.isIn(version) && pools.ipip());
    }

    private boolean isVxlan(String node, boolean v6) {
        if (!(v6 ? ReleaseTrait.VXLAN_OF_IPV6 : ReleaseTrait.VXLAN).isIn(version)) {
            return false;
        }
        boolean byPools = ReleaseTrait.ENCAPSULATION_BY_POOLS.isIn(version) && pools.vxlan(v6);
        Optional<Boolean> set = felix.flag(node, "vxlanEnabled", "VXLANEnabled");
        // For IPv6 the first patches of v3.23 and v3.24 asked for vxlanEnabled too, all later ones for the pools alone.
        return v6
                ? byPools && (ReleaseTrait.VXLAN_OF_IPV6_BY_POOLS_ALONE.isIn(version) || set.orElse(true))
                : set.orElse(byPools);
    }

    private boolean isWireGuard(String node, Flow flow) {
        boolean v6 = flow.isV6();
        return flow.protocol() == Protocol.UDP
                && wireGuard(felix, node, v6)
                && flow.port() == wireGuardPort(felix, node, v6);
    }

    private boolean isBetweenNodes(Flow flow) {
        return flow.remote().filter(hosts::contains).isPresent();
    }
}
