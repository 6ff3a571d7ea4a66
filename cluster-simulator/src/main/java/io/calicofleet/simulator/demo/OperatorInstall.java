package io.calicofleet.simulator.demo;

import io.calicofleet.simulator.SimulatedCluster;

/** Installs by the operator's manifest: of an older release, with what people say in its Installation. */
final class OperatorInstall {

    /** The release they have; operators of the release the manifests have are before anything we know of. */
    private static final String RELEASE = "v3.20.6";

    private OperatorInstall() {}

    /** As released, with the API server it asks for. */
    static DemoCluster plain() {
        return DemoCluster.of("operator", LocalChanges.NONE.label(), (cluster, release) -> {
            cluster.apply(release.file(RELEASE, "tigera-operator.yaml"));
            cluster.apply(release.file(RELEASE, "custom-resources.yaml"));
        });
    }

    /** An own pod network and MTU, a private registry, two nodes at a time; a toleration and a limit for the operator. */
    static DemoCluster changed() {
        return DemoCluster.of("operator", "installation", (cluster, release) -> {
            cluster.apply(release.file(RELEASE, "tigera-operator.yaml"));
            cluster.apply("""
                    apiVersion: operator.tigera.io/v1
                    kind: Installation
                    metadata: {name: default}
                    spec:
                      registry: registry.example.com/
                      calicoNetwork:
                        mtu: 1410
                        ipPools: [{cidr: 10.244.0.0/16, encapsulation: VXLAN}]
                      nodeUpdateStrategy: {rollingUpdate: {maxUnavailable: 2}}
                      componentResources:
                        - componentName: Node
                          resourceRequirements: {requests: {cpu: 300m}}
                    """);
            operator(cluster);
        });
    }

    private static void operator(SimulatedCluster cluster) {
        cluster.apply("""
                apiVersion: v1
                kind: Namespace
                metadata: {name: tigera-operator, labels: {name: tigera-operator, team: network}}
                """);
        cluster.patch("apps/v1", "Deployment", "tigera-operator", "tigera-operator", """
                {"spec":{"template":{"spec":{"priorityClassName":"system-cluster-critical","tolerations":[
                {"effect":"NoExecute","operator":"Exists"},{"effect":"NoSchedule","operator":"Exists"},
                {"key":"dedicated","operator":"Equal","value":"infra","effect":"PreferNoSchedule"}]}}}}
                """);
    }
}
