package io.calicofleet.executor.core.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.Yaml;
import io.calicofleet.model.Json;
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

    @Test
    void a_password_in_a_text_of_yaml_or_json_is_hidden_and_the_rest_of_it_is_shown() {
        assertThat(shown("user: felix\npassword: hunter2\nport: 2379"))
                .isEqualTo("user: felix\npassword: (hidden)\nport: 2379");
        assertThat(shown("- api-key: 'abc'  # old\n- name: x")).isEqualTo("- api-key: (hidden)  # old\n- name: x");
        assertThat(shown("{\"name\": \"k8s\", \"client_secret\": \"s3\", \"mtu\": 1410}"))
                .isEqualTo("{\"name\": \"k8s\", \"client_secret\": (hidden), \"mtu\": 1410}");
        assertThat(shown("tls:\n  private-key: |\n    MIIB\n")).isEqualTo("(hidden)");
    }

    @Test
    void what_only_refers_to_a_secret_or_is_filled_in_later_is_shown() {
        for (String text : List.of(
                "secretName: calico-etcd",
                "etcd_key_file: /calico-secrets/key",
                "{\"k8s_auth_token\": \"__SERVICEACCOUNT_TOKEN__\"}",
                "password: $(PASSWORD)",
                "datastore: kubernetes\nurl: https://etcd:2379",
                "at 10:30")) {
            assertThat(shown(text)).isEqualTo(text);
        }
    }

    private static String shown(String text) {
        return Redaction.redact(Json.NODES.textNode(text)).asText();
    }
}
