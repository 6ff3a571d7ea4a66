package io.calicofleet.executor.core.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.ClusterId;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets as Cluster API makes them. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ClusterApiClustersTest {

    private static final Map<String, String> LABELS = Map.of("cluster.x-k8s.io/cluster-name", "eu-1");
    private static final String WHOLE = """
            apiVersion: v1
            kind: Config
            clusters:
            - name: eu-1
              cluster: {certificate-authority-data: PEM, server: "https://10.0.0.1:6443"}
            contexts:
            - name: eu-1-admin@eu-1
              context: {cluster: eu-1, user: eu-1-admin}
            current-context: eu-1-admin@eu-1
            preferences: {}
            users:
            - name: eu-1-admin
              user: {client-certificate-data: PEM, client-key-data: PEM}
            """.replace("PEM", Objects.PEM);

    @Test
    void the_kubeconfig_of_a_cluster_is_its_access_and_its_cluster_gives_the_labels() {
        Offer.Access access = (Offer.Access) ClusterApiClusters.offer(
                        secret("eu-1-kubeconfig", WHOLE),
                        Map.of(
                                "eu-1",
                                Objects.object("cluster.x-k8s.io/v1beta1", "Cluster", "eu-1", Map.of("env", "prod"))))
                .orElseThrow();

        assertThat(access.cluster()).isEqualTo(ClusterId.of("eu-1"));
        assertThat(access.labels()).isEqualTo(Map.of("env", "prod"));
        assertThat(access.kubeconfig().at("/clusters/0/cluster/server").asText())
                .isEqualTo("https://10.0.0.1:6443");
        assertThat(access.kubeconfig().at("/users/0/user/client-key-data").asText())
                .isEqualTo(Objects.PEM);
        assertThat(access.toString()).doesNotContain(Objects.PEM);
    }

    @Test
    void without_the_cluster_the_labels_of_the_secret_count() {
        assertThat(offer(WHOLE).labels()).isEqualTo(LABELS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"eu-1-user-kubeconfig", "eu-1-ca", "eu-1-etcd", "eu-1", "kubeconfig", "eu-2-kubeconfig"})
    void other_secrets_of_the_cluster_are_no_clusters(String name) {
        assertThat(ClusterApiClusters.offer(secret(name, WHOLE), Map.of())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    certificate-authority-data: PEM         | insecure-skip-tls-verify: true           | nobody checks that its API server is the right one
                    certificate-authority-data: PEM         | certificate-authority: /etc/ssl/own.pem  | certificate-authority, which names a file of another machine
                    client-key-data: PEM                    | client-key: /etc/own.key                 | client-key, which names a file of another machine
                    client-key-data: PEM                    | tokenFile: /var/run/secrets/token        | tokenFile, which names a file of another machine
                    client-key-data: PEM                    | auth-provider: {name: gcp}               | the field auth-provider
                    client-key-data: PEM                    | as: root                                 | the field as
                    current-context: eu-1-admin@eu-1        | current-context: other                   | what its current-context names is not among its contexts
                    user: eu-1-admin}                       | user: other}                             | is not among its users
                    contexts:                               | c: [                                     | it is no YAML
                    """)
    void what_cannot_be_used_is_told_without_what_is_secret(String from, String to, String problem) {
        String broken = WHOLE.replace(from.replace("PEM", Objects.PEM), to);
        assertThat(broken).isNotEqualTo(WHOLE);

        Offer.Unusable wrong = (Offer.Unusable) offer(broken);

        assertThat(wrong.problem()).contains(problem).doesNotContain(Objects.PEM, "/etc", "/var");
        assertThat(wrong.id()).contains(ClusterId.of("eu-1"));
    }

    @Test
    void an_empty_secret_is_told() {
        assertThat(((Offer.Unusable) offer("")).problem()).isEqualTo("it has no key value with a kubeconfig");
        assertThat(((Offer.Unusable) offer("[]")).problem()).contains("is not among its contexts");
        assertThat(((Offer.Unusable) offer("a: &a [*a, *a]")).problem()).contains("no kubeconfig");
    }

    private static Offer offer(String kubeconfig) {
        return ClusterApiClusters.offer(secret("eu-1-kubeconfig", kubeconfig), Map.of())
                .orElseThrow();
    }

    private static ObjectNode secret(String name, String kubeconfig) {
        return Objects.secret(name, LABELS, Map.of("value", kubeconfig));
    }
}
