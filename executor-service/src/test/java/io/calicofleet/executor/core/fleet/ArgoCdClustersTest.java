package io.calicofleet.executor.core.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.ClusterId;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Secrets as the declarative setup of Argo CD describes them. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ArgoCdClustersTest {

    private static final String TOKEN = "s3cr3t-t0k3n";
    private static final Map<String, String> LABELS =
            Map.of("argocd.argoproj.io/secret-type", "cluster", "env", "prod", "region", "eu");

    @Test
    void a_token_and_an_authority_become_a_kubeconfig_and_labels_come_along() {
        Offer.Access access = (Offer.Access) offer("{\"bearerToken\": \"" + TOKEN
                + "\", \"tlsClientConfig\": {\"insecure\": false, \"caData\": \"" + Objects.PEM + "\"}}");

        assertThat(access.cluster()).isEqualTo(ClusterId.of("eu-west-1"));
        assertThat(access.labels()).isEqualTo(Map.of("env", "prod", "region", "eu"));
        assertThat(access.origin().object()).isEqualTo("Secret ns/cluster-eu");
        assertThat(cluster(access).path("server").asText()).isEqualTo("https://10.0.0.1:6443");
        assertThat(cluster(access).path("certificate-authority-data").asText()).isEqualTo(Objects.PEM);
        assertThat(user(access)).hasToString("{\"token\":\"" + TOKEN + "\"}");
        assertThat(access.toString()).isEqualTo("eu-west-1 by Secret ns/cluster-eu");
    }

    @Test
    void a_client_certificate_a_password_and_a_program_are_ways_to_sign_in() {
        assertThat(user(offer("{\"tlsClientConfig\": {\"certData\": \"" + Objects.PEM + "\", \"keyData\": \""
                        + Objects.PEM + "\"}}")))
                .hasToString("{\"client-certificate-data\":\"" + Objects.PEM + "\",\"client-key-data\":\"" + Objects.PEM
                        + "\"}");
        assertThat(user(offer("{\"username\": \"ada\", \"password\": \"pw\"}")))
                .hasToString("{\"username\":\"ada\",\"password\":\"pw\"}");
        JsonNode exec = user(offer(
                        "{\"execProviderConfig\": {\"command\": \"argocd-k8s-auth\", \"args\": [\"gcp\", \"--x\"],"
                                + " \"env\": {\"AWS_REGION\": \"eu-1\"},"
                                + " \"apiVersion\": \"client.authentication.k8s.io/v1beta1\"}}"))
                .path("exec");
        assertThat(exec)
                .hasToString("{\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"command\":\"argocd-k8s-auth\","
                        + "\"interactiveMode\":\"Never\",\"args\":[\"gcp\",\"--x\"],"
                        + "\"env\":[{\"name\":\"AWS_REGION\",\"value\":\"eu-1\"}]}");
    }

    @Test
    void a_proxy_and_the_name_of_the_server_are_kept() {
        JsonNode cluster = cluster(
                offer(
                        "{\"bearerToken\": \"t\", \"proxyUrl\": \"http://proxy:3128\", \"tlsClientConfig\": {\"serverName\": \"x\"}}"));

        assertThat(cluster.path("proxy-url").asText()).isEqualTo("http://proxy:3128");
        assertThat(cluster.path("tls-server-name").asText()).isEqualTo("x");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"awsAuthConfig": {"clusterName": "x", "roleARN": "s3cr3t-t0k3n"}}                   | awsAuthConfig
                    {"bearerToken": "s3cr3t-t0k3n", "tlsClientConfig": {"insecure": true}}               | nobody checks that its API server is the right one
                    {"bearerToken": "s3cr3t-t0k3n", "tlsClientConfig": {"caData": "s3cr3t-t0k3n"}}       | its certificate-authority-data is no base64 of PEM
                    {"bearerToken": "s3cr3t-t0k3n", "tlsClientConfig": {"caData": "czNjcjN0LXQwazNu"}}   | its certificate-authority-data is no base64 of PEM
                    {"tlsClientConfig": {"certData": "LS0tLS1CRUdJTiA="}}                               | it has no credentials
                    {"username": "s3cr3t-t0k3n"}                                                         | it has no credentials
                    {}                                                                                   | it has no credentials
                    {"bearerToken": "s3cr3t-t0k3n"                                                       | its config is no JSON object
                    {"bearerToken": "s3cr3t-t0k3n"} trailing                                             | its config is no JSON object
                    {"bearerToken": "a", "bearerToken": "s3cr3t-t0k3n"}                                  | its config is no JSON object
                    ["s3cr3t-t0k3n"]                                                                     | its config is no JSON object
                    s3cr3t-t0k3n                                                                         | its config is no JSON object
                    ``                                                                                   | it has no config
                    """)
    void what_cannot_be_used_is_told_without_what_is_secret(String config, String problem) {
        Offer.Unusable wrong = (Offer.Unusable) offer(config);

        assertThat(wrong.problem()).contains(problem).doesNotContain(TOKEN, "s3cr3t");
        assertThat(wrong.toString()).doesNotContain("s3cr3t");
        assertThat(wrong.id()).as("people are told of which cluster").contains(ClusterId.of("eu-west-1"));
        assertThat(wrong.labels()).containsEntry("env", "prod");
    }

    @ParameterizedTest
    @CsvSource({
        "http://10.0.0.1:8080, write it like https",
        "https://ada:s3cr3t@10.0.0.1, write it like https",
        "10.0.0.1:6443, write it like https",
        "https://, write it like https",
        "https://10.0.0.1 , ''",
        "'', it has no server"
    })
    void credentials_go_to_an_address_with_tls_only(String server, String problem) {
        Offer offer = ArgoCdClusters.offer(Objects.secret(
                "c", LABELS, Map.of("name", "c", "server", server, "config", "{\"bearerToken\": \"t\"}")));

        if (problem.isEmpty()) {
            assertThat(offer).isInstanceOf(Offer.Access.class);
        } else {
            assertThat(((Offer.Unusable) offer).problem()).contains(problem).doesNotContain("s3cr3t");
        }
    }

    @Test
    void a_name_that_is_no_cluster_id_is_told_with_the_annotation_that_gives_one() {
        for (String name :
                new String[] {"", "Prod EU", "https://10.0.0.1", "arn:aws:eks:eu-1:1:cluster/x", "a\nb\u001b[31m"}) {
            Offer.Unusable wrong = (Offer.Unusable) named(name);
            assertThat(wrong.id()).isEmpty();
            assertThat(wrong.problem()).contains("is no cluster id", Offer.ID).matches("[^\\p{Cntrl}]+");
        }
        assertThat(((Offer.Unusable) named("X".repeat(10_000))).problem()).hasSizeLessThan(400);
        ObjectNode secret = secret("Prod EU", "{\"bearerToken\": \"t\"}");
        ((ObjectNode) secret.get("metadata")).putObject("annotations").put(Offer.ID, "prod-eu");
        assertThat(ArgoCdClusters.offer(secret).id()).contains(ClusterId.of("prod-eu"));
    }

    @Test
    void a_secret_without_data_or_with_data_that_is_no_base64_is_told() {
        ObjectNode empty = Objects.object("v1", "Secret", "c", LABELS);
        assertThat(((Offer.Unusable) ArgoCdClusters.offer(empty)).problem()).contains("is no cluster id");
        ObjectNode broken = secret("c", "{}");
        ((ObjectNode) broken.get("data")).put("config", "%%%");
        assertThat(((Offer.Unusable) ArgoCdClusters.offer(broken)).problem()).isEqualTo("its data.config is no base64");
        ((ObjectNode) broken.get("data")).put("name", "%%%");
        assertThat(((Offer.Unusable) ArgoCdClusters.offer(broken)).problem()).isEqualTo("its data.name is no base64");
    }

    private static Offer named(String name) {
        return ArgoCdClusters.offer(secret(name, "{\"bearerToken\": \"t\"}"));
    }

    private static Offer offer(String config) {
        return ArgoCdClusters.offer(secret("eu-west-1", config));
    }

    private static ObjectNode secret(String name, String config) {
        Map<String, String> data = new HashMap<>(Map.of("name", name, "server", "https://10.0.0.1:6443"));
        data.put("config", config);
        return Objects.secret("cluster-eu", LABELS, data);
    }

    private static JsonNode cluster(Offer offer) {
        return ((Offer.Access) offer).kubeconfig().at("/clusters/0/cluster");
    }

    private static JsonNode user(Offer offer) {
        return ((Offer.Access) offer).kubeconfig().at("/users/0/user");
    }
}
