package io.calicofleet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.FakePlanner;
import io.calicofleet.cli.Run;
import io.calicofleet.kafka.EventJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReleasesCommandTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void releases() throws IOException {
        write("v3.30.1", "calico.yaml", nodes("calico-node", "docker.io", "v3.30.1", "autodetect") + define("old"));
        write(
                "v3.31.0",
                "calico.yaml",
                nodes("calico-node", "quay.io", "v3.31.0", "can-reach=8.8.8.8") + define("new"));
        write("v3.30.1", "canal.yaml", nodes("canal", "docker.io", "v3.30.1", "") + define("old"));
        write("v3.31.0", "canal.yaml", nodes("canal", "quay.io", "v3.31.0", "") + define("new"));
        write("v3.31.0", "calico-typha.yaml", nodes("calico-node", "quay.io", "v3.31.0", "autodetect"));
        write("v3.30.1", "tigera-operator.yaml", define("same"));
        write("v3.31.0", "operator-crds.yaml", define("same"));
    }

    private void write(String version, String file, String text) throws IOException {
        Files.createDirectories(folder.resolve(version));
        Files.writeString(folder.resolve(version).resolve(file), text);
    }

    private static String nodes(String name, String registry, String version, String ip) {
        return String.format("""
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: %s, namespace: kube-system}
            spec:
              template:
                spec:
                  containers:
                    - name: calico-node
                      image: %s/calico/node:%s
                      env:
                        - {name: IP, value: "%s"}
            """, name, registry, version, ip);
    }

    private static String define(String field) {
        return String.format("""
            ---
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: felixconfigurations.crd.projectcalico.org}
            spec:
              group: crd.projectcalico.org
              names: {kind: FelixConfiguration}
              versions:
                - name: v1
                  storage: true
                  schema: {openAPIV3Schema: {properties: {spec: {properties: {%s: {type: string}}}}}}
            """, field);
    }

    private Run diff(String... arguments) {
        String[] all = new String[arguments.length + 4];
        all[0] = "releases";
        all[1] = "diff";
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        all[all.length - 2] = "--releases";
        all[all.length - 1] = folder.toString();
        return Run.of(all);
    }

    @Test
    void says_what_changes_by_area_and_in_which_files() {
        Run run = diff("v3.30.1", "v3.31.0");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(run.out().lines())
                .startsWith(
                        "v3.30.1 to v3.31.0: 6 changes in calico.yaml, canal.yaml, tigera-operator.yaml",
                        "Only v3.31.0 has calico-typha.yaml.")
                .containsSubsequence(
                        "images",
                        "environment",
                        "~  DaemonSet kube-system/calico-node  calico-node IP  autodetect -> can-reach=8.8.8.8  calico.yaml",
                        "fields",
                        "-  felixconfigurations.crd.projectcalico.org  1 field  spec.old  calico.yaml, canal.yaml");
        assertThat(run.out()).contains("docker.io/calico/node -> quay.io/calico/node");
    }

    @Test
    void an_object_that_left_a_file_of_the_operator_is_told_with_where_it_is() {
        assertThat(diff("v3.30.1", "v3.31.0", "--file", "tigera-operator.yaml").exitCode())
                .isEqualTo(ExitCodes.USAGE);
        assertThat(diff("v3.30.1", "v3.31.0").out()).contains("file  tigera-operator.yaml -> operator-crds.yaml");
    }

    @Test
    void a_chart_is_read_from_its_archive() throws IOException {
        chart("v3.30.1", "kubeletVolumePluginPath: /var/lib/kubelet");
        chart("v3.31.0", "installation: {kubeletVolumePluginPath: None}");

        assertThat(diff("v3.30.1", "v3.31.0", "--file", "tigera-operator.tgz").out())
                .startsWith("v3.30.1 to v3.31.0: 2 changes in tigera-operator.tgz")
                .contains("values of the chart", "kubeletVolumePluginPath");
        Files.move(
                folder.resolve("v3.30.1/tigera-operator-v3.30.1.tgz"),
                folder.resolve("v3.31.0/tigera-operator-v3.31.0.tgz"),
                StandardCopyOption.REPLACE_EXISTING);
        chart("v3.30.1", "");
        assertThat(diff("v3.30.1", "v3.31.0", "--file", "tigera-operator.tgz").err())
                .contains("it is the chart tigera-operator v3.30.1");
    }

    private void chart(String version, String values) throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        put(tar, "Chart.yaml", "{name: tigera-operator, version: " + version + "}");
        put(tar, "values.yaml", values);
        tar.write(new byte[1024]);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(
                Files.createDirectories(folder.resolve(version)).resolve("tigera-operator-" + version + ".tgz")))) {
            tar.writeTo(out);
        }
    }

    private static void put(ByteArrayOutputStream tar, String name, String text) throws IOException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        byte[] header = new byte[512];
        byte[] path = ("tigera-operator/" + name).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(path, 0, header, 0, path.length);
        byte[] size = String.format("%011o", content.length).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(size, 0, header, 124, size.length);
        header[156] = '0';
        tar.write(header);
        tar.write(content);
        tar.write(new byte[(512 - content.length % 512) % 512]);
    }

    @Test
    void compares_the_files_that_are_named() {
        Run run = diff("v3.30.1", "v3.31.0", "--file", "canal.yaml");

        assertThat(run.out())
                .startsWith("v3.30.1 to v3.31.0: 4 changes in canal.yaml")
                .doesNotContain("IP", " IN");
    }

    @Test
    void has_every_change_for_programs() throws IOException {
        JsonNode document = EventJson.mapper()
                .readTree(diff("v3.30.1", "v3.31.0", "-o", "json").out());

        assertThat(document.path("from").asText()).isEqualTo("v3.30.1");
        assertThat(document.at("/onlyIn/calico-typha.yaml").asText()).isEqualTo("v3.31.0");
        assertThat(document.path("changes"))
                .anySatisfy(change -> {
                    assertThat(change.path("area").asText()).isEqualTo("environment");
                    assertThat(change.path("before").asText()).isEqualTo("autodetect");
                    assertThat(change.at("/files/0").asText()).isEqualTo("calico.yaml");
                })
                .anySatisfy(change -> {
                    assertThat(change.path("item").asText()).isEqualTo("spec.old");
                    assertThat(change.path("after").isNull()).isTrue();
                });
    }

    @Test
    void a_file_of_another_release_is_refused_by_its_images() throws IOException {
        write("v3.30.0", "calico.yaml", nodes("calico-node", "docker.io", "v3.30.1", ""));

        Run run = diff("v3.30.0", "v3.31.0");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.err()).contains("v3.30.0/calico.yaml is not of v3.30.0", "v3.30.1");
    }

    @Test
    void a_release_published_with_the_images_of_the_patch_before_is_compared() throws IOException {
        write("v3.30.2", "calico.yaml", nodes("calico-node", "docker.io", "v3.30.1", "autodetect") + define("old"));

        assertThat(diff("v3.30.1", "v3.30.2").out()).startsWith("v3.30.1 to v3.30.2: 0 changes in calico.yaml");
    }

    @Test
    void what_is_not_there_is_said() {
        assertThat(diff("v3.30.1", "v3.99.0"))
                .satisfies(run -> assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE))
                .satisfies(run -> assertThat(run.err()).contains("nothing of v3.99.0"));
        assertThat(diff("3.30", "v3.31.0").err()).contains("'3.30' is no release of Calico");
        assertThat(diff("v3.31.0").exitCode()).isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void reads_from_a_url_and_says_where_it_does_not_answer() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            Path file = folder.resolve(exchange.getRequestURI().getPath().substring(1));
            boolean known = Files.isRegularFile(file);
            byte[] body = known ? Files.readAllBytes(file) : "no".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(known ? 200 : 404, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        try {
            Run run = Run.of("releases", "diff", "v3.30.1", "v3.31.0", "--releases", url);
            assertThat(run.out()).startsWith("v3.30.1 to v3.31.0: 6 changes in calico.yaml, canal.yaml");
        } finally {
            server.stop(0);
        }
        Run run = Run.of("releases", "diff", "v3.30.1", "v3.31.0", "--releases", url);
        assertThat(run.exitCode()).isEqualTo(ExitCodes.UNREACHABLE);
        assertThat(run.err()).contains(url + "/v3.30.1/calico.yaml cannot be read");
    }

    @Test
    void for_a_cluster_compares_what_it_is_made_of_and_leaves_out_what_is_merely_new() {
        try (FakePlanner planner = new FakePlanner()) {
            planner.on("GET", "/clusters/eu", 200, """
                    {"cluster":"eu","executor":"e","labels":{},"reachable":true,"problem":"","summary":"eu",
                     "installMethod":"manifest-canal","calicoVersion":"v3.30.1","kubernetesVersion":"v1.32.0"}""");
            planner.onEvents("");

            Run run = diff("v3.31.0", "--cluster", "eu", "--server", planner.url());

            assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.OK);
            assertThat(run.out().lines())
                    .startsWith(
                            "eu: v3.30.1, installed by manifest-canal, as its executor announced",
                            "v3.30.1 to v3.31.0: 3 changes in canal.yaml");
            assertThat(run.out()).contains("spec.old").doesNotContain("spec.new");
        }
    }

    @Test
    void for_a_cluster_that_was_inspected_for_this_upgrade_shows_what_blocks_it_and_only_what_touches_it() {
        try (FakePlanner planner = new FakePlanner()) {
            planner.on("GET", "/clusters/eu", 200, """
                    {"cluster":"eu","executor":"e","labels":{},"reachable":true,"problem":"","summary":"eu",
                     "installMethod":"manifest-canal","calicoVersion":"v3.30.1","kubernetesVersion":"v1.32.0"}""");
            planner.onEvents("id: 1\nevent: step.succeeded\ndata: " + """
                    {"data":{"facts":{"kubernetesVersion":"v1.32.0","installMethod":"manifest-canal","nodes":1,
                    "nodesNotReady":0,"temporaryPolicyPresent":false,"applicationLayerPolicy":false,
                    "calicoVersion":"v3.30.1","releases":{"target":"v3.31.0/canal.yaml","targetWhere":"here"},
                    "releaseChanges":[{"effect":"blocks","sentence":"Felix sets spec.old."},
                    {"effect":"warns","sentence":"spec.x is y."},
                    {"effect":"tells","sentence":"images: from: docker.io/calico/node -> quay.io/calico/node"}]}}}""".replace("\n", "") + "\n\n");

            Run run = diff("v3.31.0", "--cluster", "eu", "--server", planner.url());

            assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.OK);
            assertThat(run.out().lines())
                    .startsWith(
                            "eu: v3.30.1, installed by manifest-canal, as its newest inspection found",
                            "v3.30.1 to v3.31.0: 1 change in canal.yaml")
                    .containsSubsequence(
                            "blocks the upgrade of this cluster",
                            "   Felix sets spec.old.",
                            "changes what this cluster does",
                            "   spec.x is y.",
                            "images");
            assertThat(run.out()).doesNotContain("felixconfigurations");
            assertThat(diff("v3.31.0", "--cluster", "eu", "--server", planner.url(), "-o", "json")
                            .out())
                    .contains("\"blocks\" : [ \"Felix sets spec.old.\" ]");
        }
    }
}
