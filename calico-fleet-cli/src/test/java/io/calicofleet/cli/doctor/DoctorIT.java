package io.calicofleet.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.Run;
import io.calicofleet.cli.local.Installation;
import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import io.calicofleet.simulator.Simulator;
import io.calicofleet.simulator.SimulatorOptions;
import io.calicofleet.simulator.kubernetes.rbac.Account;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What doctor sees of clusters by their kubeconfigs, where nobody else answers. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
class DoctorIT {

    private static final String RIGHTS = "deploy/kubernetes/executor-permissions.yaml";

    private final Simulator simulator = Simulator.start(SimulatorOptions.quick());

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        simulator.close();
    }

    @Test
    void without_a_planner_it_tells_rights_certificates_and_what_cannot_be_reached_and_no_secret() throws IOException {
        // Given
        String rights = Files.readString(Installation.here().home().resolve(RIGHTS));
        Account whole = account("c01", rights);
        account("c02", rights.replace("verbs: [escalate, bind]", "verbs: [bind]"));
        SimulatedCluster revoked = cluster("c03", rights);
        Account gone = revoked.account("kube-system", "calico-fleet-executor");
        Files.writeString(folder.resolve("c03.yaml"), revoked.kubeconfig(gone));
        revoked.revoke(gone);
        String ended = "e30." + base64("{\"exp\":1700000000}") + ".c2lnbmF0dXJl";
        Files.writeString(
                folder.resolve("c04.yaml"),
                simulator.cluster("c01").kubeconfig().replaceFirst(" token: .*", " token: " + ended));
        Files.writeString(folder.resolve("c05.yaml"), "users: [{token: TOPSECRET");
        Files.writeString(folder.resolve("c06.yaml"), kubeconfig(nobody()));
        Files.writeString(folder.resolve("clusters.yaml"), "c01: {labels: {env: test}}");
        // When
        Run run = Run.of("doctor", "--server", "http://127.0.0.1:" + nobody(), "--kubeconfigs", folder.toString());
        // Then
        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .containsPattern("planner +bad +the server http://127.0.0.1:\\d+ does not answer")
                .containsPattern("rights +ok +c01: has all of executor-permissions.yaml\n")
                .containsPattern(
                        "rights +bad +c02: may not escalate clusterroles.rbac.authorization.k8s.io calico-node,"
                                + " escalate .*, escalate .* and 5 more\n")
                .containsPattern("kubeconfigs +bad +c03, c04: its API server does not know who this is \\(401\\)\n")
                .containsPattern("certificates +bad +the token for c04 ended \\d+ days ago\n")
                .containsPattern("kubeconfigs +bad +c05: c05.yaml: it is no YAML\n")
                .containsPattern("api servers +bad +c06: does not answer: ")
                .containsPattern("certificates +ok +\\d+ good for two weeks or more; the next to end, in \\d+ days: ")
                .contains("kubectl --context CLUSTER apply -f deploy/kubernetes/executor-permissions.yaml.\n")
                .contains(
                        "not looked at: Kafka (--kafka), files of releases (--releases DIR_OR_URL, --target VERSION)\n")
                .doesNotContain("TOPSECRET", ended, whole.token(), "clusters:");
        assertThat(revoked.audit()).isEmpty();
    }

    @Test
    void a_server_that_takes_connections_and_says_nothing_ends_nothing_but_itself() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Files.writeString(folder.resolve("c01.yaml"), kubeconfig(silent.getLocalPort()));

            Run run = Run.of(
                    "doctor",
                    "--server",
                    "http://127.0.0.1:" + silent.getLocalPort(),
                    "--kubeconfigs",
                    folder.toString(),
                    "--kafka",
                    "--bootstrap-servers",
                    "127.0.0.1:" + nobody(),
                    "--timeout",
                    "1s",
                    "-o",
                    "json");

            assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
            assertThat(run.out())
                    .contains("\"what\" : \"c01: not looked at to the end within 1s\"", "\"part\" : \"planner\"");
        }
    }

    @Test
    void the_files_of_a_release_are_read_and_one_that_is_not_there_is_named() {
        String releases = Installation.here().demoReleases().toString();

        Run there = doctor(releases, "v3.28.5");
        Run missing = doctor(releases, "v3.29.9");
        Run refused = Run.of(
                "doctor",
                "--server",
                "http://127.0.0.1:" + nobody(),
                "--target",
                "v3.28.5",
                "--allowed-hosts",
                "mirror.example.org");

        assertThat(there.out()).containsPattern("releases +ok +calico.yaml of v3.28.5 can be had from /");
        assertThat(missing.out()).containsPattern("releases +bad +.*v3.29.9/calico.yaml is not there\n");
        assertThat(refused.out())
                .contains(
                        "nothing is asked of raw.githubusercontent.com: executor.allowed-hosts has mirror.example.org");
        assertThat(Run.of("doctor", "--target", "newest").exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(Run.of("doctor", "--kubeconfigs", folder.resolve("none").toString())
                        .exitCode())
                .isEqualTo(ExitCodes.USAGE);
    }

    private static Run doctor(String releases, String target) {
        return Run.of("doctor", "--server", "http://127.0.0.1:" + nobody(), "--releases", releases, "--target", target);
    }

    private SimulatedCluster cluster(String id, String rights) throws IOException {
        SimulatedCluster cluster = simulator.addCluster(ClusterTemplate.named(id)
                .withKubernetes("v1.23.5")
                .withNodes(1)
                .withManifest(
                        Files.readString(Installation.here().demoReleases().resolve("v3.22.5/calico.yaml"))));
        cluster.apply(rights);
        return cluster;
    }

    private Account account(String id, String rights) throws IOException {
        SimulatedCluster cluster = cluster(id, rights);
        Account account = cluster.account("kube-system", "calico-fleet-executor");
        Files.writeString(folder.resolve(id + ".yaml"), cluster.kubeconfig(account));
        return account;
    }

    private static String kubeconfig(int port) {
        return String.format(Locale.ROOT, """
                current-context: a
                contexts: [{name: a, context: {cluster: a, user: a}}]
                clusters: [{name: a, cluster: {server: "https://127.0.0.1:%d"}}]
                users: [{name: a, user: {token: TOPSECRET}}]
                """, port);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A port where nobody listens. */
    private static int nobody() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
