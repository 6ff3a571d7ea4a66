package io.calicofleet.executor.adapter.calico;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A cluster whose API server serves {@code projectcalico.org/v3} by definitions of that group, as v3.32 may be installed from
 * Kubernetes v1.34 on.
 */
public final class NativeDefinitions {

    private static final String CALICO_NODE = """
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: calico-node, namespace: kube-system, labels: {k8s-app: calico-node}}
            spec:
              selector: {matchLabels: {k8s-app: calico-node}}
              template:
                metadata: {labels: {k8s-app: calico-node}}
                spec:
                  containers:
                  - name: calico-node
                    image: quay.io/calico/node:%s
                    env: [{name: DATASTORE_TYPE, value: kubernetes}]
            """;

    private NativeDefinitions() {}

    static ClusterTemplate template(String id, CalicoVersion version) {
        return ClusterTemplate.named(id)
                .withKubernetes("v1.34.0")
                .withNodes(1)
                .withManifest(definitions("projectcalico.org", "v3"))
                .withManifest(CALICO_NODE.formatted(version));
    }

    /** The definitions there were before a migration, which it leaves until it is complete. */
    static String ofBefore() {
        return definitions("crd.projectcalico.org", "v1");
    }

    /** Sets CALICO_API_GROUP, as the migration has people do. */
    static void tellCalicoNode(SimulatedCluster cluster, String group) {
        cluster.patch("apps/v1", "DaemonSet", "kube-system", "calico-node", """
                {"spec": {"template": {"spec": {"containers": [
                  {"name": "calico-node", "image": "quay.io/calico/node:v3.32.1",
                   "env": [{"name": "DATASTORE_TYPE", "value": "kubernetes"},
                           {"name": "CALICO_API_GROUP", "value": "%s"}]}]}}}}""".formatted(group));
    }

    /** Those of {@code projectcalico.org/v3}, as the file of a release has them. */
    public static String ofRelease() {
        return definitions("projectcalico.org", "v3");
    }

    private static String definitions(String group, String version) {
        return Arrays.stream(CalicoKind.values())
                .filter(kind -> kind != CalicoKind.PROFILE && kind != CalicoKind.NODE)
                .map(kind -> """
                        apiVersion: apiextensions.k8s.io/v1
                        kind: CustomResourceDefinition
                        metadata: {name: %1$s.%2$s}
                        spec:
                          group: %2$s
                          names: {kind: %3$s, listKind: %3$sList, plural: %1$s, singular: %4$s}
                          scope: %5$s
                          versions:
                          - name: %6$s
                            served: true
                            storage: true
                            schema:
                              openAPIV3Schema:
                                type: object
                                properties:
                                  spec: {type: object, x-kubernetes-preserve-unknown-fields: true}
                        """.formatted(
                                kind.plural(),
                                group,
                                kind.kind(),
                                kind.kind().toLowerCase(Locale.ROOT),
                                kind.namespaced() ? "Namespaced" : "Cluster",
                                version))
                .collect(Collectors.joining("---\n"));
    }
}
