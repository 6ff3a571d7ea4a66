package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import java.util.List;

/** How each manifest installs Calico: what people change in it, and what must be left of that after an upgrade. */
enum ManifestRoute {
    KDD("calico.yaml", InstallMethod.MANIFEST_KDD, "calico-node", "calico-config", ""),
    KDD_TYPHA("calico-typha.yaml", InstallMethod.MANIFEST_KDD_TYPHA, "calico-node", "calico-config", ""),
    POLICY_ONLY("calico-policy-only.yaml", InstallMethod.MANIFEST_POLICY_ONLY, "calico-node", "calico-config", ""),
    CANAL("canal.yaml", InstallMethod.MANIFEST_CANAL, "canal", "canal-config", "kube-flannel"),
    ETCD("calico-etcd.yaml", InstallMethod.MANIFEST_ETCD, "calico-node", "calico-config", ""),
    CANAL_ETCD("canal-etcd.yaml", InstallMethod.MANIFEST_CANAL_ETCD, "canal-node", "canal-config", "flannel");

    private static final String NAMESPACE = "kube-system";

    final String file;
    final InstallMethod method;
    final String daemonSet;
    private final String beside;
    private final String config;

    ManifestRoute(String file, InstallMethod method, String daemonSet, String config, String beside) {
        this.file = file;
        this.method = method;
        this.daemonSet = daemonSet;
        this.config = config;
        this.beside = beside;
    }

    /** The containers of its pods on the nodes, in their order. */
    List<String> containers() {
        return beside.isEmpty() ? List.of("calico-node") : List.of("calico-node", beside);
    }

    boolean hasTypha() {
        return this == KDD_TYPHA || this == POLICY_ONLY;
    }

    boolean hasEtcd() {
        return this == ETCD || this == CANAL_ETCD;
    }

    boolean isCanal() {
        return this == CANAL || this == CANAL_ETCD;
    }

    /** A cluster it is installed on; those on etcd get one with TLS, filled in as people do. */
    ClusterTemplate template(String yaml) {
        ClusterTemplate template = ClusterTemplate.named("c01").withManifest(yaml);
        return hasEtcd() ? template.withEtcd(ClusterTemplate.Etcd.TLS) : template;
    }

    /** What people do to it once it is installed. */
    void change(SimulatedCluster cluster) {
        cluster.patch("apps/v1", "DaemonSet", NAMESPACE, daemonSet, """
                {"metadata": {"annotations": {"example.com/owner": "network"}},
                 "spec": {"updateStrategy": {"rollingUpdate": {"maxUnavailable": 2}}}}""");
        if (this != POLICY_ONLY) {
            config(cluster, "veth_mtu", "1400");
        }
        if (hasTypha()) {
            cluster.patch("apps/v1", "Deployment", NAMESPACE, "calico-typha", "{\"spec\": {\"replicas\": 3}}");
            cluster.patch(
                    "policy/v1beta1",
                    "PodDisruptionBudget",
                    NAMESPACE,
                    "calico-typha",
                    "{\"spec\": {\"maxUnavailable\": 2}}");
        }
        if (isCanal()) {
            config(cluster, "canal_iface", "eth1");
            config(cluster, "masquerade", "false");
        }
        if (this == CANAL) {
            config(
                    cluster,
                    "net-conf.json",
                    "{\\\"Network\\\": \\\"10.99.0.0/16\\\", \\\"Backend\\\": {\\\"Type\\\": \\\"host-gw\\\"}}");
        }
    }

    /** What must be left of it. */
    void assertKept(SimulatedCluster cluster) {
        JsonNode set = cluster.get("apps/v1", "DaemonSet", NAMESPACE, daemonSet);
        assertThat(set.at("/metadata/annotations/example.com~1owner").asText()).isEqualTo("network");
        assertThat(set.at("/spec/updateStrategy/rollingUpdate/maxUnavailable").asInt())
                .isEqualTo(2);
        JsonNode data = cluster.get("v1", "ConfigMap", NAMESPACE, config).path("data");
        if (this != POLICY_ONLY) {
            assertThat(data.path("veth_mtu").asText()).isEqualTo("1400");
        }
        if (hasTypha()) {
            assertThat(cluster.get("apps/v1", "Deployment", NAMESPACE, "calico-typha")
                            .at("/spec/replicas")
                            .asInt())
                    .isEqualTo(3);
            assertThat(cluster.get("policy/v1", "PodDisruptionBudget", NAMESPACE, "calico-typha")
                            .at("/spec/maxUnavailable")
                            .asInt())
                    .isEqualTo(2);
        }
        if (isCanal()) {
            assertThat(data.path("canal_iface").asText()).isEqualTo("eth1");
            assertThat(data.path("masquerade").asText()).isEqualTo("false");
        }
        if (this == CANAL) {
            assertThat(data.path("net-conf.json").asText()).contains("10.99.0.0/16", "host-gw");
        }
        if (hasEtcd()) {
            assertThat(data.path("etcd_endpoints").asText())
                    .isEqualTo(requireNonNull(cluster.etcd()).endpoint());
            assertThat(data.path("etcd_key").asText()).isEqualTo("/calico-secrets/etcd-key");
            assertThat(cluster.get("v1", "Secret", NAMESPACE, "calico-etcd-secrets")
                            .path("data")
                            .size())
                    .isEqualTo(3);
        }
    }

    private void config(SimulatedCluster cluster, String key, String value) {
        cluster.patch("v1", "ConfigMap", NAMESPACE, config, "{\"data\": {\"" + key + "\": \"" + value + "\"}}");
    }
}
