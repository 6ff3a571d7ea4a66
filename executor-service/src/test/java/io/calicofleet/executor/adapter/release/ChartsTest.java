package io.calicofleet.executor.adapter.release;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailureReason;
import io.calicofleet.executor.core.helm.HelmChart;
import io.calicofleet.executor.port.ReleaseException;
import io.calicofleet.model.Digests;
import io.calicofleet.runtime.http.Outgoing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ChartsTest {

    private static final Outgoing ANYWHERE = new Outgoing(List.of(), "executor.allowed-hosts");

    private static final CalicoVersion VERSION = CalicoVersion.parse("v3.22.5");

    @TempDir
    private Path directory;

    private final Map<String, byte[]> served = new ConcurrentHashMap<>();
    private HttpServer server;
    private String address;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        address = "127.0.0.1:" + server.getAddress().getPort();
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            boolean token =
                    "Bearer anonymous".equals(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] body = served.get(path);
            if (path.startsWith("/v2/") && !token) {
                exchange.getResponseHeaders()
                        .add("WWW-Authenticate", "Bearer realm=\"http://" + address + "/token\",service=\"it\"");
                exchange.sendResponseHeaders(401, -1);
            } else {
                exchange.sendResponseHeaders(body == null ? 404 : 200, body == null ? -1 : body.length);
                if (body != null) {
                    exchange.getResponseBody().write(body);
                }
            }
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void reads_a_chart_from_a_repository_and_then_from_the_cache() throws IOException {
        // Given
        byte[] archive = archive("tigera-operator", "v3.22.5");
        served.put("/charts/index.yaml", index(Digests.sha256(archive)));
        served.put("/charts/tigera-operator-v3.22.5.tgz", archive);
        Charts charts = new Charts(null, directory, ANYWHERE);
        // When
        HelmChart chart = charts.chart(VERSION, "http://" + address + "/charts");
        served.clear();
        HelmChart again = charts.chart(VERSION, "http://" + address + "/charts");
        // Then
        assertThat(chart.version()).isEqualTo("v3.22.5");
        assertThat(chart.files()).containsOnlyKeys("Chart.yaml", "crds/" + "long-".repeat(30) + ".yaml");
        assertThat(again.files()).hasSameSizeAs(chart.files());
    }

    @Test
    void refuses_what_differs_from_the_checksum_of_the_repository() throws IOException {
        // Given
        served.put("/charts/index.yaml", index("0".repeat(64)));
        served.put("/charts/tigera-operator-v3.22.5.tgz", archive("tigera-operator", "v3.22.5"));
        // When
        refused(new Charts(null, directory, ANYWHERE), "http://" + address + "/charts", "its source says 000");
    }

    @Test
    void reads_a_chart_from_an_oci_registry_that_asks_for_a_token() throws IOException {
        // Given
        byte[] archive = archive("tigera-operator", "v3.22.5");
        String digest = Digests.sha256(archive);
        served.put("/token", "{\"token\": \"anonymous\"}".getBytes(UTF_8));
        served.put(
                "/v2/calico/tigera-operator/manifests/v3.22.5",
                ("{\"layers\": [{\"mediaType\": \"application/vnd.cncf.helm.chart.content.v1.tar+gzip\","
                                + " \"digest\": \"sha256:" + digest + "\"}]}")
                        .getBytes(UTF_8));
        served.put("/v2/calico/tigera-operator/blobs/sha256:" + digest, archive);
        // When
        HelmChart chart =
                new Charts(null, directory, ANYWHERE).chart(VERSION, "oci://" + address + "/calico/tigera-operator");
        // Then
        assertThat(chart.name()).isEqualTo("tigera-operator");
    }

    @Test
    void takes_the_chart_beside_the_manifests_before_any_repository() throws IOException {
        // Given
        Path file =
                Files.createDirectories(directory.resolve("releases/v3.22.5")).resolve("tigera-operator-v3.22.5.tgz");
        Files.write(file, archive("tigera-operator", "v3.22.5"));
        Charts charts = new Charts(directory.resolve("releases").toString(), directory.resolve("cache"), ANYWHERE);
        // When
        assertThat(charts.chart(VERSION, null).version()).isEqualTo("v3.22.5");
        // Then
        Files.write(file, archive("tigera-operator", "v3.22.5 # changed"));
        assertThatThrownBy(() -> charts.chart(VERSION, null))
                .isInstanceOfSatisfying(
                        ReleaseException.class, e -> assertThat(e.reason()).isEqualTo(FailureReason.RELEASE_CHANGED));
    }

    @Test
    void refuses_another_chart_another_version_and_what_is_not_there() throws IOException {
        // Given
        Charts charts = new Charts(directory.toString(), directory.resolve("cache"), ANYWHERE);
        Path file = directory.resolve("x.tgz");
        // Then
        Files.write(file, archive("tigera-operator", "v3.22.4"));
        refused(charts, file.toString(), "is tigera-operator v3.22.4");
        Path other = directory.resolve("y.tgz");
        Files.write(other, archive("calico", "v3.22.5"));
        refused(charts, other.toString(), "is calico v3.22.5");
        refused(charts, "http://" + address + "/none", "is 404");
        refused(charts, directory.resolve("none.tgz").toString(), "none.tgz");
    }

    @Test
    void reads_no_file_of_this_machine_outside_of_the_releases() throws IOException {
        Path releases = Files.createDirectories(directory.resolve("releases"));
        Path outside = directory.resolve("x.tgz");
        Files.write(outside, archive("tigera-operator", "v3.22.5"));
        Files.createSymbolicLink(releases.resolve("link.tgz"), outside);
        Files.createSymbolicLink(releases.resolve("zero"), Path.of("/dev/zero"));
        Charts charts = new Charts(releases.toString(), directory.resolve("cache"), ANYWHERE);

        for (String where : List.of("/dev/zero", "../x.tgz", outside.toString(), "link.tgz", "zero")) {
            refused(charts, where, "not in the folder of the releases");
        }
        refused(new Charts(null, directory, ANYWHERE), outside.toString(), "executor.releases");
    }

    @Test
    void reads_a_chart_by_its_place_in_the_folder_of_the_releases() throws IOException {
        Path releases = Files.createDirectories(directory.resolve("releases/ours"));
        Files.write(releases.resolve("x.tgz"), archive("tigera-operator", "v3.22.5"));
        Charts charts = new Charts(directory.resolve("releases").toString(), directory.resolve("cache"), ANYWHERE);

        assertThat(charts.chart(VERSION, "ours/x.tgz").version()).isEqualTo("v3.22.5");
    }

    @Test
    void gives_up_an_answer_that_is_larger_or_slower_than_a_chart() throws IOException {
        served.put("/large", new byte[3 * 1024 * 1024]);
        BoundedHttp http = new BoundedHttp(ANYWHERE, 2 * 1024 * 1024, Duration.ofSeconds(1));
        CountDownLatch end = new CountDownLatch(1);
        server.createContext("/slow", exchange -> {
            exchange.sendResponseHeaders(200, 10);
            exchange.getResponseBody().write('x');
            exchange.getResponseBody().flush();
            awaitUninterruptibly(end);
            exchange.close();
        });

        try {
            assertThatThrownBy(() -> http.get(URI.create("http://" + address + "/large"), ""))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the answer is larger than 2 MiB");
            assertThatThrownBy(() -> http.get(URI.create("http://" + address + "/slow"), ""))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the answer is not complete after 1 s");
        } finally {
            end.countDown();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void refused(Charts charts, String where, String why) {
        assertThatThrownBy(() -> charts.chart(VERSION, where)).isInstanceOfSatisfying(ReleaseException.class, e -> {
            assertThat(e.reason()).isEqualTo(FailureReason.CHART_UNAVAILABLE);
            assertThat(e.message()).contains(why);
        });
    }

    private static byte[] index(String digest) {
        return ("entries: {tigera-operator: [{version: v3.22.5, digest: \"" + digest
                        + "\", urls: [tigera-operator-v3.22.5.tgz]}]}")
                .getBytes(UTF_8);
    }

    /** A chart as {@code helm package} makes it, with a name too long for a plain header. */
    private static byte[] archive(String name, String version) throws IOException {
        Map<String, String> files = new TreeMap<>();
        files.put("Chart.yaml", "apiVersion: v2\nname: " + name + "\nversion: " + version + "\n");
        files.put("crds/" + "long-".repeat(30) + ".yaml", "kind: CustomResourceDefinition\n");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                String path = name + "/" + file.getKey();
                if (path.length() > 100) {
                    String record = " path=" + path + "\n";
                    entry(gzip, 'x', "pax", (record.length() + 3) + record);
                }
                entry(gzip, '0', path.substring(0, Math.min(100, path.length())), file.getValue());
            }
            gzip.write(new byte[1024]);
        }
        return bytes.toByteArray();
    }

    private static void entry(GZIPOutputStream to, char type, String name, String content) throws IOException {
        byte[] header = new byte[512];
        System.arraycopy(name.getBytes(UTF_8), 0, header, 0, name.length());
        byte[] size = String.format(Locale.ROOT, "%011o", content.length()).getBytes(UTF_8);
        System.arraycopy(size, 0, header, 124, size.length);
        header[156] = (byte) type;
        to.write(header);
        to.write(content.getBytes(UTF_8));
        to.write(new byte[(512 - content.length() % 512) % 512]);
    }
}
