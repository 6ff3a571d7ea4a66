package io.calicofleet.executor.step.autohostendpoints;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.HoldReason;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.executor.port.StepOutcome;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What people are asked, what is refused, and what goes wrong after the first write. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MigrationDecisionsTest {

    private static final String LINUX = """
            apiVersion: crd.projectcalico.org/v1
            kind: GlobalNetworkPolicy
            metadata: {name: default.linux}
            spec:
              order: 0
              selector: os == "linux"
              types: [Ingress]
              ingress: [{action: Deny, protocol: TCP, destination: {ports: [%d]}}]
            """;

    private final MigrationScene scene = new MigrationScene();

    @Test
    void a_policy_that_would_select_the_automatic_host_endpoints_is_asked_about_before_any_write() {
        policyForLabelsOfNodes(8080);

        assertThat(scene.run()).isInstanceOfSatisfying(StepOutcome.Held.class, held -> {
            assertThat(held.reason()).isEqualTo(HoldReason.AUTO_HOST_ENDPOINT_POLICIES);
            assertThat(held.details())
                    .containsExactly("GlobalNetworkPolicy linux ingress rule 1 would cut ingress tcp 8080 of n1, n2,"
                            + " n3, which gets through today");
        });
        assertThat(scene.cluster.writes).isEmpty();
    }

    @Test
    void once_it_is_accepted_the_migration_goes_on_and_the_report_says_what_was_accepted() {
        policyForLabelsOfNodes(8080);
        scene.policiesAccepted = true;

        assertThat(scene.run())
                .isInstanceOfSatisfying(
                        StepOutcome.Succeeded.class,
                        done -> assertThat(done.notes())
                                .contains(
                                        "accepted: GlobalNetworkPolicy linux ingress rule 1 would cut ingress tcp 8080 of"
                                                + " n1, n2, n3, which gets through today"));
        assertThat(scene.names()).containsExactly("n1-auto-hep", "n1-eth1", "n2-auto-hep", "n3-auto-hep");
    }

    @Test
    void peers_and_pools_that_select_other_nodes_for_the_copied_labels_are_asked_about() {
        scene.cluster.put("""
                apiVersion: crd.projectcalico.org/v1
                kind: BGPPeer
                metadata: {name: rack}
                spec: {nodeSelector: role == "web", peerIP: 172.16.0.1, asNumber: 64512}
                ---
                apiVersion: crd.projectcalico.org/v1
                kind: IPPool
                metadata: {name: databases}
                spec: {cidr: 10.45.0.0/16, nodeSelector: "!has(role)"}
                """);

        assertThat(scene.run())
                .isInstanceOfSatisfying(
                        StepOutcome.Held.class,
                        held -> assertThat(held.details())
                                .hasSize(2)
                                .anyMatch(line -> line.startsWith("BGPPeer rack (nodeSelector role == \"web\")"))
                                .anyMatch(line -> line.startsWith("IPPool databases (nodeSelector !has(role))")));
        assertThat(scene.cluster.writes).isEmpty();
    }

    @Test
    void nobody_can_accept_that_the_kubelets_are_cut_off() {
        policyForLabelsOfNodes(10250);
        scene.policiesAccepted = true;
        scene.cluster.put("""
                apiVersion: v1
                kind: Endpoints
                metadata: {name: kubernetes, namespace: default}
                subsets: [{addresses: [{ip: 10.0.0.1}], ports: [{port: 6443}]}]
                """);

        assertThat(scene.run()).isInstanceOfSatisfying(StepOutcome.Failed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(FailureReason.WOULD_LOCK_OUT);
            assertThat(failed.message())
                    .contains(
                            "kubelet tcp/10250 on n2, used by the API server",
                            "with automatic host endpoints; nothing was changed");
        });
        assertThat(scene.cluster.writes).isEmpty();
    }

    @Test
    void what_the_kubeconfig_may_not_do_refuses_before_any_write() {
        scene.cluster.forbidden.add("update nodes");
        scene.cluster.forbidden.add("delete hostendpoints.crd.projectcalico.org");

        assertThat(scene.run()).isInstanceOfSatisfying(StepOutcome.Failed.class, failed -> {
            assertThat(failed.message())
                    .isEqualTo("the host endpoints cannot be replaced by automatic ones: the kubeconfig may not"
                            + " update nodes, and 1 more");
            assertThat(failed.evidence())
                    .containsExactly(
                            "the kubeconfig may not update nodes",
                            "the kubeconfig may not delete hostendpoints.crd.projectcalico.org");
        });
        assertThat(scene.cluster.writes).isEmpty();
    }

    @Test
    void without_a_configuration_of_kube_controllers_the_old_host_endpoints_stay() {
        scene.cluster.remove("KubeControllersConfiguration default");

        assertThat(scene.run())
                .isInstanceOfSatisfying(
                        StepOutcome.Failed.class,
                        failed -> assertThat(failed.message())
                                .contains("kube-controllers has made no KubeControllersConfiguration", "all there"));
        assertThat(scene.names()).containsExactly("n1-all", "n1-eth1", "n2-all", "n3-all");
    }

    @Test
    void a_configuration_that_kube_controllers_makes_meanwhile_is_changed() {
        scene.cluster.remove("KubeControllersConfiguration default");
        scene.controllers.makesItsConfiguration = true;

        assertThat(scene.run()).isInstanceOf(StepOutcome.Succeeded.class);
        assertThat(scene.cluster
                        .all("KubeControllersConfiguration")
                        .getFirst()
                        .at("/spec/controllers/node")
                        .toString())
                .isEqualTo("{\"reconcilerPeriod\":\"5m0s\",\"hostEndpoint\":{\"autoCreate\":\"Enabled\"}}");
    }

    @Test
    void a_node_that_breaks_when_its_automatic_host_endpoint_takes_over_stops_the_others() {
        scene.controllers.breaksFirstNode = true;

        assertThat(scene.run()).isInstanceOfSatisfying(StepOutcome.Failed.class, failed -> {
            assertThat(failed.message())
                    .isEqualTo("Node n1 or its calico-node is not ready since its automatic host endpoint took"
                            + " over; 2 of 3 nodes still have their old ones");
            assertThat(failed.evidence()).containsExactly("Node n1");
        });
        assertThat(scene.names()).contains("n2-all", "n3-all").doesNotContain("n1-all");
    }

    @Test
    void a_calico_node_that_is_on_its_way_out_is_not_ready() {
        scene.cluster.put(MigrationScene.pod("n2", "True")
                .replace("labels:", "deletionTimestamp: \"2026-11-28T10:00:00Z\", labels:"));

        assertThat(scene.run())
                .isInstanceOfSatisfying(
                        StepOutcome.Failed.class,
                        failed -> assertThat(failed.message()).contains("Node n2", "is not ready", "2 of 3 nodes"));
    }

    @Test
    void in_etcd_kube_controllers_is_told_to_bring_the_labels_of_the_nodes_there() {
        scene.etcd = List.of(etcdNode("n1", ""), etcdNode("n2", ""), etcdNode("n3", ""));

        assertThat(scene.run()).isInstanceOf(StepOutcome.Succeeded.class);
        assertThat(scene.cluster
                        .all("KubeControllersConfiguration")
                        .getFirst()
                        .at("/spec/controllers/node")
                        .toString())
                .isEqualTo("{\"hostEndpoint\":{\"autoCreate\":\"Enabled\"},\"syncLabels\":\"Enabled\"}");
    }

    @Test
    void in_etcd_a_node_that_calico_does_not_know_refuses() {
        scene.etcd = List.of(etcdNode("n1", ""), etcdNode("n2", ""));

        assertThat(scene.run())
                .isInstanceOfSatisfying(
                        StepOutcome.Failed.class,
                        failed -> assertThat(failed.message()).contains("no Node in etcd refers to Node n3"));
        assertThat(scene.cluster.writes).isEmpty();
    }

    @Test
    void in_etcd_a_label_that_people_gave_calicos_node_counts_like_one_of_the_node() {
        scene.etcd = List.of(etcdNode("n1", ""), etcdNode("n2", "role: db"), etcdNode("n3", ""));

        assertThat(scene.run())
                .isInstanceOfSatisfying(
                        StepOutcome.Failed.class,
                        failed -> assertThat(failed.message())
                                .contains(
                                        "label role is web on HostEndpoint n2-all and db on its node n2, as etcd has it"));
    }

    @Test
    void in_etcd_kube_controllers_that_keep_labels_to_themselves_refuse() {
        scene.etcd = List.of(etcdNode("n1", ""), etcdNode("n2", ""), etcdNode("n3", ""));
        scene.cluster.put(
                MigrationScene.controllersDeployment("v3.22.5", "{name: SYNC_NODE_LABELS, value: 'false'}", 1));

        assertThat(scene.run())
                .isInstanceOfSatisfying(
                        StepOutcome.Failed.class,
                        failed -> assertThat(failed.message()).contains("SYNC_NODE_LABELS=false"));
        assertThat(scene.cluster.writes).isEmpty();
    }

    private void policyForLabelsOfNodes(int port) {
        for (String node : MigrationScene.NODES) {
            scene.cluster.put(MigrationScene.node(node, "True", "os: linux"));
        }
        scene.cluster.put(LINUX.formatted(port));
    }

    private static ObjectNode etcdNode(String name, String labels) {
        return Yaml.object("""
                apiVersion: projectcalico.org/v3
                kind: Node
                metadata: {name: %1$s, labels: {%2$s}}
                spec: {orchRefs: [{orchestrator: k8s, nodeName: %1$s}]}
                """.formatted(name, labels));
    }
}
