package io.calicofleet.executor.core.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.model.release.ManifestDocuments;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SecrecyTest {

    @Test
    void nothing_of_a_merge_prints_what_a_secret_holds() {
        // Given
        ManifestDocuments secret = ManifestDocuments.of(List.of(Yaml.object("""
                apiVersion: v1
                kind: Secret
                metadata: {name: calico-etcd-secrets, namespace: kube-system}
                data: {etcd-key: c2VjcmV0}
                """)));
        ManifestDocuments none = ManifestDocuments.of(List.of());
        // When
        MergePlan plan = ManifestMerge.plan(none, none, secret, OnConflict.HOLD);
        // Then
        assertThat(plan.changes()).hasSize(1);
        assertThat(plan + " " + secret).contains("calico-etcd-secrets").doesNotContain("c2VjcmV0");
    }
}
