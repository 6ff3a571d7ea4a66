package io.calicofleet.executor.step.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.executor.port.ReleaseSource;
import io.calicofleet.executor.step.FakeCluster;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ReleaseFile;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Files of our own for an install with eBPF and one without, which differ in the release before and in the one after. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class FlavoursTest {

    private static final CalicoVersion OLD = CalicoVersion.parse("v3.22.4");
    private static final CalicoVersion NEW = CalicoVersion.parse("v3.25.2");

    private static final Map<String, String> FILES = Map.of(
            OLD + "/calico.yaml", node(OLD, ""),
            OLD + "/calico-bpf.yaml", node(OLD, variable("BPF") + variable("HOST") + variable("PORT")),
            NEW + "/calico.yaml", node(NEW, variable("PLAIN")),
            NEW + "/calico-bpf.yaml", node(NEW, variable("BPF") + variable("PROXY")));

    private static String variable(String name) {
        return "{name: " + name + ", value: \"1\"}, ";
    }

    private static String node(CalicoVersion version, String environment) {
        return node(version, environment, environment);
    }

    private static String node(CalicoVersion version, String first, String environment) {
        return """
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: calico-node, namespace: kube-system}
                spec:
                  selector: {matchLabels: {k8s-app: calico-node}}
                  template:
                    metadata: {labels: {k8s-app: calico-node}}
                    spec:
                      initContainers:
                      - {name: upgrade-ipam, image: docker.io/calico/cni:%1$s, env: [%2$s]}
                      - {name: install-cni, image: docker.io/calico/cni:%1$s, env: [%2$s]}
                      containers:
                      - name: calico-node
                        image: docker.io/calico/node:%1$s
                        env: [%3$s{name: DATASTORE_TYPE, value: kubernetes}]
                """.formatted(version, first, environment);
    }

    private static final ReleaseSource RELEASES = new ReleaseSource() {
        @Override
        public Optional<ReleaseFile> manifest(CalicoVersion version, String file) {
            return Optional.ofNullable(FILES.get(version + "/" + file))
                    .map(text ->
                            new ReleaseFile(version, file, ManifestDocuments.of(Yaml.documents(text)), version + file));
        }

        @Override
        public String where(CalicoVersion version, String file) {
            return "here";
        }
    };

    private static Optional<String> file(String has) {
        FakeCluster cluster = new FakeCluster();
        cluster.put(has);
        return Flavours.file(cluster, RELEASES, InstallMethod.MANIFEST_KDD, OLD, NEW);
    }

    @Test
    void the_file_is_the_one_that_is_most_like_what_is_installed() {
        assertThat(file(node(OLD, variable("MINE")))).contains("calico.yaml");
        assertThat(file(node(OLD, variable("MINE") + variable("BPF") + variable("HOST") + variable("PORT"))))
                .contains("calico-bpf.yaml");
    }

    @Test
    void a_step_that_is_asked_for_again_after_its_writes_goes_on_with_the_same_file() {
        assertThat(file(node(NEW, variable("MINE") + variable("PLAIN")))).contains("calico.yaml");
        assertThat(file(node(NEW, variable("MINE") + variable("BPF") + variable("PROXY"))))
                .contains("calico-bpf.yaml");
    }

    @Test
    void where_images_come_from_says_nothing_about_the_file() {
        String bpf = variable("BPF") + variable("HOST") + variable("PORT");

        assertThat(file(node(OLD, bpf, variable("BPF")).replace("docker.io/calico/", "reg.example/calico/")))
                .contains("calico-bpf.yaml");
        assertThat(file(node(OLD, "", variable("MINE")).replace("docker.io/calico/", "reg.example/calico/")))
                .contains("calico.yaml");
    }
}
