package io.calicofleet.executor.core.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.fuzz.Seeds;
import io.calicofleet.fuzz.YamlMutator;
import io.calicofleet.model.Json;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Whatever stands in an object of a management cluster is an access or a problem; a problem holds nothing that is secret. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WrongOffersTest {

    private static final int BURST = 1000;
    private static final String SECRET = "s3cr3t";
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void a_config_of_argo_cd_that_is_wrong_is_told_without_its_secrets() throws IOException {
        JsonNode config = JSON.readTree("""
                {"bearerToken": "s3cr3t", "username": "u", "password": "s3cr3t", "execProviderConfig": {"command": "aws",
                  "args": ["s3cr3t"], "env": {"KEY": "s3cr3t"}, "apiVersion": "client.authentication.k8s.io/v1"},
                 "tlsClientConfig": {"insecure": false, "certData": "s3cr3t", "keyData": "s3cr3t"}}
                """);
        Seeds.burst(BURST).forEach(seed -> {
            ObjectNode secret = Objects.secret("c", Map.of(), Map.of("name", "c", "server", "https://x:6443"));
            ((ObjectNode) secret.get("data")).put("config", mutated(config, seed));
            check(seed, Stream.of(ArgoCdClusters.offer(secret)));
        });
    }

    @Test
    void a_kubeconfig_of_cluster_api_that_is_wrong_is_told_without_its_secrets() {
        JsonNode config = WholeKubeconfig.of(
                Json.object().put("server", "https://x:6443"), Json.object().put("token", "s3cr3t"));
        Seeds.burst(BURST).forEach(seed -> {
            ObjectNode secret = Objects.secret("c-kubeconfig", Map.of("cluster.x-k8s.io/cluster-name", "c"), Map.of());
            ((ObjectNode) secret.get("data")).put("value", mutated(config, seed));
            check(seed, ClusterApiClusters.offer(secret, Map.of()).stream());
        });
    }

    private static String mutated(JsonNode right, long seed) {
        return Base64.getEncoder().encodeToString(new YamlMutator(new Random(seed)).mutated(right));
    }

    private static void check(long seed, Stream<Offer> offers) {
        List<Offer> all = offers.toList();
        assertThat(all).as("seed %d", seed).hasSize(1);
        assertThat(all.getFirst().toString()).as("seed %d", seed).doesNotContain(SECRET);
        if (all.getFirst() instanceof Offer.Access access) {
            assertThat(access.kubeconfig().at("/clusters/0/cluster/server").asText())
                    .as("seed %d", seed)
                    .startsWith("https://");
        }
    }
}
