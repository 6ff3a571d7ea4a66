package io.calicofleet.executor.adapter.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FailureReason;
import io.calicofleet.executor.port.ReleaseException;
import io.calicofleet.model.release.ReleaseFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReleasesTest {

    private static final CalicoVersion VERSION = CalicoVersion.parse("v3.22.5");
    private static final String WHOLE = """
            kind: CustomResourceDefinition
            apiVersion: apiextensions.k8s.io/v1
            metadata: {name: ippools.crd.projectcalico.org, creationTimestamp: 2020-01-01T00:00:00Z}
            ---
            kind: ConfigMap
            apiVersion: v1
            metadata: {name: calico-config, namespace: kube-system}
            data: {mode: 0400}
            """;

    @TempDir
    private Path directory;

    private Releases releases;

    @BeforeEach
    void open() {
        releases = Releases.of(directory.resolve("releases").toString(), directory.resolve("cache"));
    }

    @Test
    void a_file_is_read_as_kubectl_reads_it() throws IOException {
        write("calico.yaml", WHOLE);

        var documents = releases.manifest(VERSION, "calico.yaml")
                .orElseThrow()
                .documents()
                .objects()
                .values();

        assertThat(documents).hasSize(2);
        assertThat(documents)
                .anySatisfy(document ->
                        assertThat(document.at("/data/mode").asInt()).isEqualTo(256))
                .anySatisfy(document -> assertThat(
                                document.at("/metadata/creationTimestamp").asText())
                        .isEqualTo("2020-01-01T00:00:00Z"));
    }

    @Test
    void a_file_that_changed_since_it_was_read_first_is_refused_even_after_a_restart() throws IOException {
        write("calico.yaml", WHOLE);
        releases.manifest(VERSION, "calico.yaml");
        write("calico.yaml", WHOLE.replace("0400", "0777"));
        open();

        assertThatThrownBy(() -> releases.manifest(VERSION, "calico.yaml"))
                .isInstanceOfSatisfying(
                        ReleaseException.class, e -> assertThat(e.reason()).isEqualTo(FailureReason.RELEASE_CHANGED));
    }

    @Test
    void a_file_that_changed_is_refused_also_by_who_has_read_it() throws IOException {
        write("calico.yaml", WHOLE);
        Path path = directory.resolve("releases/" + VERSION + "/calico.yaml");
        Files.setLastModifiedTime(path, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        ReleaseFile first = releases.manifest(VERSION, "calico.yaml").orElseThrow();
        assertThat(releases.manifest(VERSION, "calico.yaml"))
                .as("not read again")
                .containsSame(first);
        write("calico.yaml", WHOLE.replace("0400", "0777"));

        assertThatThrownBy(() -> releases.manifest(VERSION, "calico.yaml"))
                .isInstanceOfSatisfying(
                        ReleaseException.class, e -> assertThat(e.reason()).isEqualTo(FailureReason.RELEASE_CHANGED));
    }

    @Test
    void a_manifest_that_lost_its_definitions_is_refused() throws IOException {
        write("calico.yaml", WHOLE.substring(WHOLE.indexOf("---")));

        assertThatThrownBy(() -> releases.manifest(VERSION, "calico.yaml")).hasMessageContaining("is not whole");
    }

    @Test
    void a_file_that_is_not_there_is_no_failure_and_a_directory_that_is_not_there_is_one() throws IOException {
        assertThatThrownBy(() -> releases.manifest(VERSION, "calico.yaml")).hasMessageContaining("no directory");
        Files.createDirectories(directory.resolve("releases"));
        assertThat(releases.manifest(VERSION, "calico.yaml")).isEmpty();
    }

    @Test
    void calico_publishes_releases_under_their_tag_and_older_ones_in_the_archives() {
        assertThat(HttpFiles.official(CalicoVersion.parse("v3.28.5"), "calico.yaml"))
                .hasToString("https://raw.githubusercontent.com/projectcalico/calico/v3.28.5/manifests/calico.yaml");
        assertThat(HttpFiles.official(VERSION, "calico.yaml"))
                .hasToString("https://projectcalico.docs.tigera.io/archive/v3.22/manifests/calico.yaml");
        assertThat(HttpFiles.official(CalicoVersion.parse("v3.13.4"), "canal.yaml"))
                .hasToString("https://docs.projectcalico.org/archive/v3.13/manifests/canal.yaml");
    }

    private void write(String file, String text) throws IOException {
        Path path = directory.resolve("releases").resolve(VERSION.toString()).resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
