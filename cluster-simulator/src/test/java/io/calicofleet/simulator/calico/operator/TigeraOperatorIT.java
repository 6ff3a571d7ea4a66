package io.calicofleet.simulator.calico.operator;

import static io.calicofleet.simulator.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.Simulator;
import io.calicofleet.simulator.SimulatorOptions;
import io.calicofleet.simulator.demo.DemoReleases;
import io.calicofleet.simulator.json.Json;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TigeraOperatorIT {

    private static final String OPERATOR = "operator.tigera.io/v1";
    private static final String SYSTEM = "calico-system";

    private Simulator simulator;
    private SimulatedCluster cluster;

    @BeforeEach
    void install() {
        simulator = Simulator.start(SimulatorOptions.quick().withTls(false));
        cluster = simulator.addCluster(ClusterTemplate.named("o")
                .withManifest(release("v3.20.6", "tigera-operator.yaml"))
                .withManifest("""
                        apiVersion: operator.tigera.io/v1
                        kind: Installation
                        metadata: {name: default}
                        spec:
                          registry: registry.example.com/
                          calicoNetwork:
                            mtu: 1410
                            ipPools: [{cidr: 10.20.0.0/16, encapsulation: VXLAN}]
                          nodeUpdateStrategy: {rollingUpdate: {maxUnavailable: 2}}
                          componentResources:
                          - componentName: Node
                            resourceRequirements: {requests: {cpu: 300m}}
                        """));
        awaitCalico("v3.20.6");
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void installs_calico_as_the_installation_says() {
        // Then
        JsonNode set = cluster.get("apps/v1", "DaemonSet", SYSTEM, "calico-node");
        assertThat(set.at("/spec/template/spec/containers/0/image").asText())
                .isEqualTo("registry.example.com/calico/node:v3.20.6");
        assertThat(set.at("/spec/template/spec/containers/0/resources/requests/cpu")
                        .asText())
                .isEqualTo("300m");
        assertThat(set.at("/spec/updateStrategy/rollingUpdate/maxUnavailable").asInt())
                .isEqualTo(2);
        assertThat(set.at("/spec/template/spec/containers/0/env").toString())
                .contains("{\"name\":\"FELIX_VXLANMTU\",\"value\":\"1410\"}");
        JsonNode installation = cluster.get(OPERATOR, "Installation", "", "default");
        assertThat(installation.at("/spec/cni/type").asText()).as("a default").isEqualTo("Calico");
        assertThat(installation.path("status").has("calicoVersion"))
                .as("operators before v1.29 do not say it")
                .isFalse();
        await().untilAsserted(
                        () -> assertThat(cluster.get("crd.projectcalico.org/v1", "ClusterInformation", "", "default")
                                        .at("/spec/clusterType")
                                        .asText())
                                .contains("operator"));
    }

    @Test
    void an_operator_whose_image_never_comes_leaves_the_old_one_saying_that_all_is_well() {
        // Given
        cluster.faults().imagePullFails("*", "tigera/operator:v1.25");
        // When
        cluster.apply(release("v3.22.5", "tigera-operator.yaml"));
        // Then
        await().untilAsserted(() -> assertThat(
                        cluster.list("v1", "Pod", "tigera-operator").toString())
                .contains("ImagePullBackOff"));
        assertThat(conditions("calico")).containsEntry("Available", "True").containsEntry("Degraded", "False");
        assertThat(image()).endsWith("node:v3.20.6");
    }

    @Test
    void rolls_calico_once_a_newer_one_is_ready_and_tells_the_version_only_when_all_is_there() {
        // Given
        cluster.faults().neverReady("o-node-2", "calico/node:v3.28.5");
        // When
        cluster.apply(release("v3.28.5", "tigera-operator.yaml"));
        // Then
        await().untilAsserted(() -> {
            assertThat(image()).endsWith("node:v3.28.5");
            assertThat(conditions("calico")).containsEntry("Available", "False").containsEntry("Progressing", "True");
        });
        assertThat(installation().at("/status").has("calicoVersion")).isFalse();
        // When
        cluster.faults().clear();
        // Then
        awaitCalico("v3.28.5");
        await().untilAsserted(() ->
                assertThat(installation().at("/status/calicoVersion").asText()).isEqualTo("v3.28.5"));
        assertThat(installation().at("/spec/calicoNetwork/mtu").asInt()).isEqualTo(1410);
        assertThat(status("calico")
                        .at("/status/conditions/0/observedGeneration")
                        .asLong())
                .isEqualTo(installation().at("/metadata/generation").asLong());
    }

    @Test
    void is_degraded_where_a_definition_is_missing_or_it_is_told_to_be() {
        // When
        cluster.patch("apps/v1", "Deployment", "tigera-operator", "tigera-operator", """
                {"spec":{"template":{"spec":{"containers":[{"name":"tigera-operator",
                "image":"quay.io/tigera/operator:v1.36.16"}]}}}}""");
        // Then
        await().untilAsserted(() -> {
            assertThat(conditions("calico")).containsEntry("Degraded", "True");
            assertThat(status("calico").toString()).contains("no matches for kind");
        });
        assertThat(image()).endsWith("node:v3.20.6");
        // When
        cluster.faults().operatorDegraded("Could not render components");
        cluster.apply(release("v3.22.5", "tigera-operator.yaml"));
        // Then
        await().untilAsserted(() -> assertThat(status("calico").toString()).contains("Could not render components"));
        // When
        cluster.faults().clear();
        // Then
        awaitCalico("v3.22.5");
    }

    @Test
    void the_api_server_moves_into_calico_system_with_v3_31() {
        // Given
        cluster.apply("""
                apiVersion: operator.tigera.io/v1
                kind: APIServer
                metadata: {name: default}
                """);
        await().untilAsserted(() -> assertThat(conditions("apiserver")).containsEntry("Available", "True"));
        assertThat(cluster.get("apps/v1", "Deployment", "calico-apiserver", "calico-apiserver"))
                .isNotNull();
        // When
        cluster.apply(release("v3.31.7", "operator-crds.yaml"));
        cluster.apply(release("v3.31.7", "tigera-operator.yaml"));
        // Then
        await().untilAsserted(() -> {
            JsonNode server = cluster.get("apps/v1", "Deployment", SYSTEM, "calico-apiserver");
            assertThat(server).isNotNull();
            assertThat(server.at("/spec/template/spec/containers/0/image").asText())
                    .endsWith("apiserver:v3.31.7");
            assertThat(cluster.get("v1", "Namespace", "", "calico-apiserver")).isNull();
            JsonNode api = cluster.get("apiregistration.k8s.io/v1", "APIService", "", "v3.projectcalico.org");
            assertThat(api.at("/spec/service/namespace").asText()).isEqualTo(SYSTEM);
            assertThat(api.at("/status/conditions/0/status").asText()).isEqualTo("True");
            assertThat(conditions("apiserver")).containsEntry("Available", "True");
        });
    }

    @Test
    void takes_the_images_of_the_image_set_of_its_version_by_their_digests() {
        // Given
        cluster.apply(imageSet("v3.22.5", List.of("typha", "node", "cni", "kube-controllers", "pod2daemon-flexvol")));
        await().untilAsserted(() -> assertThat(status("calico").toString())
                .contains("Error getting ImageSet: ImageSets exist but none with the expected name calico-v3.20.6"));
        assertThat(image()).endsWith("node:v3.20.6");
        // When
        cluster.apply(release("v3.22.5", "tigera-operator.yaml"));
        // Then
        await().untilAsserted(() -> {
            assertThat(image()).isEqualTo("registry.example.com/calico/node@sha256:node-v3.22.5");
            assertThat(conditions("calico")).containsEntry("Available", "True").containsEntry("Degraded", "False");
            assertThat(cluster.nodeVersions().values()).hasSize(3).containsOnly("v3.22.5");
        });
    }

    @Test
    void an_image_set_with_too_few_or_unknown_images_degrades_it_and_nothing_is_written() {
        // Given
        cluster.apply(imageSet("v3.22.5", List.of("typha", "node", "kube-controllers", "pod2daemon-flexvol")));
        // When
        cluster.apply(release("v3.22.5", "tigera-operator.yaml"));
        // Then
        await().untilAsserted(() -> assertThat(status("calico").toString())
                .contains("Error resolving ImageSet for components: invalid ImageSet: ImageSet did not contain image"
                        + " calico/cni"));
        assertThat(image()).endsWith("node:v3.20.6");
        // When
        cluster.apply(imageSet("v3.22.5", List.of("typha", "node", "cni", "kube-controllers", "flannel")));
        // Then
        await().untilAsserted(() -> assertThat(status("calico").toString())
                .contains("Error validating ImageSet: ImageSet calico-v3.22.5: unexpected images: calico/flannel"));
        // When
        cluster.delete(OPERATOR, "ImageSet", "", "calico-v3.22.5");
        // Then
        awaitCalico("v3.22.5");
    }

    @Test
    void a_webhook_nobody_answers_for_degrades_it_until_it_is_gone() {
        // Given
        cluster.apply("""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {name: guard}
                webhooks:
                - name: guard.example.com
                  sideEffects: None
                  admissionReviewVersions: [v1]
                  clientConfig: {service: {name: guard, namespace: default}}
                  rules: [{operations: [UPDATE], apiGroups: [apps], apiVersions: [v1], resources: [daemonsets]}]
                """);
        // When
        cluster.apply(release("v3.22.5", "tigera-operator.yaml"));
        // Then
        await().untilAsserted(() -> assertThat(status("calico").toString())
                .contains("Error creating / updating resource: Internal error occurred: failed calling webhook"));
        // When
        cluster.delete("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "", "guard");
        // Then
        awaitCalico("v3.22.5");
    }

    private static String imageSet(String version, List<String> images) {
        StringBuilder set = new StringBuilder(
                        "apiVersion: operator.tigera.io/v1\nkind: ImageSet\nmetadata: {name: calico-")
                .append(version)
                .append("}\nspec:\n  images:\n");
        images.forEach(image -> set.append("  - {image: calico/")
                .append(image)
                .append(", digest: 'sha256:")
                .append(image)
                .append('-')
                .append(version)
                .append("'}\n"));
        return set.toString();
    }

    @Test
    void a_definition_can_be_too_large_to_be_annotated() {
        // Given
        String large = LargeDefinition.enlarge(release("v3.28.5", "tigera-operator.yaml"));
        // When
        cluster.apply(large);
        // Then
        JsonNode definition = cluster.get(
                "apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "installations.operator.tigera.io");
        assertThat(definition.toString().length()).isGreaterThan(262_144);
        awaitCalico("v3.28.5");
    }

    private void awaitCalico(String version) {
        await().untilAsserted(() -> {
            assertThat(image()).endsWith("node:" + version);
            assertThat(conditions("calico"))
                    .containsEntry("Available", "True")
                    .containsEntry("Progressing", "False")
                    .containsEntry("Degraded", "False");
            assertThat(cluster.nodeVersions().values()).hasSize(3).containsOnly(version);
        });
    }

    private JsonNode installation() {
        return cluster.get(OPERATOR, "Installation", "", "default");
    }

    private JsonNode status(String component) {
        JsonNode status = cluster.get(OPERATOR, "TigeraStatus", "", component);
        return status == null ? Json.object() : status;
    }

    private Map<String, String> conditions(String component) {
        Map<String, String> conditions = new TreeMap<>();
        status(component)
                .at("/status/conditions")
                .forEach(each -> conditions.put(
                        each.path("type").asText(), each.path("status").asText()));
        return conditions;
    }

    private String image() {
        JsonNode set = cluster.get("apps/v1", "DaemonSet", SYSTEM, "calico-node");
        return set == null
                ? ""
                : set.at("/spec/template/spec/containers/0/image").asText();
    }

    private static String release(String version, String file) {
        return DemoReleases.text(version, file);
    }
}
