package io.calicofleet.cli.rehearse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.local.Installation;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.GivenObjects;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.Simulator;
import io.calicofleet.simulator.SimulatorOptions;
import io.calicofleet.simulator.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
class LiveClusterIT {

    private final Simulator simulator = Simulator.start(SimulatorOptions.quick());

    @TempDir
    private Path folder;

    private SimulatedCluster cluster;

    @BeforeEach
    void cluster() throws IOException {
        cluster = simulator.addCluster(ClusterTemplate.named("eu-west-1")
                .withKubernetes("v1.23.5")
                .withNodes(2)
                .withNodeLabel("pool", "blue")
                .withManifest(
                        Files.readString(Installation.here().demoReleases().resolve("v3.22.5/calico.yaml")))
                .withManifest("""
                        apiVersion: v1
                        kind: Secret
                        metadata: {name: registry, namespace: kube-system}
                        data: {password: cGFzcw==}
                        ---
                        apiVersion: v1
                        kind: Secret
                        metadata: {name: sh.helm.release.v1.other.v1, namespace: default, labels: {owner: helm}}
                        data: {release: cGFzcw==}
                        ---
                        apiVersion: v1
                        kind: ConfigMap
                        metadata: {name: of-a-team, namespace: default}
                        data: {a: b}
                        """));
        simulator.writeKubeconfigs(folder);
    }

    @AfterEach
    void close() {
        simulator.close();
    }

    private static Optional<ObjectNode> find(GivenObjects given, String kind, String name) {
        return given.objects().stream()
                .filter(object -> object.path("kind").asText().equals(kind)
                        && object.at("/metadata/name").asText().equals(name))
                .findFirst();
    }

    @Test
    void reads_what_Calico_consists_of_and_writes_nothing() {
        try (LiveCluster live = LiveCluster.of(folder, "eu-west-1")) {
            GivenObjects given = live.read();

            assertThat(live.version()).isEqualTo("v1.23.5");
            assertThat(live.unread()).isEmpty();
            assertThat(find(given, "Node", "eu-west-1-node-2")
                            .orElseThrow()
                            .at("/metadata/labels/pool")
                            .asText())
                    .isEqualTo("blue");
            for (String object : List.of(
                    "DaemonSet calico-node",
                    "Deployment calico-kube-controllers",
                    "ConfigMap calico-config",
                    "ClusterRole calico-node",
                    "ClusterRoleBinding calico-node",
                    "ServiceAccount calico-node",
                    "ClusterInformation default",
                    "Namespace kube-system",
                    "CustomResourceDefinition ippools.crd.projectcalico.org")) {
                String[] parts = object.split(" ", 2);
                ObjectNode found =
                        find(given, parts[0], parts[1]).orElseThrow(() -> new AssertionError("no " + object));
                assertThat(found.path("apiVersion").asText()).as(object).isNotEmpty();
                assertThat(found.at("/metadata/uid").asText()).as(object).isNotEmpty();
            }
            assertThat(find(given, "ConfigMap", "of-a-team")).isEmpty();
            assertThat(given.objects())
                    .noneMatch(object -> object.path("kind").asText().equals("Pod"));
            assertThat(cluster.audit()).isEmpty();
        }
    }

    @Test
    void the_values_of_Secrets_stay_in_the_cluster_but_for_those_of_Helm() {
        try (LiveCluster live = LiveCluster.of(folder, "eu-west-1")) {
            GivenObjects given = live.read();

            assertThat(find(given, "Secret", "registry").orElseThrow().has("data"))
                    .isFalse();
            assertThat(find(given, "Secret", "sh.helm.release.v1.other.v1")
                            .orElseThrow()
                            .at("/data/release")
                            .asText())
                    .isEqualTo("cGFzcw==");
        }
    }

    @Test
    void what_was_read_runs_in_another_cluster_as_it_did() {
        try (LiveCluster live = LiveCluster.of(folder, "eu-west-1")) {
            GivenObjects given = live.read();
            SimulatedCluster copy = simulator.addCluster(
                    ClusterTemplate.named("copy").withKubernetes("v1.23.5").withNodes(0));

            assertThat(given.addTo(copy)).isEmpty();
            assertThat(new Rollout(copy).await()).isEmpty();
            assertThat(copy.nodeVersions())
                    .containsEntry("eu-west-1-node-1", "v3.22.5")
                    .hasSize(2);
            assertThat(Json.text(copy.get("v1", "Namespace", "", "kube-system"), "metadata", "uid"))
                    .isEqualTo(Json.text(cluster.get("v1", "Namespace", "", "kube-system"), "metadata", "uid"));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void what_may_not_be_read_is_told_and_the_rest_is_read() throws IOException {
        cluster.apply("""
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: reader, namespace: default}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: reader}
                rules:
                  - {apiGroups: [apps], resources: [daemonsets, deployments], verbs: [list]}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: reader}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}
                subjects: [{kind: ServiceAccount, name: reader, namespace: default}]
                """);
        Files.writeString(folder.resolve("limited.yaml"), cluster.kubeconfig(cluster.account("default", "reader")));

        try (LiveCluster live = LiveCluster.of(folder, "limited")) {
            assertThat(find(live.read(), "DaemonSet", "calico-node")).isPresent();
            assertThat(live.unread()).contains("Not looked at, as the kubeconfig may not: /api/v1/nodes of limited.");
        }
    }

    @Test
    void an_unknown_cluster_and_one_that_does_not_answer_are_told() throws IOException {
        assertThatThrownBy(() -> LiveCluster.of(folder, "us-east-1"))
                .hasMessageContaining("no kubeconfig of cluster us-east-1")
                .hasMessageContaining("there are eu-west-1");
        Files.writeString(
                folder.resolve("gone.yaml"), cluster.kubeconfig().replaceAll("127\\.0\\.0\\.1:\\d+", "127.0.0.1:1"));
        try (LiveCluster live = LiveCluster.of(folder, "gone")) {
            assertThatThrownBy(live::version)
                    .hasMessageContaining("cluster gone does not answer at https://127.0.0.1:1/");
        }
    }
}
