package io.calicofleet.verifier.core.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.GateKind;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An operator that has brought v3.22.5 but for one thing. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class OperatorGateTest {

    private static final GateCase DONE = GateCase.of(GateKind.OPERATOR, "passes-when-every-component-is-available");
    private static final String NO_NODES = "any observation of DaemonSet calico-system/calico-node";
    private static final String NOT_BROUGHT =
            "DaemonSet calico-system/calico-node at v3.22.5, which the operator is to bring";

    @Test
    void a_deployment_without_an_image_is_no_operator() {
        assertThat(DONE.with("/operator/image", "null").missing()).containsExactly("the Deployment of the operator");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1.25.12", "v1.24.14", "v1.26.0"})
    void an_older_patch_and_another_line_do_not_belong_to_the_target(String version) {
        String image = "quay.io/tigera/operator:" + version;

        assertThat(DONE.with("/operator/image", image).missing())
                .containsExactly("the operator at v1.25.13, its Deployment asks for " + image);
    }

    @Test
    void calico_node_is_the_DaemonSet_of_that_name_in_the_namespace_of_the_operator() {
        assertThat(DONE.with("/workloads/0/kind", "Deployment").missing()).containsExactly(NO_NODES);
        assertThat(DONE.with("/workloads/0/namespace", "kube-system").missing()).containsExactly(NO_NODES);
        assertThat(DONE.with("/workloads/0/name", "csi-node-driver").missing()).containsExactly(NO_NODES);
    }

    @Test
    void the_container_calico_node_tells_the_release_and_no_other_does() {
        GateCase beside = DONE.with(
                "/workloads/0/templateImages/-",
                "{container: mesh, init: false, image: 'docker.io/istio/proxyv2:1.20', pods: 0}");
        assertThat(beside.missing()).isEmpty();

        GateCase older = DONE.with("/workloads/0/templateImages/0/image", "docker.io/calico/node:v3.20.6")
                .with(
                        "/workloads/0/templateImages/-",
                        "{container: install-cni, init: true, image: 'docker.io/calico/cni:v3.22.5', pods: 0}");
        assertThat(older.missing()).containsExactly(NOT_BROUGHT);
    }

    @Test
    void a_component_must_be_available() {
        assertThat(DONE.with("/operator/components/0/available", "false").missing())
                .containsExactly("apiserver: not available");
    }

    @Test
    void a_component_that_does_not_say_of_which_generation_it_speaks_is_believed() {
        assertThat(DONE.with("/operator/components/1/observedGeneration", "0").missing())
                .isEmpty();
        assertThat(DONE.with("/operator/components/1/observedGeneration", "1").missing())
                .containsExactly("calico as of generation 2 of the Installation, the operator speaks of 1");
    }

    @Test
    void a_version_that_the_Installation_names_counts_whatever_the_operator_is() {
        assertThat(DONE.with("/operator/calicoVersion", "v3.21.4").missing())
                .containsExactly("Installation status.calicoVersion at v3.22.5, it names v3.21.4");
    }

    @Test
    void an_operator_whose_image_tells_no_version_has_to_name_the_one_of_Calico() {
        GateCase unknown = DONE.given("/gates/0/operatorVersion", "null")
                .with("/operator/image", "registry.example/operator:stable");

        assertThat(unknown.missing()).containsExactly("Installation status.calicoVersion at v3.22.5, it names none");
        assertThat(unknown.with("/operator/calicoVersion", "v3.22.5").missing()).isEmpty();
    }

    @Test
    void where_the_step_brings_no_release_the_newest_generation_of_the_Installation_is_what_counts() {
        GateCase change = DONE.given("/target", "null").given("/gates/0/operatorVersion", "null");

        assertThat(change.missing()).isEmpty();
        assertThat(change.with("/operator/components/1/observedGeneration", "1").missing())
                .containsExactly("calico as of generation 2 of the Installation, the operator speaks of 1");
        assertThat(change.with("/operator/components/1/progressing", "true").missing())
                .singleElement()
                .asString()
                .contains("progressing");
    }
}
