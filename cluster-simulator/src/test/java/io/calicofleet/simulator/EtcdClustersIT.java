package io.calicofleet.simulator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.etcd.EtcdServer;
import io.calicofleet.simulator.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calico on an etcd beside the cluster: what its pods write there, and what keeps them from it. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class EtcdClustersIT {

    private static final String ROOT = "/calico/resources/v3/projectcalico.org/";
    private static final Path RELEASES = Path.of("src/main/releases");
    private static final Duration SOON = Duration.ofSeconds(30);

    private Simulator simulator;

    @BeforeEach
    void start() {
        simulator = Simulator.start(SimulatorOptions.quick());
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    @ParameterizedTest
    @CsvSource({"calico-etcd.yaml, PLAIN", "calico-etcd.yaml, TLS", "canal-etcd.yaml, TLS"})
    void calicos_resources_are_in_etcd_and_not_in_kubernetes(String file, ClusterTemplate.Etcd kind) {
        SimulatedCluster cluster = cluster(file, kind);
        EtcdServer etcd = requireNonNull(cluster.etcd());

        await().atMost(SOON).until(() -> etcd.entries(ROOT + "nodes/").size() == 3);

        JsonNode information = resource(etcd, "clusterinformations/default");
        assertThat(information.at("/kind").asText()).isEqualTo("ClusterInformation");
        assertThat(information.at("/apiVersion").asText()).isEqualTo("projectcalico.org/v3");
        assertThat(information.at("/spec/calicoVersion").asText()).isEqualTo("v3.13.4");
        assertThat(information.at("/spec/clusterType").asText()).doesNotContain("kdd");
        assertThat(etcd.entries(ROOT + "ippools/")).hasSize(1);
        assertThat(resource(etcd, "nodes/c01-node-1")
                        .at("/spec/bgp/ipv4Address")
                        .asText())
                .endsWith("/16");
        assertThat(cluster.list("crd.projectcalico.org/v1", "ClusterInformation", ""))
                .isEmpty();
    }

    @Test
    void who_cannot_read_the_etcd_in_the_cluster_is_told_how_it_is_reached(@TempDir Path folder) {
        SimulatedCluster cluster = cluster("calico-etcd.yaml", ClusterTemplate.Etcd.PLAIN);
        String endpoint = requireNonNull(cluster.etcd()).endpoint();

        simulator.writeKubeconfigs(folder);
        assertThat(folder.resolve("clusters.yaml")).content().doesNotContain(endpoint);
        simulator.writeEtcdAccess(folder);
        assertThat(folder.resolve("clusters.yaml")).content().contains("etcd:", endpoint);
    }

    @Test
    void a_calico_node_that_lost_its_certificates_does_not_get_there() {
        SimulatedCluster cluster = cluster("calico-etcd.yaml", ClusterTemplate.Etcd.TLS);
        EtcdServer etcd = requireNonNull(cluster.etcd());
        await().atMost(SOON).until(() -> etcd.entries(ROOT + "nodes/").size() == 3);
        cluster.patch("v1", "Secret", "kube-system", "calico-etcd-secrets", "{\"data\": null}");

        upgrade(cluster);

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(cluster.list("v1", "Event", "kube-system"))
                        .anyMatch(event -> event.path("message").asText().contains("connection refused")));
        assertThat(cluster.nodeVersions()).hasSize(3).containsValue("v3.13.4").doesNotContainValue("v3.22.5");
        assertThat(cluster.get("apps/v1", "DaemonSet", "kube-system", "calico-node")
                        .at("/status/updatedNumberScheduled")
                        .asInt())
                .as("the rollout does not get beyond the first node")
                .isEqualTo(1);
        assertThat(resource(etcd, "clusterinformations/default")
                        .at("/spec/calicoVersion")
                        .asText())
                .isEqualTo("v3.13.4");
    }

    @Test
    void a_calico_node_that_has_them_writes_its_version_there() {
        SimulatedCluster cluster = cluster("calico-etcd.yaml", ClusterTemplate.Etcd.TLS);
        EtcdServer etcd = requireNonNull(cluster.etcd());
        await().atMost(SOON).until(() -> etcd.entries(ROOT + "nodes/").size() == 3);

        upgrade(cluster);

        await().atMost(SOON)
                .until(() -> resource(etcd, "clusterinformations/default")
                        .at("/spec/calicoVersion")
                        .asText()
                        .equals("v3.22.5"));
    }

    @Test
    void felix_judges_by_the_host_endpoints_and_policies_in_etcd() {
        SimulatedCluster cluster = cluster("calico-etcd.yaml", ClusterTemplate.Etcd.PLAIN);
        EtcdServer etcd = requireNonNull(cluster.etcd());
        await().atMost(SOON).until(() -> etcd.entries(ROOT + "nodes/").size() == 3);
        etcd.put(ROOT + "hostendpoints/c01-node-1-all", """
                {"kind":"HostEndpoint","apiVersion":"projectcalico.org/v3","metadata":{"name":"c01-node-1-all"},\
                "spec":{"node":"c01-node-1","interfaceName":"*"}}""");

        upgrade(cluster);

        await().atMost(SOON).until(() -> {
            cluster.traffic();
            return cluster.drops().keySet().stream().anyMatch(what -> what.startsWith("c01-node-1-all "));
        });
    }

    private SimulatedCluster cluster(String file, ClusterTemplate.Etcd kind) {
        try {
            return simulator.addCluster(ClusterTemplate.named("c01")
                    .withEtcd(kind)
                    .withManifest(Files.readString(RELEASES.resolve("v3.13.4").resolve(file))));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void upgrade(SimulatedCluster cluster) {
        JsonNode set = cluster.get("apps/v1", "DaemonSet", "kube-system", "calico-node");
        var template = requireNonNull(set).path("spec").path("template").deepCopy();
        for (JsonNode container : template.path("spec").path("containers")) {
            ((ObjectNode) container).put("image", "calico/node:v3.22.5");
        }
        var patch = Json.object();
        patch.putObject("spec").set("template", template);
        cluster.patch("apps/v1", "DaemonSet", "kube-system", "calico-node", patch.toString());
    }

    private static JsonNode resource(EtcdServer etcd, String key) {
        return Json.parse(requireNonNull(etcd.get(ROOT + key)));
    }
}
