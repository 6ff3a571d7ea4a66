package io.calicofleet.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** asyncapi.yaml says what {@link Topic} and {@link EventType} say, and holds together. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AsyncApiTest {

    private static final Set<String> NOT_EVENTS = Set.of("trafficLine", "deadLetter");
    private static JsonNode api;

    @BeforeAll
    static void read() throws IOException {
        try (InputStream stream = AsyncApiTest.class.getResourceAsStream("/asyncapi.yaml")) {
            api = new YAMLMapper().readTree(stream);
        }
    }

    @Test
    void it_is_of_version_3_and_has_what_that_requires() {
        assertThat(api.path("asyncapi").asText()).isEqualTo("3.0.0");
        assertThat(api.path("info").path("title").asText()).isNotBlank();
        assertThat(api.path("info").path("version").asText()).isNotBlank();
        assertThat(api.fieldNames())
                .toIterable()
                .isSubsetOf(
                        "asyncapi", "info", "defaultContentType", "servers", "channels", "operations", "components");
        assertThat(api.path("servers")).isNotEmpty().allSatisfy(server -> {
            assertThat(server.path("host").asText()).isNotBlank();
            assertThat(server.path("protocol").asText()).isEqualTo("kafka");
        });
    }

    @Test
    void every_reference_leads_somewhere() {
        List<String> references = new ArrayList<>();
        collectReferences(api, references);

        assertThat(references).hasSizeGreaterThan(50).allSatisfy(reference -> {
            if (reference.startsWith("#")) {
                assertThat(api.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse();
            } else {
                assertThat(AsyncApiTest.class.getResource("/" + reference))
                        .as(reference)
                        .isNotNull();
            }
        });
    }

    @Test
    void its_channels_are_the_topics_with_their_settings() {
        Map<String, Map<String, String>> described = new TreeMap<>();
        for (JsonNode channel : api.path("channels")) {
            JsonNode kafka = channel.path("bindings").path("kafka");
            assertThat(kafka.path("topic").asText())
                    .isEqualTo(channel.path("address").asText());
            assertThat(kafka.path("partitions").asInt()).isEqualTo(Topic.PARTITIONS);
            Map<String, String> settings = new TreeMap<>();
            kafka.path("topicConfiguration")
                    .properties()
                    .forEach(setting -> settings.put(
                            setting.getKey(),
                            setting.getValue().isArray()
                                    ? setting.getValue().get(0).asText()
                                    : setting.getValue().asText()));
            described.put(channel.path("address").asText(), settings);
        }
        Map<String, Map<String, String>> expected = new TreeMap<>();
        Arrays.stream(Topic.values()).forEach(topic -> expected.put(topic.topicName(), topic.settings()));

        assertThat(described).isEqualTo(expected);
        for (Topic topic : Topic.values()) {
            assertThat(channel(topic).path("description").asText()).isEqualToIgnoringCase(topic.purpose() + ".");
        }
    }

    @Test
    void every_event_is_a_message_of_the_channel_of_its_topic() {
        for (Topic topic : Topic.values()) {
            Set<String> names = new TreeSet<>();
            for (JsonNode message : channel(topic).path("messages")) {
                String reference = message.path("$ref").asText();
                if (!NOT_EVENTS.contains(reference.substring(reference.lastIndexOf('/') + 1))) {
                    names.add(api.at(reference.substring(1)).path("name").asText());
                }
            }
            assertThat(names)
                    .as("%s", topic)
                    .containsExactlyInAnyOrder(Arrays.stream(EventType.values())
                            .filter(type -> type.topic() == topic)
                            .map(EventType::encode)
                            .toArray(String[]::new));
        }
    }

    @Test
    void a_message_has_cloud_event_headers_and_the_schema_of_its_event() {
        Map<String, JsonNode> messages = new LinkedHashMap<>();
        api.path("components")
                .path("messages")
                .properties()
                .forEach(entry -> messages.put(entry.getValue().path("name").asText(), entry.getValue()));
        assertThat(messages).hasSize(EventType.values().length + NOT_EVENTS.size());

        for (EventType type : EventType.values()) {
            JsonNode message = messages.get(type.encode());
            assertThat(message.path("payload").path("schema").path("$ref").asText())
                    .isEqualTo("schemas/" + type.shortName() + ".schema.json");
            assertThat(message.path("title").asText()).isEqualTo(type.shortName());
            assertThat(message.path("summary").asText()).isNotBlank();
            assertThat(message.path("traits").path(0).path("$ref").asText())
                    .isEqualTo("#/components/messageTraits/cloudEvent");
        }
    }

    @Test
    void every_topic_is_written_and_read_by_someone() {
        Map<String, Set<String>> actions = new TreeMap<>();
        for (JsonNode operation : api.path("operations")) {
            assertThat(operation.path("action").asText()).isIn("send", "receive");
            actions.computeIfAbsent(operation.path("channel").path("$ref").asText(), key -> new TreeSet<>())
                    .add(operation.path("action").asText());
        }

        assertThat(actions).hasSameSizeAs(Topic.values());
        assertThat(actions.values()).allSatisfy(both -> assertThat(both).containsExactly("receive", "send"));
    }

    private static JsonNode channel(Topic topic) {
        return StreamSupport.stream(api.path("channels").spliterator(), false)
                .filter(channel -> channel.path("address").asText().equals(topic.topicName()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("asyncapi.yaml has no channel " + topic));
    }

    private static void collectReferences(JsonNode node, List<String> references) {
        if (node instanceof ObjectNode object && object.path("$ref").isTextual()) {
            references.add(object.path("$ref").asText());
        }
        node.forEach(child -> collectReferences(child, references));
    }
}
