package io.calicofleet.executor.core.change;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of the fields of FelixConfiguration: what each does to traffic, which are not ours to change, and by which variables of Felix'
 * environment they are overridden. Of a field that is not named here nobody knows what it does, so that it is asked.
 *
 * <p>From Calico's source at 87c15906: the names of parameters {@code api/pkg/apis/projectcalico/v3/felixconfig.go}; the order of sources {@code
 * felix/config/config_params.go}; what Felix starts again for {@code handledConfigChanges} in {@code felix/daemon/daemon.go}; the file in the image of
 * calico-node {@code node/filesystem/etc/calico/felix.cfg}; the probes {@code node/pkg/health/health.go}. What an operator keeps is from tigera/operator
 * at 40788b9b: {@code pkg/controller/installation/core_controller.go} and {@code bpf.go}, {@code istio}, {@code applicationlayer}.
 */
final class FelixFields {

    /** Said of each change but for one that Felix takes as it runs. */
    static final String RESTART =
            "Felix starts again on all nodes at once when FelixConfiguration default changes, within the same containers: packets go on by"
                    + " what is programmed, and what is new, pods and policies, waits some seconds";

    private static final String UNKNOWN =
            "What this field does to traffic is not known here. Read about it in Calico's reference of FelixConfiguration first";

    /** They change what Felix says, counts or checks, and no packet. */
    private static final Set<String> QUIET = Set.of(
            "logSeverityScreen",
            "logDebugFilenameRegex",
            "logPrefix",
            "logActionRateLimit",
            "logActionRateLimitBurst",
            "debugDisableLogDropping",
            "debugMemoryProfilePath",
            "prometheusMetricsEnabled",
            "prometheusMetricsHost",
            "prometheusMetricsPort",
            "prometheusGoMetricsEnabled",
            "prometheusProcessMetricsEnabled",
            "prometheusWireGuardMetricsEnabled",
            "routeRefreshInterval",
            "interfaceRefreshInterval",
            "iptablesRefreshInterval",
            "iptablesPostWriteCheckInterval",
            "iptablesLockProbeInterval",
            "iptablesLockTimeout",
            "ipsetsRefreshInterval",
            "nftablesRefreshInterval",
            "xdpRefreshInterval",
            "netlinkTimeout",
            "dataplaneWatchdogTimeout",
            "reportingInterval",
            "reportingTTL",
            "endpointReportingEnabled",
            "endpointReportingDelay",
            "healthTimeoutOverrides",
            "usageReportingEnabled",
            "usageReportingInitialDelay",
            "usageReportingInterval",
            "goGCThreshold",
            "goMemoryLimitMB",
            "goMaxProcs",
            "flowLogsFlushInterval",
            "flowLogsCollectorDebugTrace",
            "flowLogsLocalReporter",
            "bpfLogLevel",
            "bpfConntrackLogLevel",
            "bpfLogFilters",
            "bpfCTLBLogFilter",
            "bpfPolicyDebugEnabled");

    private static final Map<String, String> REFUSED = new HashMap<>();
    private static final Map<String, String> ASKED = new HashMap<>();
    private static final Map<String, String> OF_OPERATOR = new HashMap<>();

    /** Where a parameter is not called as its field. */
    private static final Map<String, String> PARAMETERS = Map.ofEntries(
            Map.entry("ipipEnabled", "IpInIpEnabled"),
            Map.entry("ipipMTU", "IpInIpMtu"),
            Map.entry("iptablesPostWriteCheckInterval", "IptablesPostWriteCheckIntervalSecs"),
            Map.entry("iptablesLockProbeInterval", "IptablesLockProbeIntervalMillis"),
            Map.entry("iptablesLockTimeout", "IptablesLockTimeoutSecs"),
            Map.entry("netlinkTimeout", "NetlinkTimeoutSecs"),
            Map.entry("reportingInterval", "ReportingIntervalSecs"),
            Map.entry("reportingTTL", "ReportingTTLSecs"),
            Map.entry("endpointReportingDelay", "EndpointReportingDelaySecs"),
            Map.entry("usageReportingInitialDelay", "UsageReportingInitialDelaySecs"),
            Map.entry("usageReportingInterval", "UsageReportingIntervalSecs"),
            Map.entry("externalNodesList", "ExternalNodesCIDRList"),
            Map.entry("bpfConntrackMode", "BPFConntrackCleanupMode"),
            Map.entry("wireguardKeepAlive", "WireguardPersistentKeepAlive"));

    static {
        refuse(
                "the file /etc/calico/felix.cfg of calico-node's image sets it, and Felix takes that before FelixConfiguration, so"
                        + " that the field would do nothing",
                "metadataAddr",
                "logFilePath",
                "logSeverityFile",
                "logSeveritySys");
        refuse("it says which program forwards packets on the nodes", "dataplaneDriver", "useInternalDataplaneDriver");
        refuse(
                "the CNI plugin names the interfaces of pods, and Felix would lose those of every pod that runs",
                "interfacePrefix");
        refuse(
                "the probes of calico-node ask Felix at the address and port its DaemonSet says, and would kill it",
                "healthEnabled",
                "healthHost",
                "healthPort");
        refuse("the routes of new pods would be programmed by nobody", "routeSyncDisabled");
        refuse("FelixConfiguration default is that of all nodes", "nodeSelector");
        refuse(
                "it has Felix hang, for tests of Felix",
                "debugSimulateCalcGraphHangAfter",
                "debugSimulateDataplaneHangAfter",
                "debugSimulateDataplaneApplyDelay");
        refuse("it belongs to OpenStack", "openstackRegion");

        ask(
                "Felix goes from iptables to eBPF or back, on all nodes at once. Connections through Services and those of nodes are reset, and others may be."
                        + " eBPF serves Services in place of kube-proxy, which may have to be stopped or started by you",
                "bpfEnabled");
        ask(
                "Felix goes from iptables to nftables or back, on all nodes at once: until the new rules are there, packets may be dropped or pass by the old"
                        + " ones. kube-proxy has to be in nftables mode where Felix is, and in no other where it is not, which is not looked at here",
                "nftablesMode");
        ask(
                "Packets between pods of different nodes go through WireGuard or no more: while nodes start again and exchange keys, the routes move and"
                        + " packets are lost. The MTU of pods has to leave 60 bytes (IPv6: 80), and UDP 51820 (IPv6: 51821) has to be open between the nodes,"
                        + " which is not looked at here. A node whose kernel has no WireGuard goes on without",
                "wireguardEnabled",
                "wireguardEnabledV6",
                "wireguardHostEncryptionEnabled");
        ask(
                "The tunnel of every node gets other settings, and nodes that have them already do not understand those that have not: packets between"
                        + " nodes are lost meanwhile",
                "vxlanEnabled",
                "vxlanPort",
                "vxlanVNI",
                "ipipEnabled",
                "wireguardListeningPort",
                "wireguardListeningPortV6",
                "wireguardInterfaceName",
                "wireguardInterfaceNameV6",
                "wireguardRoutingRulePriority");
        ask(
                "The MTU of the tunnels changes, and not that of pods that run: where theirs is larger, large packets are lost until they start again",
                "vxlanMTU",
                "vxlanMTUV6",
                "ipipMTU",
                "wireguardMTU",
                "wireguardMTUV6",
                "mtuIfacePattern");
        ask(
                "What pods send to their own node after policies allow it is accepted, returned to the node's own rules, or dropped: probes of the kubelet and"
                        + " agents on nodes may be cut off",
                "defaultEndpointToHostAction");
        ask(
                "Rules of others, such as a firewall of the node, are met before Calico's or after them: what they accept passes policies by",
                "chainInsertMode",
                "iptablesFilterAllowAction",
                "iptablesMangleAllowAction",
                "iptablesFilterDenyAction",
                "nftablesFilterAllowAction",
                "nftablesMangleAllowAction",
                "nftablesFilterDenyAction");
        ask(
                "Felix writes its rules by the other iptables and leaves the old ones to be cleaned up: packets meet both sets meanwhile",
                "iptablesBackend");
        ask(
                "What pods send out of the cluster gets another source address or port: connections that are open may break, and firewalls may know the old"
                        + " one only",
                "natPortRange",
                "natOutgoingAddress",
                "natOutgoingExclusions",
                "iptablesNATOutgoingInterfaceFilter");
        ask(
                "Routes and forwarding of the nodes change: packets may be lost until all nodes have it",
                "ipForwarding",
                "removeExternalRoutes",
                "routeSource",
                "deviceRouteProtocol",
                "deviceRouteSourceAddress",
                "deviceRouteSourceAddressIPv6",
                "externalNodesList");
        ask(
                "Services may be reached or not at other addresses than before",
                "serviceLoopPrevention",
                "kubeNodePortRanges");

        String linuxDataplane = "Installation default says it, in spec.calicoNetwork.linuxDataplane";
        operator(linuxDataplane, "bpfEnabled", "nftablesMode");
        operator("Installation default says who programs the routes", "programClusterRoutes");
        operator("ApplicationLayer says it", "tproxyMode", "wafEventLogsFileEnabled");
        operator("ApplicationLayer, GatewayAPI and Istio of the operator say it", "policySyncPathPrefix");
        operator("Istio of the operator says it", "istioAmbientMode", "istioDSCPMark");
    }

    private FelixFields() {}

    /** Whether a change of it touches no packet. */
    static boolean isQuiet(String field) {
        return QUIET.contains(field);
    }

    /** What it does to traffic; asked before it is done. */
    static String effect(String field) {
        return ASKED.getOrDefault(
                field,
                field.startsWith("bpf")
                        ? "It is of the eBPF data plane: where that is on, connections through it may break while Felix programs it anew"
                        : UNKNOWN);
    }

    /** Why no campaign changes it; empty where one may. */
    static Optional<String> refusal(String field) {
        return Optional.ofNullable(REFUSED.get(field));
    }

    /** Where to say it on an install by the operator, which writes it back; empty where it is not the operator's. */
    static Optional<String> operators(String field) {
        return Optional.ofNullable(OF_OPERATOR.get(field));
    }

    /** The variables of Felix' environment that win over it, in upper case. */
    static List<String> variables(String field) {
        Set<String> names = new LinkedHashSet<>(List.of(field, PARAMETERS.getOrDefault(field, field)));
        return names.stream()
                .map(name -> "FELIX_" + name.toUpperCase(Locale.ROOT))
                .toList();
    }

    private static void refuse(String why, String... fields) {
        List.of(fields).forEach(field -> REFUSED.put(field, why));
    }

    private static void ask(String why, String... fields) {
        List.of(fields).forEach(field -> ASKED.put(field, why));
    }

    private static void operator(String where, String... fields) {
        List.of(fields).forEach(field -> OF_OPERATOR.put(field, where));
    }
}
