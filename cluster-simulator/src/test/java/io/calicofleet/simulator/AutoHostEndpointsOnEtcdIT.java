package io.calicofleet.simulator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.etcd.EtcdServer;
import io.calicofleet.simulator.json.Json;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same on etcd: host endpoints, their settings and the nodes they are made of are there, and labels have to get there. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AutoHostEndpointsOnEtcdIT {

    private static final String ROOT = "/calico/resources/v3/projectcalico.org/";
    private static final String CONFIGURATION = ROOT + "kubecontrollersconfigurations/default";
    private static final Duration SOON = Duration.ofSeconds(30);

    private final Simulator simulator = Simulator.start(SimulatorOptions.quick().withTls(false));

    @AfterEach
    void stop() {
        simulator.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v3.22.5/calico-etcd.yaml", "v3.22.5/canal-etcd.yaml", "v3.28.5/calico-etcd.yaml"})
    void are_there_for_every_node_with_the_labels_brought_to_it_once_they_are_enabled(String manifest) {
        SimulatedCluster cluster = cluster(manifest);
        EtcdServer etcd = requireNonNull(cluster.etcd());

        autoCreate(etcd, "Enabled");

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(names(etcd)).containsExactly("c-node-1-auto-hep", "c-node-2-auto-hep"));
        await().atMost(SOON).untilAsserted(() -> {
            JsonNode endpoint = resource(etcd, ROOT + "hostendpoints/c-node-1-auto-hep");
            assertThat(endpoint.at("/spec/node").asText()).isEqualTo("c-node-1");
            assertThat(endpoint.at("/spec/expectedIPs").toString()).contains("10.0.0.2");
            assertThat(endpoint.at("/metadata/labels").toString())
                    .contains("kubernetes.io/hostname", "projectcalico.org/created-by");
            assertThat(endpoint.at("/metadata/annotations").isMissingNode()).isTrue();
        });
        autoCreate(etcd, "Disabled");
        await().atMost(SOON).untilAsserted(() -> assertThat(names(etcd)).isEmpty());
    }

    @Test
    void labels_come_and_go_with_those_of_kubernetes_and_what_people_gave_the_node_in_etcd_stays() {
        SimulatedCluster cluster = cluster("v3.22.5/calico-etcd.yaml");
        EtcdServer etcd = requireNonNull(cluster.etcd());
        change(
                etcd,
                ROOT + "nodes/c-node-1",
                node -> Json.child(Json.child(node, "metadata"), "labels").put("mine", "yes"));
        cluster.patch("v1", "Node", "", "c-node-1", "{\"metadata\":{\"labels\":{\"role\":\"edge\"}}}");
        autoCreate(etcd, "Enabled");
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(labels(etcd)).contains("\"role\":\"edge\"").contains("\"mine\":\"yes\""));

        cluster.patch("v1", "Node", "", "c-node-1", "{\"metadata\":{\"labels\":{\"role\":null}}}");

        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(labels(etcd)).doesNotContain("role").contains("\"mine\":\"yes\""));
    }

    @Test
    void labels_stay_away_where_they_are_not_to_be_brought() {
        SimulatedCluster cluster = cluster("v3.22.5/calico-etcd.yaml");
        EtcdServer etcd = requireNonNull(cluster.etcd());
        change(
                etcd,
                CONFIGURATION,
                configuration ->
                        ((ObjectNode) configuration.at("/spec/controllers/node")).put("syncLabels", "Disabled"));
        cluster.patch("v1", "Node", "", "c-node-1", "{\"metadata\":{\"labels\":{\"role\":\"edge\"}}}");
        autoCreate(etcd, "Enabled");
        await().atMost(SOON).until(() -> names(etcd).size() == 2);

        assertThat(labels(etcd)).doesNotContain("role");
        change(
                etcd,
                CONFIGURATION,
                configuration ->
                        ((ObjectNode) configuration.at("/spec/controllers/node")).put("syncLabels", "Enabled"));
        await().atMost(SOON).untilAsserted(() -> assertThat(labels(etcd)).contains("\"role\":\"edge\""));
    }

    @Test
    void a_node_that_is_deleted_takes_its_own_with_it_and_one_of_no_kubernetes_stays() {
        SimulatedCluster cluster = cluster("v3.22.5/calico-etcd.yaml");
        EtcdServer etcd = requireNonNull(cluster.etcd());
        etcd.put(ROOT + "nodes/bare", """
                {"kind":"Node","apiVersion":"projectcalico.org/v3","metadata":{"name":"bare"},\
                "spec":{"bgp":{"ipv4Address":"10.9.0.1/16"}}}""");
        autoCreate(etcd, "Enabled");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(names(etcd))
                        .containsExactly("bare-auto-hep", "c-node-1-auto-hep", "c-node-2-auto-hep"));

        cluster.delete("v1", "Node", "", "c-node-2");

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(names(etcd)).containsExactly("bare-auto-hep", "c-node-1-auto-hep"));
    }

    private SimulatedCluster cluster(String manifest) {
        SimulatedCluster cluster = simulator.addCluster(ClusterTemplate.named("c")
                .withNodes(2)
                .withEtcd(ClusterTemplate.Etcd.TLS)
                .withManifest(RolloutIT.release(manifest)));
        EtcdServer etcd = requireNonNull(cluster.etcd());
        await().atMost(SOON)
                .until(() -> etcd.get(CONFIGURATION) != null
                        && etcd.entries(ROOT + "nodes/").size() == 2);
        return cluster;
    }

    private static void autoCreate(EtcdServer etcd, String value) {
        change(
                etcd,
                CONFIGURATION,
                configuration -> ((ObjectNode) configuration.at("/spec/controllers/node/hostEndpoint"))
                        .put("autoCreate", value));
    }

    private static void change(EtcdServer etcd, String key, Consumer<ObjectNode> change) {
        etcd.change(key, value -> {
            ObjectNode resource = (ObjectNode) Json.parse(value);
            change.accept(resource);
            return resource.toString();
        });
    }

    private static String labels(EtcdServer etcd) {
        return resource(etcd, ROOT + "hostendpoints/c-node-1-auto-hep")
                .at("/metadata/labels")
                .toString();
    }

    private static JsonNode resource(EtcdServer etcd, String key) {
        String value = etcd.get(key);
        return value == null ? Json.object() : Json.parse(value);
    }

    private static Set<String> names(EtcdServer etcd) {
        return new TreeSet<>(etcd.entries(ROOT + "hostendpoints/").keySet().stream()
                .map(key -> key.substring(key.lastIndexOf('/') + 1))
                .toList());
    }
}
