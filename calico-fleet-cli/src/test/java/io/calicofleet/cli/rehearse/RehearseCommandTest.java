package io.calicofleet.cli.rehearse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.Run;
import io.calicofleet.simulator.GivenObjects;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.resource.KubernetesVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong is told before anything is started. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RehearseCommandTest {

    private static final String NODES = """
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: %s, namespace: kube-system}
            spec: {template: {spec: {containers: [{name: %s, image: %s}]}}}
            """;

    @TempDir
    private Path folder;

    private Path calico;

    @BeforeEach
    void files() throws IOException {
        calico = write("calico.yaml", NODES.formatted("calico-node", "calico-node", "docker.io/calico/node:v3.27.3"));
        write("releases/v3.28.4/calico.yaml", "");
        write("releases/v3.27.3/calico.yaml", "");
        Files.createDirectories(folder.resolve("releases/v3.28.6"));
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private Run rehearse(String... arguments) {
        List<String> all = new ArrayList<>(
                List.of("rehearse", "--releases", folder.resolve("releases").toString()));
        all.addAll(List.of(arguments));
        return Run.of(all.toArray(String[]::new));
    }

    private void refused(Run run, String... parts) {
        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains(parts);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void what_is_missing_is_asked_for() {
        refused(
                rehearse("--target", "v3.28.4"),
                "what is rehearsed?",
                "--manifest FILE",
                "--cluster ID --kubeconfigs DIR");
        refused(
                rehearse("--target", "v3.28.4", "--manifest", calico.toString()),
                "which Kubernetes",
                "--from-kubernetes v1.27");
        refused(
                rehearse("--manifest", calico.toString(), "--from-kubernetes", "v1.27"),
                "which release?",
                "--target v3.28.5");
        refused(rehearse("--target", "v3.28.4", "--cluster", "eu"), "where is the kubeconfig of eu?");
        refused(rehearse("--target", "v3.28.4", "--cluster", "eu", "--manifest", calico.toString()), "not both");
        refused(
                rehearse("--target", "v3.28.4", "--cluster", "eu", "--kubeconfigs", folder.toString()),
                "no kubeconfig of cluster eu");
    }

    @Test
    void a_file_without_Calico_is_refused_with_what_it_holds() throws IOException {
        Path other = write("other.yaml", NODES.formatted("fluentd", "fluentd", "fluentd:v1") + """
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: a}
                """);

        refused(
                rehearse("--target", "v3.28.4", "--from-kubernetes", "v1.27", "--manifest", other.toString()),
                "there is no Calico in",
                "other.yaml",
                "1 ConfigMap, 1 DaemonSet");
    }

    @Test
    void a_file_that_is_no_manifest_is_refused_with_the_line() throws IOException {
        Path broken = write("broken.yaml", "kind: DaemonSet\nspec: [1, 2\nmetadata: {}\n");

        refused(
                rehearse("--target", "v3.28.4", "--from-kubernetes", "v1.27", "--manifest", broken.toString()),
                "broken.yaml:",
                "not YAML");
        refused(
                rehearse("--target", "v3.28.4", "--from-kubernetes", "v1.27", "--manifest", "nowhere.yaml"),
                "there is no file nowhere.yaml");
    }

    @Test
    void a_version_of_Kubernetes_that_does_not_exist_is_refused() {
        refused(
                rehearse("--target", "v3.28.4", "--from-kubernetes", "v1.277", "--manifest", calico.toString()),
                "--from-kubernetes is 'v1.277'",
                "from v1.16 to v1.36");
    }

    @Test
    void a_target_that_is_no_release_is_refused_with_the_ones_next_to_it() {
        refused(
                rehearse("--target", "3.28", "--from-kubernetes", "v1.27", "--manifest", calico.toString()),
                "--target '3.28' is no release of Calico");
        refused(
                rehearse("--target", "v3.28.5", "--from-kubernetes", "v1.27", "--manifest", calico.toString()),
                "has no v3.28.5",
                "next to it are v3.27.3, v3.28.4, v3.28.6");
        refused(
                rehearse("--target", "v3.28.6", "--from-kubernetes", "v1.27", "--manifest", calico.toString()),
                "v3.28.6 is empty: the files of the release belong there");
    }

    @Test
    void a_place_without_the_release_and_one_that_does_not_answer_are_told_apart() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        String[] arguments = {
            "rehearse",
            "--releases",
            url,
            "--target",
            "v3.28.5",
            "--from-kubernetes",
            "v1.27",
            "--manifest",
            calico.toString()
        };
        Run run = Run.of(arguments);
        server.stop(0);

        refused(run, "v3.28.5 is no release that was published", url + "/v3.28.5/calico.yaml");
        Run offline = Run.of(arguments);
        assertThat(offline.exitCode()).isEqualTo(ExitCodes.UNREACHABLE);
        assertThat(offline.err())
                .contains(url + "/v3.28.5/calico.yaml cannot be read", "Without a network, name a folder");
    }

    @Test
    void an_operator_that_cannot_be_simulated_is_told() throws IOException {
        Path operator = write(
                "operator.yaml",
                NODES.formatted("tigera-operator", "tigera-operator", "quay.io/tigera/operator:v1.99.0"));

        refused(
                rehearse("--target", "v3.28.4", "--from-kubernetes", "v1.27", "--manifest", operator.toString()),
                "cannot run the operator quay.io/tigera/operator:v1.99.0");
    }

    @Test
    void an_etcd_that_nothing_given_tells_of_is_refused_at_once() throws IOException {
        Path onEtcd = write("etcd.yaml", """
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: calico-node, namespace: kube-system}
                spec:
                  template:
                    spec:
                      containers:
                      - name: calico-node
                        image: docker.io/calico/node:v3.27.3
                        env:
                        - name: ETCD_ENDPOINTS
                          valueFrom: {configMapKeyRef: {name: calico-config, key: etcd_endpoints}}
                """);

        refused(
                rehearse("--target", "v3.28.4", "--from-kubernetes", "v1.27", "--manifest", onEtcd.toString()),
                "keeps Calico's resources in etcd, and nothing that is given says where",
                "ConfigMap kube-system/calico-config, which is not given");
    }

    @Test
    void workloads_of_a_group_that_is_gone_are_refused_with_what_to_give_in_their_place() {
        GivenObjects given = GivenObjects.of(
                Json.yamlDocuments(NODES.formatted("calico-node", "calico-node", "docker.io/calico/node:v3.27.3")));
        KubernetesVersion version = SimulatorCommand.version("--from-kubernetes", "v1.27");

        assertThatThrownBy(() -> SimulatorCommand.refused(
                        List.of(
                                "DaemonSet calico-node: no matches for kind \"DaemonSet\" in version \"extensions/v1beta1\""),
                        given,
                        version))
                .isInstanceOf(CliException.class)
                .hasMessageContainingAll("refuses 1 of the 1 objects", "apps/v1 only", "kubectl get -o yaml");
        assertThatThrownBy(() -> SimulatorCommand.refused(
                        List.of("CSIDriver x: no matches for kind \"CSIDriver\" in version \"storage.k8s.io/v1beta1\""),
                        given,
                        version))
                .isInstanceOf(CliException.class)
                .hasMessageNotContaining("apps/v1 only");
    }
}
