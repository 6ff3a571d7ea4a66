package io.calicofleet.executor.core.merge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.model.release.ManifestDocuments;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LastAppliedTest {

    private static final String MANIFEST = """
            kind: ConfigMap
            apiVersion: v1
            metadata:
              namespace: kube-system
              name: calico-config
            data:
              veth_mtu: "1440"
              etcd_endpoints: "http://<ETCD_IP>:<ETCD_PORT> & more"
              lines: "a\\n\\tb \\"q\\" ü \\u2028 \\b\\f \\x1f"
            """;

    @Test
    void the_annotation_reads_as_kubectl_writes_it() {
        String encoded = LastApplied.encode(Yaml.object(MANIFEST));

        assertThat(encoded)
                .isEqualTo(
                        "{\"apiVersion\":\"v1\",\"data\":{\"etcd_endpoints\":\"http://\\u003cETCD_IP\\u003e:\\u003cETCD_PORT"
                                + "\\u003e \\u0026 more\",\"lines\":\"a\\n\\tb \\\"q\\\" ü \\u2028 \\b\\f \\u001f\",\"veth_mtu\":\"1440\"},\"kind\":"
                                + "\"ConfigMap\",\"metadata\":{\"annotations\":{},\"name\":\"calico-config\",\"namespace\":"
                                + "\"kube-system\"}}\n");
    }

    @Test
    void what_is_written_remembers_the_merged_manifest() {
        // Given
        ManifestDocuments base = ManifestDocuments.of(Yaml.documents(MANIFEST));
        ManifestDocuments live = ManifestDocuments.of(Yaml.documents(MANIFEST.replace("1440", "8981")));
        ManifestDocuments target = ManifestDocuments.of(Yaml.documents(MANIFEST + "  calico_backend: bird\n"));

        // When
        MergedObject merged = ManifestMerge.plan(base, live, target, OnConflict.HOLD)
                .objects()
                .getFirst();

        // Then
        ObjectNode write = Objects.requireNonNull(merged.write());
        ObjectNode manifest = Objects.requireNonNull(merged.manifest());
        assertThat(write.at("/metadata/annotations").get(LastApplied.ANNOTATION).asText())
                .isEqualTo(LastApplied.encode(manifest))
                .contains("8981")
                .contains("bird");
    }

    @Test
    void an_annotation_that_would_be_too_long_is_left_out() {
        // Given
        ObjectNode target = Yaml.object(MANIFEST);
        ((ObjectNode) target.get("data")).put("big", "x".repeat(300_000));

        // When
        MergedObject merged = ManifestMerge.plan(
                        ManifestDocuments.EMPTY,
                        ManifestDocuments.EMPTY,
                        ManifestDocuments.of(List.of(target)),
                        OnConflict.HOLD)
                .objects()
                .getFirst();

        // Then
        assertThat(Objects.requireNonNull(merged.write())
                        .at("/metadata/annotations")
                        .has(LastApplied.ANNOTATION))
                .isFalse();
    }
}
