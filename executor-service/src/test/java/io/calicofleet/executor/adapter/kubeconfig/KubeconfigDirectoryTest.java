package io.calicofleet.executor.adapter.kubeconfig;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.ClusterId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class KubeconfigDirectoryTest {

    @TempDir
    private Path directory;

    @Test
    void a_file_is_a_cluster_and_what_is_none_is_named() throws IOException {
        // Given
        for (String name :
                new String[] {"a.yaml", "b.kubeconfig", "c", "Not_An_Id.yaml", ".hidden", "a.yml", "ca.crt", "b.key"}) {
            Files.writeString(directory.resolve(name), "x");
        }
        Files.writeString(directory.resolve("clusters.yaml"), "a: {labels: {env: prod}}\n");
        // When
        KubeconfigDirectory.Listing listing = new KubeconfigDirectory(directory).list();
        // Then
        assertThat(listing.files().keySet()).extracting(ClusterId::value).containsExactly("a", "b", "c");
        assertThat(listing.labels()).containsEntry(ClusterId.of("a"), Map.of("env", "prod"));
        assertThat(listing.problems()).containsOnlyKeys("Not_An_Id.yaml", "a.yml");
    }

    @Test
    void labels_that_cannot_be_read_leave_those_read_before() throws IOException {
        KubeconfigDirectory watched = new KubeconfigDirectory(directory);
        Files.writeString(directory.resolve("clusters.yaml"), "a: {labels: {env: prod}}\n");
        watched.list();
        Files.writeString(directory.resolve("clusters.yaml"), "a: {labels: {env\n");

        KubeconfigDirectory.Listing listing = watched.list();

        assertThat(listing.labels()).containsEntry(ClusterId.of("a"), Map.of("env", "prod"));
        assertThat(listing.problems()).containsKey("clusters.yaml");
    }

    @Test
    void a_directory_that_is_not_there_is_a_problem_not_an_empty_fleet() {
        assertThat(new KubeconfigDirectory(directory.resolve("gone")).list().problems())
                .hasSize(1);
    }
}
