package io.calicofleet.executor.adapter.kubeconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calicofleet.event.ClusterId;
import io.calicofleet.executor.core.datastore.EtcdAccess;
import io.calicofleet.executor.port.ClusterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    void a_field_nobody_knows_and_a_cluster_named_twice_are_errors_and_not_overlooked() throws IOException {
        assertThat(problem("a: {}\nb.c: {lables: {env: prod}}\n"))
                .isEqualTo("line 2: b.c has no field lables, but labels and etcd; did you mean labels?");
        assertThat(problem("a: {labels: {env: prod}}\na: {labels: {env: test}}\n"))
                .isEqualTo("line 2: 'a' stands here for the second time, first in line 1: keep one of them");
        assertThat(problem("a: {}\n---\na: {}\n")).isEqualTo("line 3: a stands in two documents: keep one of them");
        assertThat(problem("x: &x {labels: {env: prod}}\na: *x\n"))
                .startsWith("line 1: ")
                .contains("anchor");
        assertThat(problem("a: {labels: {env: \"" + "x".repeat(5 * 1024 * 1024) + "\"}}\n"))
                .contains("at most");
    }

    @Test
    void a_value_of_another_form_is_an_error_with_its_line() throws IOException {
        assertThat(problem("- a\n")).contains("no map of cluster ids");
        assertThat(problem("a:\n  labels: prod\n")).startsWith("line 2: labels is no map");
        assertThat(problem("a:\n  labels:\n    example.com/env: [x]\n"))
                .isEqualTo("line 3: the label example.com/env of a is no text");
        assertThat(problem("a:\n  labels: {}\n  etcd: {endpoint: x}\n"))
                .isEqualTo("line 3: etcd has no field endpoint, but endpoints, ca, cert and key");
        assertThat(problem("Not_An_Id: {}\n")).startsWith("line 1: 'Not_An_Id' is no cluster id");
    }

    @Test
    void all_that_is_wrong_is_told_at_once() throws IOException {
        assertThat(problem("a: {label: {env: prod}}\nNo: {}\nb: {labels: {env: [x]}, etcd: {endpoint: x}}\n"))
                .containsSubsequence(
                        "line 1: a has no field label, but labels and etcd; did you mean labels?; ",
                        "line 2: 'No' is no cluster id",
                        "line 3: the label env of b is no text; ",
                        "line 3: etcd has no field endpoint");
    }

    @Test
    void labels_of_a_cluster_that_is_not_there_are_told_with_the_nearest_and_the_others_are_used() throws IOException {
        Files.writeString(directory.resolve("eu-west-1.yaml"), "x");
        Files.writeString(
                directory.resolve("clusters.yaml"),
                "eu-west-1: {labels: {env: prod}}\neu-wset-1: {labels: {env: prod}}\n");

        KubeconfigDirectory.Listing listing = new KubeconfigDirectory(directory).list();

        assertThat(listing.problems())
                .containsExactly(Map.entry(
                        "clusters.yaml, eu-wset-1",
                        "line 2: there is no kubeconfig of eu-wset-1; did you mean eu-west-1?"));
        assertThat(listing.labels()).containsEntry(ClusterId.of("eu-west-1"), Map.of("env", "prod"));
    }

    @Test
    void labels_in_an_empty_directory_are_no_problem_since_kubeconfigs_may_come_later() throws IOException {
        Files.writeString(directory.resolve("clusters.yaml"), "a: {labels: {env: prod}}\n");

        assertThat(new KubeconfigDirectory(directory).list().problems()).isEmpty();
    }

    @Test
    void the_value_of_a_label_is_the_text_that_stands_there() throws IOException {
        Files.writeString(
                directory.resolve("clusters.yaml"), "a: {labels: {yes: off, rack: 0123, size: 7, v: 1.10}}\n");

        assertThat(new KubeconfigDirectory(directory).list().labels())
                .containsEntry(ClusterId.of("a"), Map.of("yes", "off", "rack", "0123", "size", "7", "v", "1.10"));
    }

    private String problem(String text) throws IOException {
        Files.writeString(directory.resolve("clusters.yaml"), text);
        return new KubeconfigDirectory(directory).list().problems().get("clusters.yaml");
    }

    @Test
    void a_directory_that_is_not_there_is_a_problem_not_an_empty_fleet() {
        assertThat(new KubeconfigDirectory(directory.resolve("gone")).list().problems())
                .hasSize(1);
    }

    @Test
    void a_directory_that_is_away_for_a_moment_takes_no_cluster_away() throws IOException {
        Path moved = directory.resolve("kubeconfigs");
        Files.createDirectory(moved);
        Files.writeString(moved.resolve("a.yaml"), "x");
        KubeconfigDirectory watched = new KubeconfigDirectory(moved);
        KubeconfigDirectory.Listing before = watched.list();
        Files.move(moved, directory.resolve("away"));

        KubeconfigDirectory.Listing away = watched.list();

        assertThat(away.files()).isEqualTo(before.files());
        assertThat(away.problems()).hasSize(1);
        Files.move(directory.resolve("away"), moved);
        Files.delete(moved.resolve("a.yaml"));
        assertThat(watched.list().files()).isEmpty();
    }

    @Test
    void an_access_to_etcd_is_read_with_the_files_beside_it_each_time_it_is_used() throws IOException {
        Files.writeString(directory.resolve("clusters.yaml"), """
                a: {labels: {env: prod}, etcd: {endpoints: ["https://10.0.0.1:2379"], ca: ca.crt, cert: a.crt, key: a.key}}
                b: {etcd: {endpoints: ["http://10.0.0.2:2379"]}}
                """);
        for (String file : new String[] {"ca.crt", "a.crt", "a.key"}) {
            Files.writeString(directory.resolve(file), "of " + file);
        }
        KubeconfigDirectory.Listing listing = new KubeconfigDirectory(directory).list();

        EtcdFiles files = listing.etcds().get(ClusterId.of("a"));
        assertThat(files.read())
                .isEqualTo(new EtcdAccess(List.of("https://10.0.0.1:2379"), "of ca.crt", "of a.crt", "of a.key"));
        assertThat(files.read().toString()).isEqualTo("etcd at https://10.0.0.1:2379");
        Files.writeString(directory.resolve("a.key"), "renewed");
        assertThat(files.read().key()).isEqualTo("renewed");
        Files.delete(directory.resolve("a.key"));
        assertThatThrownBy(files::read)
                .isInstanceOfSatisfying(
                        ClusterException.class,
                        e -> assertThat(e.problem()).isEqualTo(ClusterException.Problem.DATASTORE_UNAVAILABLE));
        assertThat(listing.etcds().get(ClusterId.of("b")).read().ca()).isEmpty();
        assertThat(listing.problems()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{endpoint: \"https://10.0.0.1:2379\"}",
                "{endpoints: []}",
                "{endpoints: [\"10.0.0.1:2379\"]}",
                "{endpoints: [\"https://10.0.0.1:2379\"], cert: a.crt}"
            })
    void an_access_to_etcd_that_cannot_be_meant_so_is_a_problem(String etcd) throws IOException {
        Files.writeString(directory.resolve("clusters.yaml"), "a: {etcd: " + etcd + "}\n");

        KubeconfigDirectory.Listing listing = new KubeconfigDirectory(directory).list();

        assertThat(listing.problems()).containsOnlyKeys("clusters.yaml");
        assertThat(listing.etcds()).isEmpty();
    }
}
