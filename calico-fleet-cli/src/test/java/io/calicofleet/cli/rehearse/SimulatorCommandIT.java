package io.calicofleet.cli.rehearse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.Run;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
class SimulatorCommandIT {

    @TempDir
    private Path folder;

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private Run simulator(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "simulator";
        all[1] = "--kubeconfigs";
        all[2] = folder.resolve("kubeconfigs").toString();
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return Run.of(all);
    }

    @Test
    void has_clusters_of_the_version_asked_for_with_the_objects_given_until_it_is_ended_and_then_leaves_no_file()
            throws Exception {
        Path manifest = write("given.yaml", """
                apiVersion: example.com/v1
                kind: Thing
                metadata: {name: one}
                ---
                apiVersion: v1
                kind: List
                items:
                  - {apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: team}, data: {a: b}}
                  - apiVersion: apiextensions.k8s.io/v1
                    kind: CustomResourceDefinition
                    metadata: {name: things.example.com}
                    spec:
                      group: example.com
                      scope: Cluster
                      names: {kind: Thing, plural: things}
                      versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
                """);
        Thread running = Thread.ofPlatform()
                .start(() -> simulator(
                        "--clusters",
                        "2",
                        "--nodes",
                        "2",
                        "--kubernetes",
                        "1.27.3",
                        "--manifest",
                        manifest.toString()));
        try {
            Path kubeconfig = folder.resolve("kubeconfigs/c02.yaml");
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> Files.exists(folder.resolve("kubeconfigs/clusters.yaml")));
            try (KubernetesClient client = new KubernetesClientBuilder()
                    .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
                    .build()) {
                assertThat(client.getKubernetesVersion().getGitVersion()).isEqualTo("v1.27.3");
                assertThat(client.nodes().list().getItems()).hasSize(2);
                assertThat(client.configMaps()
                                .inNamespace("team")
                                .withName("settings")
                                .get()
                                .getData())
                        .containsEntry("a", "b");
                assertThat(client.raw("/apis/example.com/v1/things/one")).contains("\"name\":\"one\"");
            }
            JsonNode written = new YAMLMapper().readTree(kubeconfig.toFile());
            assertThat(written.path("current-context").asText()).isEqualTo("c02");
        } finally {
            running.interrupt();
            running.join();
        }
        assertThat(folder.resolve("kubeconfigs")).isEmptyDirectory();
    }

    @Test
    void a_version_that_does_not_exist_is_refused_with_those_there_are() {
        for (String version : List.of("v1.99", "v2.1", "1", "latest", "v1.27.x")) {
            Run run = simulator("--kubernetes", version);

            assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
            assertThat(run.err()).contains("'" + version + "'", "from v1.16 to v1.36");
        }
    }

    @Test
    void what_is_no_manifest_is_refused_with_its_place() throws IOException {
        assertThat(simulator("--manifest", "none.yaml").err()).contains("there is no file none.yaml");
        Path broken = write("broken.yaml", "kind: A\n  b: c\n");
        assertThat(simulator("--manifest", broken.toString()))
                .satisfies(run -> assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE))
                .satisfies(run -> assertThat(run.err()).contains("broken.yaml:2: not YAML"));
        assertThat(simulator("--manifest", write("text.yaml", "hello\n").toString())
                        .err())
                .contains("text.yaml holds no objects of Kubernetes");
        assertThat(simulator(
                                "--manifest",
                                write("half.yaml", "{apiVersion: v1, kind: Secret}")
                                        .toString())
                        .err())
                .contains("half.yaml: document 1, a Secret, has no metadata.name");
    }

    @Test
    void objects_the_version_does_not_serve_are_named() throws IOException {
        Path old = write("old.yaml", """
                apiVersion: policy/v1beta1
                kind: PodDisruptionBudget
                metadata: {name: typha, namespace: kube-system}
                spec: {maxUnavailable: 1}
                """);

        Run run = simulator("--kubernetes", "v1.27", "--manifest", old.toString());

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err())
                .contains(
                        "Kubernetes v1.27 refuses 1 of the 1 objects",
                        "PodDisruptionBudget typha: no matches for kind");
    }

    @Test
    void files_of_others_are_not_overwritten() throws IOException {
        Files.createDirectories(folder.resolve("kubeconfigs"));
        Path real = write("kubeconfigs/c01.yaml", "clusters: [{cluster: {server: https://eu.example.com}}]");

        Run run = simulator();

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains("c01.yaml is there already");
        assertThat(real).content().contains("eu.example.com");
    }
}
