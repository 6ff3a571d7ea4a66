package io.calicofleet.executor.core.datastore;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Optional;

/** The kinds of Calico's resources that a step reads or writes; none of them is in a namespace but the last two. */
public enum CalicoKind {
    /** The policy of the whole cluster. */
    GLOBAL_NETWORK_POLICY("GlobalNetworkPolicy", "globalnetworkpolicies", false),
    /** A set of CIDRs for the whole cluster. */
    GLOBAL_NETWORK_SET("GlobalNetworkSet", "globalnetworksets", false),
    /** An interface of a host, or all of them. */
    HOST_ENDPOINT("HostEndpoint", "hostendpoints", false),
    /** The version that runs and whether the datastore is unlocked. */
    CLUSTER_INFORMATION("ClusterInformation", "clusterinformations", false),
    /** Settings of Felix. */
    FELIX_CONFIGURATION("FelixConfiguration", "felixconfigurations", false),
    /** Settings of kube-controllers. */
    KUBE_CONTROLLERS_CONFIGURATION("KubeControllersConfiguration", "kubecontrollersconfigurations", false),
    /** Addresses for pods. */
    IP_POOL("IPPool", "ippools", false),
    /** Settings of BGP. */
    BGP_CONFIGURATION("BGPConfiguration", "bgpconfigurations", false),
    /** A peer of BGP. */
    BGP_PEER("BGPPeer", "bgppeers", false),
    /** What endpoints without a policy may do; on the Kubernetes datastore those of namespaces are made up. */
    PROFILE("Profile", "profiles", false),
    /** The node as Calico knows it; on the Kubernetes datastore it is the Kubernetes node. */
    NODE("Node", "nodes", false),
    /** Addresses no pod gets; from v3.22 on. */
    IP_RESERVATION("IPReservation", "ipreservations", false),
    /** Which routes BGP takes and gives; from v3.26 on. */
    BGP_FILTER("BGPFilter", "bgpfilters", false),
    /** What is asked of the state of a node; from v3.22 on. */
    CALICO_NODE_STATUS("CalicoNodeStatus", "caliconodestatuses", false),
    /** A group of policies, and when it is looked at; from v3.29 on. */
    TIER("Tier", "tiers", false),
    /** The policy of a namespace. */
    NETWORK_POLICY("NetworkPolicy", "networkpolicies", true),
    /** A set of CIDRs for a namespace. */
    NETWORK_SET("NetworkSet", "networksets", true);

    /** The API group of Calico's resources, whichever way they are stored. */
    public static final String GROUP = "projectcalico.org";

    private final String kind;
    private final String plural;
    private final boolean namespaced;

    CalicoKind(String kind, String plural, boolean namespaced) {
        this.kind = kind;
        this.plural = plural;
        this.namespaced = namespaced;
    }

    /** The kind of that name; empty where it is none of these. */
    public static Optional<CalicoKind> of(String kind) {
        return Arrays.stream(values()).filter(value -> value.kind.equals(kind)).findFirst();
    }

    /**
     * The kind of a resource.
     *
     * @throws IllegalArgumentException where it is none of these: a fault of the step
     */
    public static CalicoKind of(JsonNode resource) {
        String kind = resource.path("kind").asText();
        return of(kind).orElseThrow(() -> new IllegalArgumentException(kind + " is no kind of Calico's datastore"));
    }

    /** The kind as objects have it, such as GlobalNetworkPolicy. */
    public String kind() {
        return kind;
    }

    /** Its plural in paths and etcd keys, such as globalnetworkpolicies. */
    public String plural() {
        return plural;
    }

    /** Whether its objects are in namespaces. */
    public boolean namespaced() {
        return namespaced;
    }

    /** Whether its objects belong to a tier, which up to v3.31 is part of the name they are stored by. */
    public boolean tiered() {
        return this == GLOBAL_NETWORK_POLICY || this == NETWORK_POLICY;
    }
}
