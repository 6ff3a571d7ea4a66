package io.calicofleet.cli.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.calicofleet.broker.FreePorts;
import io.calicofleet.cli.Run;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An image is made, unpacked and run as Kubernetes would: another root, which cannot be written, and a user without rights. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ImagesIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void a_service_runs_from_its_image_without_rights_and_without_a_shell() throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/apt-get")), "no apt-get: the base is made of Debian's packages");
        assumeTrue(mountsAreAllowed(), "no mount namespaces for this user: the image cannot be run");
        Path images = folder.resolve("images");

        Run run = Run.of("images", "--tar", images.toString(), "--only", "verifier", "--tag", "test");

        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        try (Stream<Path> files = Files.list(images)) {
            assertThat(files).containsExactly(images.resolve("verifier-service.tar"));
        }
        Path root = Files.createDirectory(folder.resolve("root"));
        JsonNode config = unpack(images.resolve("verifier-service.tar"), root).path("config");
        assertThat(config.path("User").asText()).isEqualTo("185:185");
        try (Stream<Path> files = Files.walk(root)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString()))
                    .contains("libc.so.6", "ca-certificates.crt")
                    .doesNotContain("sh", "bash", "dash", "busybox", "apt-get", "dpkg");
        }

        assertThat(told(root)).as("the SBOM names each library").containsAll(libraries(root));

        int port = FreePorts.next();
        Process service = start(root, port, config.path("Entrypoint"));
        try {
            URI live = URI.create("http://127.0.0.1:" + port + "/q/health/live");
            await().atMost(Duration.ofMinutes(3))
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> {
                        assertThat(service.isAlive()).as(this::said).isTrue();
                        return get(live) == 200;
                    });
            assertThat(said()).contains("read-only, as 185");
            // As Kubernetes ends it; unshare itself overlooks that.
            service.descendants().forEach(ProcessHandle::destroy);
            assertThat(service.waitFor(60, TimeUnit.SECONDS)).as(this::said).isTrue();
        } finally {
            service.destroyForcibly();
        }
    }

    @Test
    void where_it_is_to_go_has_to_be_said_and_a_base_has_to_be_there() {
        assertThat(Run.of("images")).satisfies(run -> {
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.err()).contains("--tar=DIR | --push=REGISTRY");
        });
        assertThat(Run.of("images", "--tar", folder.toString(), "--base", "none.tar"))
                .satisfies(run -> {
                    assertThat(run.exitCode()).isEqualTo(2);
                    assertThat(run.err()).contains("--base is none.tar, and there is no such file");
                });
        assertThat(folder).isEmptyDirectory();
    }

    /** What the image says it is made of, as Quarkus names the files of libraries. */
    private static Set<String> told(Path root) throws IOException {
        JsonNode sbom = JSON.readTree(root.resolve("deployments/sbom.cdx.json").toFile());
        assertThat(sbom.path("bomFormat").asText()).isEqualTo("CycloneDX");
        Set<String> told = new TreeSet<>();
        sbom.path("components")
                .forEach(component -> told.add(component.path("group").asText() + "."
                        + component.path("name").asText() + "-"
                        + component.path("version").asText() + ".jar"));
        return told;
    }

    private static List<String> libraries(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root.resolve("deployments/lib"))) {
            List<String> libraries = files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .toList();
            assertThat(libraries).hasSizeGreaterThan(50);
            return libraries;
        }
    }

    /** Lays the layers over each other; returns the image's configuration. */
    private JsonNode unpack(Path tar, Path root) throws Exception {
        Path image = Files.createDirectory(folder.resolve("image"));
        tar(tar, image);
        JsonNode manifest =
                JSON.readTree(image.resolve("manifest.json").toFile()).path(0);
        assertThat(manifest.at("/RepoTags/0").asText()).isEqualTo("calico-fleet/verifier-service:test");
        for (JsonNode layer : manifest.path("Layers")) {
            tar(image.resolve(layer.asText()), root);
        }
        return JSON.readTree(image.resolve(manifest.path("Config").asText()).toFile());
    }

    private void tar(Path file, Path into) throws Exception {
        Programs.run(folder, "tar", "--warning=no-unknown-keyword", "-xf", file.toString(), "-C", into.toString());
    }

    /** Kafka is not there: a service is up without it, and says that it waits. */
    private Process start(Path root, int port, JsonNode entrypoint) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "unshare",
                "--mount",
                "--pid",
                "--fork",
                "--kill-child",
                "sh",
                "-c",
                """
                set -e; root=$1; port=$2; shift 2
                mount --bind "$root" "$root"; mount -o remount,bind,ro "$root"
                mount -t tmpfs tmpfs "$root/tmp"; mount -t proc proc "$root/proc"
                if touch "$root/file" 2>/dev/null; then exit 1; fi
                echo "read-only, as 185"
                exec env -i KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:1 QUARKUS_HTTP_PORT="$port" \
                  /usr/sbin/chroot --userspec=185:185 "$root" "$@"
                """,
                "sh",
                root.toString(),
                Integer.toString(port)));
        entrypoint.forEach(word -> command.add(word.asText()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said.txt").toFile())
                .start();
    }

    private String said() {
        try {
            return Files.readString(folder.resolve("said.txt"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static int get(URI uri) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private static boolean mountsAreAllowed() throws IOException, InterruptedException {
        return new ProcessBuilder("unshare", "--mount", "--pid", "--fork", "true")
                        .start()
                        .waitFor()
                == 0;
    }
}
