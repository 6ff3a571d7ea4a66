package io.calicofleet.executor.core.detect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.Datastore;
import io.calicofleet.event.NetworkBaseline;
import io.calicofleet.event.WorkloadImage;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.executor.core.merge.MergePlan;
import io.calicofleet.model.release.ManifestDocuments;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class InspectionTest {

    private static final String OBJECTS = """
            {apiVersion: projectcalico.org/v3, kind: ClusterInformation, metadata: {name: default}, spec: {calicoVersion: v3.13.4, datastoreReady: false}}
            ---
            {apiVersion: projectcalico.org/v3, kind: FelixConfiguration, metadata: {name: default}, spec: {policySyncPathPrefix: /var/run/nodeagent}}
            ---
            {apiVersion: projectcalico.org/v3, kind: HostEndpoint, metadata: {name: n1-all, labels: {host-endpoint-upgrade: ""}}, spec: {node: n1, interfaceName: "*"}}
            ---
            {apiVersion: projectcalico.org/v3, kind: GlobalNetworkPolicy, metadata: {name: allow-all-upgrade}, spec: {}}
            ---
            {apiVersion: v1, kind: Node, metadata: {name: n1}, status: {conditions: [{type: Ready, status: "True"}]}}
            ---
            {apiVersion: v1, kind: Node, metadata: {name: n2}, status: {conditions: [{type: Ready, status: Unknown}]}}
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: calicoctl, namespace: kube-system}, spec: {containers: [{name: calicoctl, image: "calico/ctl:v3.13.4"}]}}
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: tool-1, namespace: ops, ownerReferences: [{uid: u}]}, spec: {containers: [{name: c, image: "calico/ctl:v3.12.0"}]}}
            ---
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: tool, namespace: ops}, spec: {template: {spec: {containers: [{name: c, image: "reg.example/calico/ctl:v3.12.0"}]}}}}
            """;

    @Test
    void states_what_was_found() {
        // Given
        List<JsonNode> objects = new ArrayList<>(Yaml.documents(OBJECTS));
        objects.add(InstallDetectorTest.daemonSet("kube-system", "calico-node", "v3.13.4"));
        objects.add(InstallDetectorTest.pod("v3.13.4"));
        objects.add(InstallDetectorTest.pod("v3.14.0"));

        // When
        ClusterFacts facts = facts(objects);

        // Then
        assertThat(facts.clusterInformationVersion()).isEqualTo(CalicoVersion.parse("v3.13.4"));
        assertThat(facts.datastoreReady()).isFalse();
        assertThat(facts.nodes()).isEqualTo(2);
        assertThat(facts.nodesNotReady()).isEqualTo(1);
        assertThat(facts.hostEndpoints()).singleElement().satisfies(endpoint -> {
            assertThat(endpoint.labelled()).isTrue();
            assertThat(endpoint.needsProtection()).isTrue();
        });
        assertThat(facts.temporaryPolicyPresent()).isTrue();
        assertThat(facts.applicationLayerPolicy()).isTrue();
        assertThat(facts.calicoctl())
                .containsExactly(
                        new WorkloadImage("Deployment ops/tool", "c", "reg.example/calico/ctl:v3.12.0"),
                        new WorkloadImage("Pod kube-system/calicoctl", "calicoctl", "calico/ctl:v3.13.4"));
        assertThat(facts.notes())
                .contains("the datastore is locked", "calico-node is of more than one version: v3.13.4, v3.14.0");
        assertThat(facts.unservedKinds()).containsExactly("policy/v1beta1 PodDisruptionBudget");
    }

    @Test
    void states_what_an_upgrade_must_not_change() {
        // Given
        List<JsonNode> objects = new ArrayList<>(Yaml.documents(OBJECTS));
        objects.add(InstallDetectorTest.daemonSet("kube-system", "calico-node", "v3.13.4"));
        objects.addAll(Yaml.documents("""
                {apiVersion: projectcalico.org/v3, kind: Node, metadata: {name: n1}, spec: {bgp: {ipv4Address: 10.0.0.1/24}}}
                ---
                {apiVersion: projectcalico.org/v3, kind: IPPool, metadata: {name: p}, spec: {cidr: 192.168.0.0/16}}
                ---
                {apiVersion: projectcalico.org/v3, kind: GlobalNetworkPolicy, metadata: {name: deny}, spec: {}}
                ---
                {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: none-of-calicos, namespace: shop}}
                ---
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: calico-typha, namespace: kube-system},
                 spec: {template: {spec: {containers: [{name: calico-typha}]}}}}
                ---
                {apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: v3.projectcalico.org},
                 spec: {service: {name: calico-api}}, status: {conditions: [{type: Available, status: "True"}]}}
                ---
                {apiVersion: v1, kind: ConfigMap, metadata: {name: peers, namespace: net,
                 ownerReferences: [{apiVersion: projectcalico.org/v3, kind: BGPPeer, name: rack-1}]}}
                ---
                {apiVersion: v1, kind: Pod, metadata: {name: debug, namespace: shop}, spec: {containers: [{name: dikastes, image: "calico/dikastes:v3.13.4"}]}}
                """));

        // When
        ClusterFacts facts = facts(objects);

        // Then
        assertThat(facts.nodes()).isEqualTo(2);
        NetworkBaseline baseline = facts.baseline();
        assertThat(baseline.nodeAddresses()).isEqualTo(Map.of("n1", List.of("10.0.0.1"), "n2", List.of()));
        assertThat(baseline.ipPools()).containsExactly("192.168.0.0/16");
        assertThat(baseline.counts())
                .containsEntry("GlobalNetworkPolicy", 1)
                .containsEntry("IPPool", 1)
                .containsEntry("NetworkPolicy", 0);
        assertThat(baseline.workloads())
                .containsExactly("DaemonSet kube-system/calico-node", "Deployment kube-system/calico-typha");
        assertThat(baseline.aggregatedApi()).isTrue();
        assertThat(facts.ownerReferences()).containsExactly("ConfigMap net/peers, owned by BGPPeer rack-1");
        assertThat(facts.dikastes())
                .containsExactly(new WorkloadImage("Pod shop/debug", "dikastes", "calico/dikastes:v3.13.4"));
        assertThat(facts(Yaml.documents(OBJECTS)).baseline()).isNull();
    }

    @Test
    void does_not_believe_what_a_cluster_on_etcd_has_in_kubernetes() {
        // Given
        List<JsonNode> objects =
                new ArrayList<>(Yaml.documents(OBJECTS.replace("projectcalico.org/v3", "crd.projectcalico.org/v1")));
        objects.add(
                Yaml.object(
                        "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: calico-node, namespace: kube-system}, spec: "
                                + "{template: {spec: {containers: [{name: calico-node, image: \"calico/node:v3.13.4\", env: "
                                + "[{name: ETCD_ENDPOINTS, valueFrom: {configMapKeyRef: {name: calico-config, key: etcd_endpoints}}}]}]}}}}"));

        // When
        ClusterFacts facts = facts(objects);

        // Then
        assertThat(facts.datastore()).isEqualTo(Datastore.ETCD);
        assertThat(facts.clusterInformationVersion()).isNull();
        assertThat(facts.hostEndpoints()).isEmpty();
        assertThat(facts.temporaryPolicyPresent()).isFalse();
    }

    private static ClusterFacts facts(List<JsonNode> objects) {
        ClusterSnapshot snapshot = new ClusterSnapshot(
                "v1.25.3", objects, Set.of("apps/v1 DaemonSet", "policy/v1 PodDisruptionBudget"), List.of());
        ManifestDocuments target = ManifestDocuments.of(Yaml.documents("""
                {apiVersion: apps/v1, kind: DaemonSet, metadata: {name: calico-node}}
                ---
                {apiVersion: policy/v1beta1, kind: PodDisruptionBudget, metadata: {name: calico-typha}}
                """));
        return Inspection.facts(
                snapshot, InstallDetector.detect(snapshot), new MergePlan(List.of()), target, List.of(), List.of());
    }
}
