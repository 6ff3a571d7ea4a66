package io.calicofleet.executor.core.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.detect.OwnerReferences;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class NetworkFactsTest {

    @Test
    void the_addresses_are_those_calico_wrote_down_else_the_internal_ones() {
        List<JsonNode> nodes = Yaml.documents("""
                {metadata: {name: n1}, status: {addresses: [{type: InternalIP, address: 10.0.0.1}, {type: Hostname, address: n1}]}}
                ---
                {metadata: {name: n2}, status: {addresses: [{type: InternalIP, address: 10.0.0.2}, {type: ExternalIP, address: 198.51.100.2}]}}
                ---
                {metadata: {name: n3}}
                """);
        List<JsonNode> calico = Yaml.documents("""
                {metadata: {name: n1}, spec: {bgp: {ipv4Address: 172.17.0.1/24, ipv6Address: "fd00::1/64"}}}
                ---
                {metadata: {name: n2}, spec: {}}
                ---
                {metadata: {name: gone}, spec: {bgp: {ipv4Address: 10.0.0.9/24}}}
                """);

        assertThat(NetworkFacts.addresses(nodes, calico))
                .isEqualTo(Map.of("n1", List.of("172.17.0.1", "fd00::1"), "n2", List.of("10.0.0.2"), "n3", List.of()));
    }

    @Test
    void the_policies_of_calico_fleet_are_not_counted() {
        List<JsonNode> policies = Yaml.documents("""
                {metadata: {name: allow-all-upgrade}}
                ---
                {metadata: {name: calico-fleet-host-endpoints}}
                ---
                {metadata: {name: deny-egress}}
                """);

        assertThat(NetworkFacts.counts(kind -> kind == CalicoKind.GLOBAL_NETWORK_POLICY ? policies : List.of()))
                .containsEntry("GlobalNetworkPolicy", 1)
                .containsEntry("NetworkPolicy", 0)
                .containsEntry("IPPool", 0);
    }

    @Test
    void disabled_pools_count_too() {
        assertThat(NetworkFacts.ipPools(Yaml.documents("""
                {spec: {cidr: 192.168.0.0/16}}
                ---
                {spec: {cidr: 10.42.0.0/16, disabled: true}}
                """))).containsExactly("10.42.0.0/16", "192.168.0.0/16");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "null", textBlock = """
            {metadata: {name: v3.projectcalico.org}, spec: {service: {name: calico-api}}, status: {conditions: [{type: Available, status: "True"}]}} | true
            {metadata: {name: v3.projectcalico.org}, spec: {service: {name: calico-api}}, status: {conditions: [{type: Available, status: "False"}]}} | false
            {metadata: {name: v3.projectcalico.org}, spec: {service: {name: calico-api}}} | false
            {metadata: {name: v3.projectcalico.org}, spec: {}, status: {conditions: [{type: Available, status: "True"}]}} | null
            {metadata: {name: v1.crd.projectcalico.org}, spec: {}} | null
            """)
    void an_aggregated_api_has_a_service(String apiService, Boolean expected) {
        assertThat(NetworkFacts.aggregatedApi(Yaml.documents(apiService))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "DaemonSet, kube-system, calico-node, true",
        "DaemonSet, networking, calico-node, true",
        "Deployment, kube-system, calico-kube-controllers, true",
        "DaemonSet, kube-system, kube-proxy, false",
        "Deployment, calico-system, whisker, true",
        "Deployment, tigera-operator, tigera-operator, true",
        "Deployment, platform, tigera-operator, true",
        "Deployment, shop, calico-node, false",
        "Deployment, calico-apiserver, calico-apiserver, false",
        "Job, kube-system, canal, false"
    })
    void calicos_workloads_are_told_by_what_they_run_and_an_operators_by_their_namespace(
            String kind, String namespace, String container, boolean expected) {
        assertThat(CalicoWorkloads.isOne(Yaml.object("{kind: " + kind + ", metadata: {namespace: " + namespace
                        + ", name: any}, spec: {template: {spec: {containers: [{name: " + container + "}]}}}}")))
                .isEqualTo(expected);
    }

    @Test
    void an_api_server_is_calicos_where_the_operator_owns_it() {
        assertThat(CalicoWorkloads.isOne(Yaml.object("""
                {kind: Deployment, metadata: {namespace: calico-apiserver, name: calico-apiserver,
                 ownerReferences: [{apiVersion: operator.tigera.io/v1, kind: APIServer, name: default}]}}
                """))).isTrue();
        assertThat(CalicoWorkloads.namespaces(InstallMethod.MANIFEST_CANAL, false, List.of()))
                .containsExactly("kube-system");
        assertThat(CalicoWorkloads.namespaces(InstallMethod.HELM, true, List.of()))
                .contains("calico-system")
                .doesNotContain("kube-system");
        assertThat(CalicoWorkloads.namespaces(InstallMethod.HELM, true, Yaml.documents("""
                {kind: Deployment, metadata: {namespace: platform, name: tigera-operator}, spec: {template: {spec: {containers: [{name: tigera-operator}]}}}}
                """)))
                .as("an operator is where people put it; what it installs is where it says")
                .containsExactly("platform", "calico-system", "calico-apiserver");
        assertThat(CalicoWorkloads.namespaces(null, true, List.of())).contains("calico-system", "kube-system");
        assertThat(CalicoWorkloads.namespaces(InstallMethod.MANIFEST_KDD, false, Yaml.documents("""
                {kind: DaemonSet, metadata: {namespace: networking, name: a}, spec: {template: {spec: {containers: [{name: calico-node}]}}}}
                """)))
                .containsExactly("networking");
        assertThat(CalicoWorkloads.namespaces(null, false, List.of()))
                .as("the account of a manifest install may not list an operator's namespaces")
                .containsExactly("kube-system");
    }

    @Test
    void objects_owned_by_resources_of_v3_are_named() {
        assertThat(OwnerReferences.ofCalico(Yaml.documents("""
                {apiVersion: v1, kind: ConfigMap, metadata: {name: peers, namespace: net,
                 ownerReferences: [{apiVersion: projectcalico.org/v3, kind: BGPPeer, name: rack-1}]}}
                ---
                {apiVersion: v1, kind: Pod, metadata: {name: a, namespace: net, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: a}]}}
                """)))
                .containsExactly("ConfigMap net/peers, owned by BGPPeer rack-1");
    }
}
