package io.calicofleet.executor.core.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.ContainerImages;
import io.calicofleet.event.PodProblem;
import io.calicofleet.event.WorkloadObservation;
import io.calicofleet.executor.core.Yaml;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WorkloadObserverTest {

    private static final JsonNode DAEMON_SET = Yaml.object("""
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: calico-node, namespace: kube-system, uid: ds, generation: 7}
            spec:
              selector: {matchLabels: {k8s-app: calico-node}}
              template:
                spec:
                  hostNetwork: true
                  nodeSelector: {kubernetes.io/os: linux}
                  tolerations: [{key: CriticalAddonsOnly, operator: Exists}, {key: gpu, value: "yes"}]
                  initContainers: [{name: install-cni, image: "calico/cni:v3.22.5"}]
                  containers: [{name: calico-node, image: "calico/node:v3.22.5"}]
            status: {observedGeneration: 7, desiredNumberScheduled: 4, updatedNumberScheduled: 2, numberReady: 2,
                     numberAvailable: 2, numberUnavailable: 2, numberMisscheduled: 0}
            """);

    private static final List<JsonNode> REVISIONS = Yaml.documents("""
            {kind: ControllerRevision, metadata: {name: a, labels: {controller-revision-hash: old}, ownerReferences: [{uid: ds}]}, revision: 3}
            ---
            {kind: ControllerRevision, metadata: {name: b, labels: {controller-revision-hash: new}, ownerReferences: [{uid: ds}]}, revision: 4}
            ---
            {kind: ControllerRevision, metadata: {name: c, labels: {controller-revision-hash: alien}, ownerReferences: [{uid: other}]}, revision: 9}
            """);

    private static final List<JsonNode> NODES = Yaml.documents("""
            {metadata: {name: n1, labels: {kubernetes.io/os: linux}}}
            ---
            {metadata: {name: n2, labels: {kubernetes.io/os: linux}}, spec: {taints: [{key: gpu, value: "yes", effect: NoSchedule}]}}
            ---
            {metadata: {name: n3, labels: {kubernetes.io/os: linux}}, spec: {taints: [{key: node.kubernetes.io/unreachable, effect: NoExecute}]}}
            ---
            {metadata: {name: n4, labels: {kubernetes.io/os: linux}}, spec: {taints: [{key: gpu, value: "no", effect: NoSchedule}]}}
            ---
            {metadata: {name: n5, labels: {kubernetes.io/os: windows}}}
            ---
            {metadata: {name: n6, labels: {kubernetes.io/os: linux}}, spec: {taints: [{key: x, effect: PreferNoSchedule}]}}
            """);

    @Test
    void counts_what_the_pods_themselves_say() {
        // Given
        List<JsonNode> pods = List.of(
                pod("a", "n1", "new", "v3.22.5", "ready: true, restartCount: 1", "True"),
                pod(
                        "b",
                        "n2",
                        "old",
                        "v3.13.4",
                        "ready: false, state: {waiting: {reason: ImagePullBackOff, message: no such image}}",
                        "False"),
                Yaml.object(
                        "{metadata: {name: gone, namespace: kube-system, labels: {k8s-app: calico-node}, deletionTimestamp: now}}"),
                Yaml.object(
                        "{metadata: {name: alien, namespace: kube-system, labels: {k8s-app: calico-node}, ownerReferences: [{uid: x}]}}"),
                Yaml.object("{metadata: {name: other, namespace: ops, labels: {k8s-app: calico-node}}}"));

        // When
        WorkloadObservation observed = WorkloadObserver.observe(DAEMON_SET, REVISIONS, pods, NODES);

        // Then
        assertThat(observed.object()).isEqualTo("DaemonSet kube-system/calico-node");
        assertThat(observed.generation()).isEqualTo(7);
        assertThat(observed.desired()).isEqualTo(4);
        assertThat(observed.updated()).isEqualTo(2);
        assertThat(observed.unavailable()).isEqualTo(2);
        assertThat(observed.templateContainers()).isEqualTo(1);
        assertThat(observed.templateImages())
                .containsExactly(
                        new ContainerImages("install-cni", true, "calico/cni:v3.22.5", 0),
                        new ContainerImages("calico-node", false, "calico/node:v3.22.5", 0));
        assertThat(observed.podImages())
                .containsExactly(
                        new ContainerImages("calico-node", false, "calico/node:v3.13.4", 1),
                        new ContainerImages("calico-node", false, "calico/node:v3.22.5", 1));
        assertThat(observed.pods()).isEqualTo(2);
        assertThat(observed.readyContainers()).isEqualTo(Map.of("1/1", 1, "0/1", 1));
        assertThat(observed.podsOfOtherRevision()).isEqualTo(1);
        assertThat(observed.restarts()).isEqualTo(1);
        assertThat(observed.nodesWithoutPod()).containsExactly("n3", "n6");
        assertThat(observed.problems()).containsExactly(new PodProblem("b", "n2", "ImagePullBackOff", "no such image"));
    }

    @Test
    void names_what_keeps_a_pod_from_being_ready() {
        JsonNode unready = Yaml.object(
                "{metadata: {name: a, namespace: kube-system, labels: {k8s-app: calico-node}}, spec: {nodeName: n1,"
                        + " containers: [{name: calico-node}]}, status: {conditions: [{type: Ready, status: \"False\", reason: "
                        + "ContainersNotReady, message: \"containers with unready status: [calico-node]\"}]}}");
        JsonNode unscheduled = Yaml.object(
                "{metadata: {name: b, namespace: kube-system, labels: {k8s-app: calico-node}}, spec: {containers: "
                        + "[{name: calico-node}]}, status: {conditions: [{type: PodScheduled, status: \"False\", reason: Unschedulable, "
                        + "message: 0/3 nodes are available}]}}");

        WorkloadObservation observed =
                WorkloadObserver.observe(DAEMON_SET, List.of(), List.of(unready, unscheduled), List.of());

        assertThat(observed.problems())
                .containsExactly(
                        new PodProblem("a", "n1", "Unready", "containers with unready status: [calico-node]"),
                        new PodProblem("b", "", "Unschedulable", "0/3 nodes are available"));
    }

    @Test
    void tells_the_pods_of_a_deployment_by_its_newest_replica_set() {
        // Given
        JsonNode deployment = Yaml.object("""
                kind: Deployment
                metadata: {name: calico-typha, namespace: kube-system, uid: d, generation: 2}
                spec: {replicas: 2, selector: {matchLabels: {k8s-app: calico-typha}}, template: {spec: {containers: [{name: t, image: "calico/typha:v3.22.5"}]}}}
                status: {observedGeneration: 2, replicas: 2, updatedReplicas: 1, readyReplicas: 2, availableReplicas: 2}
                """);
        List<JsonNode> replicaSets = Yaml.documents("""
                {metadata: {uid: r1, labels: {pod-template-hash: h1}, annotations: {deployment.kubernetes.io/revision: "9"}, ownerReferences: [{uid: d}]}}
                ---
                {metadata: {uid: r2, labels: {pod-template-hash: h2}, annotations: {deployment.kubernetes.io/revision: "10"}, ownerReferences: [{uid: d}]}}
                """);
        List<JsonNode> pods = Yaml.documents("""
                {metadata: {name: p1, namespace: kube-system, labels: {k8s-app: calico-typha, pod-template-hash: h1}, ownerReferences: [{uid: r1}]}, spec: {containers: [{name: t}]}}
                ---
                {metadata: {name: p2, namespace: kube-system, labels: {k8s-app: calico-typha, pod-template-hash: h2}, ownerReferences: [{uid: r2}]}, spec: {containers: [{name: t}]}}
                """);

        // When
        WorkloadObservation observed = WorkloadObserver.observe(deployment, replicaSets, pods, NODES);

        // Then
        assertThat(observed.pods()).isEqualTo(2);
        assertThat(observed.podsOfOtherRevision()).isEqualTo(1);
        assertThat(observed.nodesWithoutPod()).isEmpty();
        assertThat(observed.available()).isEqualTo(2);
    }

    @Test
    void collects_the_addresses_of_nodes_and_the_networks_of_pods() {
        List<JsonNode> nodes = Yaml.documents(
                "{metadata: {name: n1, annotations: {projectcalico.org/IPv4Address: 10.0.0.1/24, projectcalico.org/IPv4IPIPTunnelAddr:"
                        + " 192.168.1.1}}, status: {addresses: [{type: InternalIP, address: 10.0.0.1}, {type: Hostname, address: n1}]}}");
        List<JsonNode> pools =
                Yaml.documents("{spec: {cidr: 192.168.0.0/16}}\n---\n{spec: {cidr: 10.1.0.0/16, disabled: true}}\n");

        assertThat(Networks.nodeAddresses(nodes)).isEqualTo(Map.of("n1", List.of("10.0.0.1", "192.168.1.1")));
        assertThat(Networks.podNetworks(pools)).containsExactly("192.168.0.0/16");
    }

    private static JsonNode pod(String name, String node, String hash, String version, String status, String ready) {
        return Yaml.object("{metadata: {name: " + name + ", namespace: kube-system, labels: {k8s-app: calico-node, "
                + "controller-revision-hash: " + hash + "}, ownerReferences: [{uid: ds}]}, spec: {nodeName: " + node
                + ", containers: [{name: calico-node, image: \"calico/node:" + version
                + "\"}]}, status: {containerStatuses: [{name: "
                + "calico-node, " + status + "}], conditions: [{type: Ready, status: \"" + ready + "\"}]}}");
    }
}
