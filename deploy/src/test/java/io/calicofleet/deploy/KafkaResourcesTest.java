package io.calicofleet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.event.Topic;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** The Strimzi resources agree with the contract: the topics are written from {@link Topic}, the users are checked. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class KafkaResourcesTest {

    private static final Path FOLDER = Path.of("kafka");

    @Test
    void the_topics_are_those_of_the_contract_with_their_settings() {
        StringBuilder yaml = new StringBuilder("""
                # Written from io.calicofleet.event.Topic; do not edit. To write it anew:
                #   ./mvnw -pl deploy -am verify -Dtest=KafkaResourcesTest -Dsurefire.failIfNoSpecifiedTests=false -Dgolden.update
                # Replace the label's value by the name of your Kafka resource. Services find these topics and create none.
                """);
        for (Topic topic : Topic.values()) {
            yaml.append("""
                    ---
                    # %s
                    apiVersion: kafka.strimzi.io/v1beta2
                    kind: KafkaTopic
                    metadata:
                      name: %s
                      labels:
                        strimzi.io/cluster: kafka
                    spec:
                      partitions: %d
                      replicas: 3
                      config:
                    """.formatted(sentence(topic.purpose()), topic.topicName(), Topic.PARTITIONS));
            new TreeMap<>(topic.settings()).forEach((key, value) -> yaml.append("    %s: %s\n".formatted(key, value)));
        }

        Golden.assertSame(FOLDER.resolve("topics.yaml"), yaml.toString());
    }

    @Test
    void a_service_may_do_with_the_topics_what_asyncapi_says_it_does_and_nothing_else() throws IOException {
        Map<String, JsonNode> users = Golden.documents(Files.readString(FOLDER.resolve("users.yaml"))).stream()
                .collect(Collectors.toMap(
                        user -> user.path("metadata").path("name").asText(), user -> user));
        Map<String, Map<String, Set<String>>> wanted = operationsByService();

        assertThat(users.keySet())
                .containsExactlyInAnyOrder(
                        "calico-fleet-planner",
                        "calico-fleet-executor",
                        "calico-fleet-verifier",
                        "calico-fleet-integrations",
                        "calico-fleet-node-logs",
                        "calico-fleet-bots");
        assertThat(topicRights(users.get("calico-fleet-planner"))).isEqualTo(wanted.get("planner"));
        assertThat(topicRights(users.get("calico-fleet-executor"))).isEqualTo(wanted.get("executor"));
        assertThat(topicRights(users.get("calico-fleet-verifier"))).isEqualTo(wanted.get("verifier"));
        assertThat(topicRights(users.get("calico-fleet-integrations"))).isEqualTo(wanted.get("integrations"));
        assertThat(topicRights(users.get("calico-fleet-node-logs"))).isEqualTo(wanted.get("shippers"));
        assertThat(topicRights(users.get("calico-fleet-bots"))).isEqualTo(wanted.get("bots"));
    }

    @Test
    void every_user_proves_itself_with_a_certificate() throws IOException {
        assertThat(Golden.documents(Files.readString(FOLDER.resolve("users.yaml"))))
                .allSatisfy(user -> {
                    assertThat(user.path("kind").asText()).isEqualTo("KafkaUser");
                    assertThat(user.path("spec")
                                    .path("authentication")
                                    .path("type")
                                    .asText())
                            .isEqualTo("tls");
                });
    }

    /** Service, topic, and of Read and Write what it needs. */
    private static Map<String, Map<String, Set<String>>> operationsByService() throws IOException {
        JsonNode api;
        try (InputStream stream = Topic.class.getResourceAsStream("/asyncapi.yaml")) {
            api = Golden.YAML.readTree(stream);
        }
        Map<String, Map<String, Set<String>>> wanted = new TreeMap<>();
        for (JsonNode operation : api.path("operations")) {
            String service = operation.path("tags").path(0).path("name").asText();
            String topic = api.at(
                            operation.path("channel").path("$ref").asText().substring(1))
                    .path("address")
                    .asText();
            String right = operation.path("action").asText().equals("send") ? "Write" : "Read";
            wanted.computeIfAbsent(service, key -> new TreeMap<>())
                    .computeIfAbsent(topic, key -> new TreeSet<>())
                    .add(right);
        }
        return wanted;
    }

    /** What a user may do with the topics of the contract; every right on one includes to describe it. */
    private static Map<String, Set<String>> topicRights(JsonNode user) {
        Set<String> ours = Arrays.stream(Topic.values()).map(Topic::topicName).collect(Collectors.toSet());
        Map<String, Set<String>> rights = new TreeMap<>();
        for (JsonNode acl : user.path("spec").path("authorization").path("acls")) {
            JsonNode resource = acl.path("resource");
            String name = resource.path("name").asText();
            if (!resource.path("type").asText().equals("topic") || !ours.contains(name)) {
                continue;
            }
            assertThat(resource.path("patternType").asText()).isEqualTo("literal");
            acl.path("operations").forEach(operation -> {
                if (!Set.of("Describe", "DescribeConfigs").contains(operation.asText())) {
                    rights.computeIfAbsent(name, key -> new TreeSet<>()).add(operation.asText());
                }
            });
        }
        return rights;
    }

    private static String sentence(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + ".";
    }
}
