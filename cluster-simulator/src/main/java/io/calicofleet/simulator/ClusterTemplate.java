package io.calicofleet.simulator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a cluster is when it is made.
 *
 * @param id its id
 * @param kubernetes its version of Kubernetes, such as {@code v1.21.14}
 * @param nodes number of nodes, named {@code <id>-node-1} and so on
 * @param labels labels of the cluster in {@code clusters.yaml}
 * @param nodeLabels labels of every node
 * @param manifests YAML applied at once when the cluster is made, as {@code kubectl apply} does; those for etcd with the
 *     cluster's etcd filled in, as people do it
 * @param etcd the etcd beside the cluster
 * @param ipv6 whether its nodes have addresses of IPv6 too
 */
public record ClusterTemplate(
        String id,
        String kubernetes,
        int nodes,
        Map<String, String> labels,
        Map<String, String> nodeLabels,
        List<String> manifests,
        Etcd etcd,
        boolean ipv6) {

    /** The etcd beside a cluster. */
    public enum Etcd {
        /** There is none. */
        NONE,
        /** One that anybody may use. */
        PLAIN,
        /** One with TLS and client certificates. */
        TLS
    }

    public ClusterTemplate {
        labels = Map.copyOf(labels);
        nodeLabels = Map.copyOf(nodeLabels);
        manifests = List.copyOf(manifests);
    }

    /** Three nodes of Kubernetes v1.21.14 with nothing on them. */
    public static ClusterTemplate named(String id) {
        return new ClusterTemplate(id, "v1.21.14", 3, Map.of(), Map.of(), List.of(), Etcd.NONE, false);
    }

    /** With another version of Kubernetes. */
    public ClusterTemplate withKubernetes(String version) {
        return new ClusterTemplate(id, version, nodes, labels, nodeLabels, manifests, etcd, ipv6);
    }

    /** With another number of nodes. */
    public ClusterTemplate withNodes(int count) {
        return new ClusterTemplate(id, kubernetes, count, labels, nodeLabels, manifests, etcd, ipv6);
    }

    /** With one more label. */
    public ClusterTemplate withLabel(String key, String value) {
        Map<String, String> all = new LinkedHashMap<>(labels);
        all.put(key, value);
        return new ClusterTemplate(id, kubernetes, nodes, all, nodeLabels, manifests, etcd, ipv6);
    }

    /** With one more label on every node. */
    public ClusterTemplate withNodeLabel(String key, String value) {
        Map<String, String> all = new LinkedHashMap<>(nodeLabels);
        all.put(key, value);
        return new ClusterTemplate(id, kubernetes, nodes, labels, all, manifests, etcd, ipv6);
    }

    /** With one more manifest. */
    public ClusterTemplate withManifest(String yaml) {
        List<String> all = new ArrayList<>(manifests);
        all.add(yaml);
        return new ClusterTemplate(id, kubernetes, nodes, labels, nodeLabels, all, etcd, ipv6);
    }

    /** With an etcd beside it; the manifests for etcd get its endpoint, and with TLS its certificates. */
    public ClusterTemplate withEtcd(Etcd kind) {
        return new ClusterTemplate(id, kubernetes, nodes, labels, nodeLabels, manifests, kind, ipv6);
    }

    /** With nodes that have addresses of IPv6 too, {@code fd00:10::<number>}, and connections over it. */
    public ClusterTemplate withIpv6() {
        return new ClusterTemplate(id, kubernetes, nodes, labels, nodeLabels, manifests, etcd, true);
    }
}
