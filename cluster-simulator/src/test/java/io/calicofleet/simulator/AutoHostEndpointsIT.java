package io.calicofleet.simulator;

import static io.calicofleet.simulator.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.simulator.json.Json;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** kube-controllers and its automatic host endpoints. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AutoHostEndpointsIT {

    private static final String API = "crd.projectcalico.org/v1";

    private final Simulator simulator = Simulator.start(SimulatorOptions.quick().withTls(false));
    private final SimulatedCluster cluster = simulator.addCluster(
            ClusterTemplate.named("c").withNodes(2).withManifest(RolloutIT.release("v3.22.5/calico.yaml")));

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void are_there_for_every_node_with_its_labels_once_they_are_enabled_and_gone_once_they_are_not() {
        autoCreate("Enabled");
        await().untilAsserted(() -> {
            assertThat(names()).containsExactly("c-node-1-auto-hep", "c-node-2-auto-hep");
            JsonNode endpoint = endpoint("c-node-1-auto-hep");
            assertThat(endpoint.at("/spec/node").asText()).isEqualTo("c-node-1");
            assertThat(endpoint.at("/spec/interfaceName").asText()).isEqualTo("*");
            assertThat(endpoint.at("/spec/profiles/0").asText()).isEqualTo("projectcalico-default-allow");
            assertThat(endpoint.at("/spec/expectedIPs").toString()).contains("10.0.0.2");
            assertThat(endpoint.at("/metadata/labels")
                            .path("kubernetes.io/hostname")
                            .asText())
                    .isEqualTo("c-node-1");
            assertThat(endpoint.at("/metadata/labels")
                            .path("projectcalico.org/created-by")
                            .asText())
                    .isEqualTo("calico-kube-controllers");
        });

        autoCreate("Disabled");
        await().untilAsserted(() -> assertThat(names()).isEmpty());
    }

    @Test
    void follow_the_labels_of_their_node_and_undo_those_people_give_them() {
        autoCreate("Enabled");
        await().until(() -> names().size() == 2);

        cluster.patch("v1", "Node", "", "c-node-1", "{\"metadata\":{\"labels\":{\"role\":\"edge\"}}}");
        cluster.patch(API, "HostEndpoint", "", "c-node-2-auto-hep", "{\"metadata\":{\"labels\":{\"mine\":\"yes\"}}}");

        await().untilAsserted(() -> {
            assertThat(endpoint("c-node-1-auto-hep").at("/metadata/labels/role").asText())
                    .isEqualTo("edge");
            assertThat(endpoint("c-node-2-auto-hep").at("/metadata/labels").has("mine"))
                    .isFalse();
        });
    }

    @Test
    void leave_those_of_people_alone_and_follow_the_environment_before_the_configuration() {
        cluster.apply("""
                apiVersion: crd.projectcalico.org/v1
                kind: HostEndpoint
                metadata: {name: c-node-1-all}
                spec: {node: c-node-1, interfaceName: "*"}
                """);
        cluster.patch("apps/v1", "Deployment", "kube-system", "calico-kube-controllers", """
                {"spec":{"template":{"spec":{"containers":[{"name":"calico-kube-controllers",
                 "image":"docker.io/calico/kube-controllers:v3.22.5","env":[{"name":"ENABLED_CONTROLLERS","value":"node"},
                 {"name":"DATASTORE_TYPE","value":"kubernetes"},{"name":"AUTO_HOST_ENDPOINTS","value":"enabled"}]}]}}}}
                """);

        await().untilAsserted(() ->
                assertThat(names()).containsExactly("c-node-1-all", "c-node-1-auto-hep", "c-node-2-auto-hep"));
    }

    @Test
    void follow_late_where_that_is_asked_for() {
        await().until(() -> cluster.get(API, "KubeControllersConfiguration", "", "default") != null);
        cluster.faults().hostEndpointsLate(Duration.ofHours(1));
        autoCreate("Enabled");
        await().during(Duration.ofMillis(200))
                .untilAsserted(() -> assertThat(names()).isEmpty());

        cluster.faults().clear();

        await().untilAsserted(() -> assertThat(names()).hasSize(2));
    }

    private void autoCreate(String value) {
        await().until(() -> cluster.get(API, "KubeControllersConfiguration", "", "default") != null);
        cluster.patch(
                API,
                "KubeControllersConfiguration",
                "",
                "default",
                "{\"spec\":{\"controllers\":{\"node\":{\"hostEndpoint\":{\"autoCreate\":\"" + value + "\"}}}}}");
    }

    private JsonNode endpoint(String name) {
        JsonNode endpoint = cluster.get(API, "HostEndpoint", "", name);
        assertThat(endpoint).as(name).isNotNull();
        return endpoint == null ? Json.object() : endpoint;
    }

    private List<String> names() {
        return cluster.list(API, "HostEndpoint", "").stream()
                .map(endpoint -> Json.text(endpoint, "metadata", "name"))
                .sorted()
                .toList();
    }
}
