package io.calicofleet.simulator;

import static io.calicofleet.simulator.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.demo.DemoReleases;
import io.calicofleet.simulator.demo.NativeDefinitions;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Labels;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Clusters that define {@code projectcalico.org/v3} themselves, as Calico may be installed from v3.32 on. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class NativeDefinitionsIT {

    private static final String V3 = "projectcalico.org/v3";
    private static final String OLD = "crd.projectcalico.org/v1";
    private static final String OPERATOR = "operator.tigera.io/v1";
    private static final String SYSTEM = "calico-system";

    private final Simulator simulator = Simulator.start(SimulatorOptions.quick().withTls(false));

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void automatic_host_endpoints_have_the_labels_of_their_node_as_their_own_and_follow_them() {
        // Given
        SimulatedCluster cluster = manifest(NativeDefinitions.of(installed()));
        // When
        enable(cluster, V3);
        // Then
        await().untilAsserted(() -> {
            JsonNode endpoint = endpoint(cluster, V3);
            assertThat(endpoint.at("/spec/node").asText()).isEqualTo("c-node-1");
            assertThat(Labels.ofObject(endpoint))
                    .containsEntry("kubernetes.io/hostname", "c-node-1")
                    .containsEntry("projectcalico.org/created-by", "calico-kube-controllers");
            assertThat(endpoint.at("/metadata/annotations").has("projectcalico.org/metadata"))
                    .as("nothing is converted there")
                    .isFalse();
        });
        // When
        cluster.patch("v1", "Node", "", "c-node-1", "{\"metadata\":{\"labels\":{\"role\":\"edge\"}}}");
        cluster.patch(V3, "HostEndpoint", "", "c-node-1-auto-hep", "{\"metadata\":{\"labels\":{\"mine\":\"yes\"}}}");
        // Then
        await().untilAsserted(() -> assertThat(Labels.ofObject(endpoint(cluster, V3)))
                .containsEntry("role", "edge")
                .doesNotContainKey("mine"));
        assertThat(cluster.list("apiextensions.k8s.io/v1", "CustomResourceDefinition", ""))
                .noneMatch(crd -> crd.at("/spec/group").asText().equals("crd.projectcalico.org"));
    }

    @Test
    void the_older_group_counts_where_both_are_defined_unless_calico_is_told_otherwise() {
        // Given
        SimulatedCluster cluster = manifest(installed());
        await().until(() -> cluster.get(OLD, "ClusterInformation", "", "default") != null);
        cluster.apply(NativeDefinitions.of(installed()));
        // When
        enable(cluster, OLD);
        // Then
        await().untilAsserted(() -> {
            JsonNode endpoint = endpoint(cluster, OLD);
            assertThat(Labels.ofObject(endpoint)).hasSize(1);
            assertThat(Json.text(endpoint, "metadata", "annotations", "projectcalico.org/metadata"))
                    .contains("\"kubernetes.io/hostname\":\"c-node-1\"");
        });
        assertThat(cluster.list(V3, "ClusterInformation", "")).isEmpty();
        // When
        tell(cluster, "DaemonSet", "calico-node", "node");
        tell(cluster, "Deployment", "calico-kube-controllers", "kube-controllers");
        enable(cluster, V3);
        // Then
        await().untilAsserted(() -> {
            assertThat(Labels.ofObject(endpoint(cluster, V3))).containsEntry("kubernetes.io/hostname", "c-node-1");
            assertThat(cluster.get(V3, "ClusterInformation", "", "default")
                            .at("/spec/calicoVersion")
                            .asText())
                    .isEqualTo("v3.32.1");
        });
    }

    @Test
    void an_operator_installs_webhooks_in_place_of_the_api_server_and_tells_every_container_the_group() {
        // Given
        SimulatedCluster cluster = simulator.addCluster(ClusterTemplate.named("o")
                .withKubernetes("v1.34.0")
                .withNodes(2)
                .withManifest(NativeDefinitions.of(DemoReleases.text("v3.31.7", "operator-crds.yaml")))
                .withManifest(operator("v1.42.3"))
                .withManifest(DemoReleases.text("v3.31.7", "custom-resources.yaml")));
        // Then
        await().untilAsserted(() -> {
            for (String component : List.of("calico", "apiserver", "ippools")) {
                assertThat(conditions(cluster, component)).containsEntry("Available", "True");
            }
            assertThat(cluster.nodeVersions().values()).hasSize(2).containsOnly("v3.32.1");
        });
        assertThat(cluster.get("apps/v1", "DaemonSet", SYSTEM, "calico-node")
                        .at("/spec/template/spec/containers/0/env")
                        .toString())
                .contains("{\"name\":\"CALICO_API_GROUP\",\"value\":\"projectcalico.org/v3\"}");
        assertThat(cluster.get("apps/v1", "Deployment", SYSTEM, "calico-webhooks")
                        .at("/spec/template/spec/containers/0/image")
                        .asText())
                .endsWith("calico/webhooks:v3.32.1");
        assertThat(cluster.get("apps/v1", "Deployment", SYSTEM, "calico-apiserver"))
                .isNull();
        assertThat(cluster.get("apiregistration.k8s.io/v1", "APIService", "", "v3.projectcalico.org")
                        .path("spec")
                        .has("service"))
                .isFalse();
        assertThat(cluster.get(V3, "ClusterInformation", "", "default")
                        .at("/spec/clusterType")
                        .asText())
                .contains("operator");
    }

    @Test
    void an_operator_names_the_definition_it_misses_and_an_older_one_knows_the_older_group_only() {
        // Given
        SimulatedCluster cluster = simulator.addCluster(ClusterTemplate.named("o")
                .withKubernetes("v1.34.0")
                .withNodes(1)
                .withManifest(NativeDefinitions.of(DemoReleases.text("v3.31.7", "operator-crds.yaml")))
                .withManifest(operator("v1.40.15"))
                .withManifest(DemoReleases.text("v3.31.7", "custom-resources.yaml")));
        await().untilAsserted(() -> assertThat(message(cluster))
                .contains("no matches for kind \"FelixConfiguration\" in version \"crd.projectcalico.org/v1\""));
        // When
        cluster.delete("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "tiers.projectcalico.org");
        cluster.apply(operator("v1.42.3"));
        // Then
        await().untilAsserted(() -> assertThat(message(cluster))
                .contains("no matches for kind \"Tier\" in version \"projectcalico.org/v3\""));
    }

    /** calico.yaml of a release with both workloads in v3.32.1. */
    private static String installed() {
        return DemoReleases.text("v3.28.5", "calico.yaml").replace(":v3.28.5", ":v3.32.1");
    }

    private static String operator(String version) {
        return DemoReleases.text("v3.31.7", "tigera-operator.yaml").replace("v1.40.15", version);
    }

    private SimulatedCluster manifest(String manifest) {
        return simulator.addCluster(ClusterTemplate.named("c")
                .withKubernetes("v1.34.0")
                .withNodes(1)
                .withManifest(manifest));
    }

    private static void tell(SimulatedCluster cluster, String kind, String name, String image) {
        cluster.patch("apps/v1", kind, "kube-system", name, """
                {"spec": {"template": {"spec": {"containers": [{"name": "%s", "image": "calico/%s:v3.32.1", "env": [
                  {"name": "DATASTORE_TYPE", "value": "kubernetes"}, {"name": "ENABLED_CONTROLLERS", "value": "node"},
                  {"name": "CALICO_API_GROUP", "value": "projectcalico.org/v3"}]}]}}}}""".formatted(name, image));
    }

    private static void enable(SimulatedCluster cluster, String api) {
        await().until(() -> cluster.get(api, "KubeControllersConfiguration", "", "default") != null);
        cluster.patch(
                api,
                "KubeControllersConfiguration",
                "",
                "default",
                "{\"spec\":{\"controllers\":{\"node\":{\"hostEndpoint\":{\"autoCreate\":\"Enabled\"}}}}}");
    }

    private static JsonNode endpoint(SimulatedCluster cluster, String api) {
        JsonNode endpoint = cluster.get(api, "HostEndpoint", "", "c-node-1-auto-hep");
        assertThat(endpoint).isNotNull();
        return endpoint;
    }

    private static String message(SimulatedCluster cluster) {
        JsonNode status = cluster.get(OPERATOR, "TigeraStatus", "", "calico");
        return status == null ? "" : String.join(" ", status.findValuesAsText("message"));
    }

    private static Map<String, String> conditions(SimulatedCluster cluster, String component) {
        Map<String, String> conditions = new TreeMap<>();
        JsonNode status = cluster.get(OPERATOR, "TigeraStatus", "", component);
        if (status != null) {
            status.at("/status/conditions")
                    .forEach(each -> conditions.put(
                            each.path("type").asText(), each.path("status").asText()));
        }
        return conditions;
    }
}
