package io.calicofleet.model.owner;

import java.util.Set;

/**
 * What marks are read against, beside the object that carries them.
 *
 * @param servedKinds what discovery lists, as {@code group/version Kind}
 * @param clusterTypes what calico-node and ClusterInformation say of the kind of cluster, such as k8s,bgp
 * @param helmCharts the names of the HelmCharts of {@code helm.cattle.io}
 * @param ownRelease the Helm release that our own route upgrades, as namespace/name; empty where there is none
 */
public record Surroundings(
        Set<String> servedKinds, Set<String> clusterTypes, Set<String> helmCharts, String ownRelease) {

    /** Nothing but the objects themselves. */
    public static final Surroundings NONE = new Surroundings(Set.of(), Set.of(), Set.of(), "");

    public Surroundings {
        servedKinds = Set.copyOf(servedKinds);
        clusterTypes = Set.copyOf(clusterTypes);
        helmCharts = Set.copyOf(helmCharts);
    }
}
