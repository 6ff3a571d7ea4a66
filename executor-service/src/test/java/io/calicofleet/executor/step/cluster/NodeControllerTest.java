package io.calicofleet.executor.step.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.executor.adapter.calico.CrdDatastore;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.step.FakeCluster;
import io.calicofleet.executor.step.OnEtcd;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class NodeControllerTest {

    private final FakeCluster cluster = new FakeCluster();
    private final CalicoDatastore kubernetes = new CrdDatastore(cluster, () -> CalicoVersion.of(3, 22, 5));
    private final CalicoDatastore etcd = new OnEtcd(kubernetes, List.of());

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {name: AUTO_HOST_ENDPOINTS, value: enabled}                 | true
            {name: AUTO_HOST_ENDPOINTS, value: Enabled}                 | true
            {name: AUTO_HOST_ENDPOINTS, value: disabled}                | false
            {name: AUTO_HOST_ENDPOINTS, value: ""}                      | false
            {name: SYNC_NODE_LABELS, value: enabled}                    | false
            ''                                                          | false
            """)
    void its_environment_can_tell_it_to_make_host_endpoints(String env, boolean told) {
        runsWith(env);

        assertThat(new NodeController(cluster, kubernetes).isToldByEnvironment())
                .isEqualTo(told);
    }

    @Test
    void where_it_does_not_run_nothing_tells_it() {
        NodeController none = new NodeController(cluster, kubernetes);

        assertThat(none.isToldByEnvironment()).isFalse();
        assertThat(none.obstacles())
                .containsExactly(
                        "there is no Deployment calico-kube-controllers, which makes the automatic host endpoints");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {name: SYNC_NODE_LABELS, value: "false"}  | SYNC_NODE_LABELS=false of calico-kube-controllers keeps labels of nodes from reaching etcd: remove it
            {name: SYNC_NODE_LABELS, value: "TRUE"}   |
            ''                                        |
            """)
    void only_in_etcd_it_has_labels_to_bring(String env, String obstacle) {
        runsWith(env);

        assertThat(new NodeController(cluster, etcd).obstacles())
                .isEqualTo(obstacle == null ? List.of() : List.of(obstacle));
        assertThat(new NodeController(cluster, kubernetes).obstacles()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {name: ENABLED_CONTROLLERS, value: "policy,node"}     |
            {name: ENABLED_CONTROLLERS, value: node}              |
            {name: ENABLED_CONTROLLERS, value: "policy,nodes"}    | ENABLED_CONTROLLERS=policy,nodes of calico-kube-controllers leaves node out
            {name: AUTO_HOST_ENDPOINTS, value: enabled}           |
            {name: AUTO_HOST_ENDPOINTS, value: disabled}          | AUTO_HOST_ENDPOINTS=disabled of calico-kube-controllers wins over KubeControllersConfiguration: remove it
            """)
    void what_its_environment_keeps_from_it_stands_against_it(String env, String obstacle) {
        runsWith(env);

        assertThat(new NodeController(cluster, kubernetes).obstacles())
                .isEqualTo(obstacle == null ? List.of() : List.of(obstacle));
    }

    @Test
    void one_whose_image_names_no_version_is_given_the_benefit_of_the_doubt() {
        cluster.put(deployment("registry.example/calico/kube-controllers@sha256:0a1b", "", 1));

        assertThat(new NodeController(cluster, kubernetes).obstacles()).isEmpty();
    }

    @Test
    void it_is_told_once_and_keeps_its_other_settings() {
        cluster.put("""
                apiVersion: crd.projectcalico.org/v1
                kind: KubeControllersConfiguration
                metadata: {name: default}
                spec: {controllers: {node: {reconcilerPeriod: 5m0s, hostEndpoint: {autoCreate: Disabled}}, policy: {}}}
                """);
        NodeController controller = new NodeController(cluster, kubernetes);

        assertThat(controller.isConfigured()).isTrue();
        assertThat(controller.enable()).isTrue();
        assertThat(controller.enable()).isFalse();
        assertThat(cluster.writes).containsExactly("replace KubeControllersConfiguration default");
        assertThat(cluster.all("KubeControllersConfiguration")
                        .getFirst()
                        .get("spec")
                        .toString())
                .isEqualTo("{\"controllers\":{\"node\":{\"reconcilerPeriod\":\"5m0s\",\"hostEndpoint\":"
                        + "{\"autoCreate\":\"Enabled\"}},\"policy\":{}}}");
    }

    private void runsWith(String env) {
        cluster.put(deployment("docker.io/calico/kube-controllers:v3.22.5", env, 1));
    }

    private static String deployment(String image, String env, int ready) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: calico-kube-controllers, namespace: kube-system}
                spec:
                  selector: {matchLabels: {k8s-app: calico-kube-controllers}}
                  template:
                    metadata: {labels: {k8s-app: calico-kube-controllers}}
                    spec: {containers: [{name: calico-kube-controllers, image: "%s", env: [%s]}]}
                status: {readyReplicas: %d}
                """.formatted(image, env, ready);
    }
}
