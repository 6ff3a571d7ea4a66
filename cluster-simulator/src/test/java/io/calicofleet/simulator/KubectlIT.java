package io.calicofleet.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The machine's kubectl, as people use it, against the simulator over HTTPS. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class KubectlIT {

    private static final Path REAL = Path.of("../../shared/calico-manifests");
    private static final String MAP = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: m, namespace: default}
            data: {a: '1', b: '1'}
            """;
    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: default}
            spec:
              replicas: 2
              selector: {matchLabels: {app: web}}
              template: {metadata: {labels: {app: web}}, spec: {containers: [{name: nginx, image: 'nginx:1'}]}}
            """;

    private final Simulator simulator = Simulator.start(SimulatorOptions.quick());

    @TempDir
    Path home = Path.of(".");

    @BeforeEach
    void needs_kubectl() {
        assumeTrue(Kubectl.path().isPresent(), "skipped: there is no kubectl on this machine's PATH");
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    private Kubectl kubectl(String kubernetes) {
        SimulatedCluster cluster =
                simulator.addCluster(ClusterTemplate.named("c").withKubernetes(kubernetes));
        return new Kubectl(home, cluster.kubeconfig());
    }

    private static String ok(Kubectl.Result result) {
        assertThat(result.code()).as(result.output()).isZero();
        return result.output();
    }

    private Path release(String version) throws java.io.IOException {
        Path file = home.resolve(version + ".yaml");
        Files.writeString(file, RolloutIT.release(version + "/calico.yaml"));
        return file;
    }

    @Test
    void installs_and_looks_at_calico() throws java.io.IOException {
        Kubectl kubectl = kubectl("v1.21.14");
        String manifest = release("v3.13.4").toString();
        assertThat(ok(kubectl.run("version"))).contains("v1.21.14");
        assertThat(ok(kubectl.run("apply", "-f", manifest))).contains("daemonset.apps/calico-node created");
        assertThat(ok(kubectl.run("-n", "kube-system", "rollout", "status", "ds/calico-node", "--timeout=30s")))
                .contains("successfully rolled out");
        ok(kubectl.run("-n", "kube-system", "rollout", "status", "deploy/calico-kube-controllers", "--timeout=30s"));
        assertThat(ok(kubectl.run("-n", "kube-system", "get", "pods,ds,deploy")))
                .contains("1/1", "calico-node");
        assertThat(ok(kubectl.run("-n", "kube-system", "describe", "ds/calico-node")))
                .contains("calico/node:v3.13.4", "Number of Nodes Scheduled with Up-to-date Pods: 3");
        assertThat(ok(kubectl.run("describe", "node", "c-node-1"))).contains("calico-node");
        assertThat(ok(kubectl.run("-n", "kube-system", "logs", "ds/calico-node", "-c", "calico-node")))
                .contains("calico/node:v3.13.4");
        ok(kubectl.run("diff", "-f", manifest));
        // The manifest says "readOnly: false", which no server keeps, so kubectl sends it each time.
        assertThat(ok(kubectl.run("apply", "-f", manifest)).lines())
                .filteredOn(line -> line.contains("configured"))
                .containsExactly("daemonset.apps/calico-node configured");
    }

    @Test
    void applies_diffs_patches_and_deletes() {
        Kubectl kubectl = kubectl("v1.21.14");
        ok(kubectl.runWith(MAP, "apply", "-f", "-"));
        Kubectl.Result diff = kubectl.runWith(MAP.replace("b: '1'", "c: '2'"), "diff", "-f", "-");
        assertThat(diff.code()).isEqualTo(1);
        assertThat(diff.output()).contains("-  b: \"1\"", "+  c: \"2\"");
        ok(kubectl.runWith(MAP.replace("b: '1'", "c: '2'"), "apply", "-f", "-"));
        assertThat(ok(kubectl.run("get", "cm", "m", "-o", "jsonpath={.data}"))).isEqualTo("{\"a\":\"1\",\"c\":\"2\"}");
        ok(kubectl.run("patch", "cm", "m", "--type=json", "-p", "[{\"op\":\"remove\",\"path\":\"/data/c\"}]"));
        ok(kubectl.run("patch", "cm", "m", "-p", "{\"data\":{\"d\":\"3\"}}"));
        ok(kubectl.run("label", "cm", "m", "x=y"));
        ok(kubectl.run("annotate", "cm", "m", "x=y"));
        assertThat(ok(kubectl.run("get", "cm", "-l", "x=y", "-o", "name"))).contains("configmap/m");
        ok(kubectl.run("delete", "cm", "m"));
        assertThat(kubectl.run("get", "cm", "m").output()).contains("configmaps \"m\" not found");
    }

    @Test
    void applies_on_the_server_and_takes_over_what_was_applied_by_the_client() {
        Kubectl kubectl = kubectl("v1.34.1");
        ok(kubectl.runWith(MAP, "apply", "-f", "-"));
        ok(kubectl.runWith(MAP.replace(", b: '1'", ""), "apply", "--server-side", "-f", "-"));
        assertThat(ok(kubectl.run("get", "cm", "m", "-o", "jsonpath={.data}"))).isEqualTo("{\"a\":\"1\"}");
        ok(kubectl.run("patch", "cm", "m", "-p", "{\"data\":{\"a\":\"2\"}}"));
        assertThat(kubectl.runWith(MAP, "apply", "--server-side", "-f", "-").output())
                .contains("conflict with \"kubectl-patch\"");
        ok(kubectl.runWith(MAP, "apply", "--server-side", "--force-conflicts", "-f", "-"));
    }

    @Test
    void scales_restarts_and_undoes_deployments() {
        Kubectl kubectl = kubectl("v1.34.1");
        ok(kubectl.runWith(DEPLOYMENT, "apply", "-f", "-"));
        ok(kubectl.run("rollout", "status", "deploy/web", "--timeout=30s"));
        ok(kubectl.run("scale", "deploy/web", "--replicas=3"));
        ok(kubectl.run("set", "image", "deploy/web", "nginx=nginx:2"));
        ok(kubectl.run("rollout", "status", "deploy/web", "--timeout=30s"));
        ok(kubectl.run("rollout", "restart", "deploy/web"));
        ok(kubectl.run("rollout", "status", "deploy/web", "--timeout=30s"));
        assertThat(ok(kubectl.run("get", "deploy", "web", "-o", "jsonpath={.status.readyReplicas}")))
                .isEqualTo("3");
        ok(kubectl.run("delete", "deploy", "web", "--cascade=foreground", "--timeout=30s"));
        ok(kubectl.run("wait", "--for=delete", "pod", "-l", "app=web", "--timeout=30s"));
    }

    @Test
    void the_real_manifests_behave_as_on_a_real_cluster() {
        assumeTrue(Files.isDirectory(REAL), "skipped: there are no real manifests in " + REAL.toAbsolutePath());
        Kubectl kubectl = kubectl("v1.21.14");
        String old = REAL.resolve("v3.13.4/calico.yaml").toString();
        String target = REAL.resolve("v3.22.5/calico.yaml").toString();
        ok(kubectl.run("apply", "-f", old));
        ok(kubectl.run("-n", "kube-system", "rollout", "status", "ds/calico-node", "--timeout=30s"));
        Kubectl.Result upgrade = kubectl.run("apply", "-f", target);
        assertThat(upgrade.code()).isEqualTo(1);
        for (String refused : new String[] {"felixconfigurations", "ipamblocks"}) {
            assertThat(upgrade.output())
                    .contains(
                            "\"" + refused + ".crd.projectcalico.org\" is invalid: spec.preserveUnknownFields: Invalid"
                                    + " value: true: must be false in order to use defaults in the schema");
        }
        assertThat(upgrade.output()).contains("daemonset.apps/calico-node configured");
        assertThat(upgrade.output().split("is invalid", -1)).hasSize(3);
        assertThat(kubectl.run(
                                "patch",
                                "crd",
                                "ipamblocks.crd.projectcalico.org",
                                "--type=merge",
                                "-p",
                                "{\"spec\":{\"preserveUnknownFields\":false}}")
                        .output())
                .contains("because otherwise all fields are pruned");
        ok(kubectl.run("-n", "kube-system", "rollout", "status", "ds/calico-node", "--timeout=30s"));
    }
}
