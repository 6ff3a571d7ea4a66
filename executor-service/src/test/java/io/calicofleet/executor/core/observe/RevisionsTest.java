package io.calicofleet.executor.core.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.executor.core.Yaml;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RevisionsTest {

    private static final JsonNode NODE = workload("DaemonSet", "calico-node");
    private static final JsonNode TYPHA = workload("Deployment", "calico-typha");

    /** Of the DaemonSet, the newest neither first nor last; an alien one has a higher number. */
    private static final List<JsonNode> REVISIONS = Yaml.documents("""
            {kind: ControllerRevision, metadata: {uid: r1, labels: {controller-revision-hash: 7d4}, ownerReferences: [{uid: calico-node}]}, revision: 9}
            ---
            {kind: ControllerRevision, metadata: {uid: r2, labels: {controller-revision-hash: 9f6}, ownerReferences: [{uid: calico-node}]}, revision: 10}
            ---
            {kind: ControllerRevision, metadata: {uid: r3, labels: {controller-revision-hash: 5c2}, ownerReferences: [{uid: calico-node}]}, revision: 8}
            ---
            {kind: ControllerRevision, metadata: {uid: r4, labels: {controller-revision-hash: 1a1}, ownerReferences: [{uid: kube-proxy}]}, revision: 31}
            """);

    private static final List<JsonNode> REPLICA_SETS = Yaml.documents("""
            {kind: ReplicaSet, metadata: {uid: rs1, labels: {pod-template-hash: 6b8}, annotations: {deployment.kubernetes.io/revision: "9"}, ownerReferences: [{uid: calico-typha}]}}
            ---
            {kind: ReplicaSet, metadata: {uid: rs2, labels: {pod-template-hash: 84c}, annotations: {deployment.kubernetes.io/revision: "10"}, ownerReferences: [{uid: calico-typha}]}}
            ---
            {kind: ReplicaSet, metadata: {uid: rs3, labels: {pod-template-hash: 4d9}, annotations: {deployment.kubernetes.io/revision: "2"}, ownerReferences: [{uid: calico-typha}]}}
            """);

    @Test
    void the_pods_of_a_daemon_set_are_those_it_owns_that_stay() {
        List<JsonNode> pods = List.of(
                pod("calico-node-b", "kube-system", "calico-node", "calico-node", "n2", ""),
                pod("calico-node-a", "kube-system", "calico-node", "calico-node", "n1", ""),
                pod("of-a-second-daemon-set", "kube-system", "calico-node", "calico-node-gpu", "n3", ""),
                pod("elsewhere", "calico-test", "calico-node", "calico-node", "n4", ""),
                pod("other-labels", "kube-system", "kube-proxy", "calico-node", "n5", ""),
                pod(
                        "on-its-way-out",
                        "kube-system",
                        "calico-node",
                        "calico-node",
                        "n6",
                        "deletionTimestamp: '2026-11-28T10:00:00Z', "));

        assertThat(names(new Revisions(NODE, REVISIONS).pods(pods))).containsExactly("calico-node-a", "calico-node-b");
        assertThat(names(new Revisions(NODE, List.of()).pods(pods))).containsExactly("calico-node-a", "calico-node-b");
    }

    @Test
    void the_pods_of_a_deployment_are_those_of_its_replica_sets() {
        List<JsonNode> pods = List.of(
                pod("calico-typha-1", "kube-system", "calico-typha", "rs1", "n1", ""),
                pod("calico-typha-2", "kube-system", "calico-typha", "rs2", "n2", ""),
                pod("of-another-deployment", "kube-system", "calico-typha", "rs9", "n3", ""));

        assertThat(names(new Revisions(TYPHA, REPLICA_SETS).pods(pods)))
                .containsExactly("calico-typha-1", "calico-typha-2");
    }

    @Test
    void where_no_replica_set_can_be_read_the_labels_say_whose_a_pod_is() {
        List<JsonNode> pods = List.of(
                pod("calico-typha-1", "kube-system", "calico-typha", "rs1", "n1", ""),
                pod("kube-proxy-1", "kube-system", "kube-proxy", "rs8", "n1", ""));

        assertThat(names(new Revisions(TYPHA, List.of()).pods(pods))).containsExactly("calico-typha-1");
    }

    @Test
    void a_pod_that_says_nothing_of_owners_is_told_by_its_labels() {
        JsonNode bare = Yaml.object("{metadata: {name: bare, namespace: kube-system, labels: {k8s-app: calico-node}}}");

        assertThat(names(new Revisions(NODE, REVISIONS).pods(List.of(bare)))).containsExactly("bare");
    }

    @Test
    void of_an_older_template_are_the_pods_without_the_hash_of_the_highest_revision() {
        List<JsonNode> pods = List.of(
                revised("controller-revision-hash", "9f6", "n1"),
                revised("controller-revision-hash", "7d4", "n3"),
                revised("controller-revision-hash", "5c2", "n2"),
                revised("controller-revision-hash", "5c2", "n2"),
                revised("controller-revision-hash", "5c2", ""));
        Revisions revisions = new Revisions(NODE, REVISIONS);

        assertThat(revisions.ofOtherRevision(pods, 5)).isEqualTo(4);
        assertThat(revisions.nodesOfOtherRevision(pods)).containsExactly("n2", "n3");
    }

    @Test
    void of_a_deployment_the_replica_set_with_the_highest_revision_is_its_newest_template() {
        List<JsonNode> pods = List.of(
                revised("pod-template-hash", "84c", "n1"),
                revised("pod-template-hash", "84c", "n4"),
                revised("pod-template-hash", "6b8", "n2"),
                revised("pod-template-hash", "4d9", "n3"));

        assertThat(new Revisions(TYPHA, REPLICA_SETS).ofOtherRevision(pods, 4)).isEqualTo(2);
    }

    @Test
    void where_no_revision_tells_the_status_says_how_many_are_left() {
        List<JsonNode> pods = List.of(
                revised("controller-revision-hash", "9f6", "n1"), revised("controller-revision-hash", "7d4", "n2"));
        List<JsonNode> nameless = Yaml.documents(
                "{kind: ControllerRevision, metadata: {ownerReferences: [{uid: calico-node}]}, revision: 1}");

        for (List<JsonNode> none : List.of(List.<JsonNode>of(), nameless)) {
            Revisions revisions = new Revisions(NODE, none);
            assertThat(revisions.ofOtherRevision(pods, 1)).isEqualTo(1);
            assertThat(revisions.ofOtherRevision(pods, 3)).isZero();
            assertThat(revisions.nodesOfOtherRevision(pods)).isEmpty();
        }
    }

    private static List<String> names(List<JsonNode> pods) {
        return pods.stream().map(pod -> pod.at("/metadata/name").asText()).toList();
    }

    private static JsonNode workload(String kind, String name) {
        return Yaml.object("""
                apiVersion: apps/v1
                kind: %1$s
                metadata: {name: %2$s, namespace: kube-system, uid: %2$s}
                spec: {selector: {matchLabels: {k8s-app: %2$s}}}
                """.formatted(kind, name));
    }

    private static JsonNode pod(String name, String namespace, String app, String owner, String node, String more) {
        return Yaml.object("""
                kind: Pod
                metadata: {%6$sname: %1$s, namespace: %2$s, labels: {k8s-app: %3$s}, ownerReferences: [{uid: %4$s}]}
                spec: {nodeName: %5$s}
                """.formatted(name, namespace, app, owner, node, more));
    }

    private static JsonNode revised(String label, String hash, String node) {
        return Yaml.object(
                "{kind: Pod, metadata: {labels: {" + label + ": '" + hash + "'}}, spec: {nodeName: '" + node + "'}}");
    }
}
