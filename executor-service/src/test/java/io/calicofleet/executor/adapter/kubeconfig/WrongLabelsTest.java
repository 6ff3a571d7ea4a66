package io.calicofleet.executor.adapter.kubeconfig;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.calicofleet.event.ClusterId;
import io.calicofleet.executor.adapter.kubeconfig.KubeconfigDirectory.Listing;
import io.calicofleet.fuzz.Seeds;
import io.calicofleet.fuzz.YamlMutator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of labels is read or told to be wrong, whatever it holds; the kubeconfigs beside it are there in any case. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WrongLabelsTest {

    private static final int BURST = 1000;
    private static final String LABELS = """
            c01:
              labels: {env: prod, region: eu-west-1, "a.b/c": ""}
              etcd: {endpoints: ["https://10.0.0.1:2379"], ca: ca.crt, cert: etcd.crt, key: etcd.key}
            c02: {labels: {env: test}}
            """;

    @TempDir
    private Path folder;

    @Test
    void what_is_wrong_with_it_is_told_and_changes_nothing() throws IOException {
        JsonNode right = new YAMLMapper().readTree(LABELS);
        Files.writeString(folder.resolve("c01.yaml"), "apiVersion: v1");
        Seeds.burst(BURST).forEach(seed -> {
            KubeconfigDirectory directory = new KubeconfigDirectory(folder);
            Map<ClusterId, Map<String, String>> before;
            Listing listing;
            try {
                Files.writeString(folder.resolve(KubeconfigDirectory.LABELS), LABELS);
                before = directory.list().labels();
                Files.write(
                        folder.resolve(KubeconfigDirectory.LABELS), new YamlMutator(new Random(seed)).mutated(right));
                listing = directory.list();
            } catch (IOException | RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed " + seed, e);
            }
            assertThat(listing.files()).as("seed %d", seed).containsKey(ClusterId.of("c01"));
            if (listing.problems().containsKey(KubeconfigDirectory.LABELS)) {
                assertThat(listing.labels()).as("seed %d", seed).isEqualTo(before);
                assertThat(listing.problems().values())
                        .allSatisfy(problem -> assertThat(problem).isNotBlank());
            }
            listing.labels().values().forEach(labels -> assertThat(labels).doesNotContainValue(null));
        });
    }
}
