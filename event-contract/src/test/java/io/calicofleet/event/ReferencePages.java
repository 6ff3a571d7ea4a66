package io.calicofleet.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The pages of {@code docs/reference} that say what the schemas say. */
final class ReferencePages {

    private static final String WRITTEN = """
            <!-- Written from event-contract; do not edit. To write it anew:
                 ./mvnw -pl event-contract verify -Dtest=ReferencePagesTest -Dgolden.update -->
            """;

    private ReferencePages() {}

    static String topics() {
        StringBuilder page = new StringBuilder(WRITTEN).append("""

                # Topics

                All have %d partitions. A service creates the ones that are missing when it starts; topics that exist are left as
                they are. With Strimzi, apply [`deploy/kafka/topics.yaml`](../../deploy/kafka/topics.yaml) first. What is on a topic is in
                [events](events.md); who reads and writes it, in
                [`asyncapi.yaml`](../../event-contract/src/main/resources/asyncapi.yaml).

                | topic | holds | kept | settings |
                | --- | --- | --- | --- |
                """.formatted(Topic.PARTITIONS));
        for (Topic topic : Topic.values()) {
            String kept = switch (topic.kept()) {
                case COMPACTED -> "the newest record of each key";
                case BY_TIME -> Topic.RETENTION.toDays() + " days";
                case LONG -> Topic.LONG_RETENTION.toDays() + " days";
            };
            StringBuilder settings = new StringBuilder();
            new TreeMap<>(topic.settings())
                    .forEach((key, value) ->
                            settings.append(settings.isEmpty() ? "" : " ").append("`%s=%s`".formatted(key, value)));
            page.append("| `%s` | %s | %s | %s |\n".formatted(topic.topicName(), topic.purpose(), kept, settings));
        }
        return page.toString();
    }

    static String events() {
        StringBuilder page = new StringBuilder(WRITTEN).append("""

                # Events

                Every event is a [CloudEvent 1.0](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md)
                in binary content mode: attributes as `ce_` headers, the payload as JSON in the value. Its `ce_type` is
                `io.calicofleet.<name>.v1`. The JSON Schemas are in
                [`event-contract/src/main/resources/schemas`](../../event-contract/src/main/resources/schemas), samples in
                [`event-contract/src/test/resources/samples`](../../event-contract/src/test/resources/samples/v1).

                What is absent is left out, never `null`. A reader overlooks fields it does not know. A constant it does not know
                makes the whole event unreadable: it goes to the dead letters ([ADR 15](../adr/0015-an-unknown-constant-makes-a-message-unreadable.md)).

                What executors and verifiers quote is bounded: a text has at most 4,000 characters, a list of texts 200 lines and 64 KiB,
                and its last line then says `and n more`. A report of an executor has at most 2 MiB; one that found more holds its cluster
                and names what takes so much.

                | header | always | holds |
                | --- | --- | --- |
                | `ce_id` | yes | unique with its source; deterministic where the event answers another |
                | `ce_source` | yes | who sent it: `/calico-fleet/planner` |
                | `ce_type` | yes | `io.calicofleet.step.requested.v1` |
                | `ce_time` | yes | when what it tells happened |
                | `ce_specversion` | yes | `1.0` |
                | `content-type` | yes | `application/json` |
                | `ce_subject` | | the cluster |
                | `ce_campaign` | | the campaign |
                | `ce_stepid` | | the step: `calico-3-22/eu-west-1/upgrade/1` |
                | `ce_actor` | | the person who caused it |
                | `ce_traceparent` | | the W3C trace context: see [traces](../operations/traces.md) |
                | `ce_tracestate` | | what vendors of tracing keep in it |

                A record on `calico-fleet.traffic` is no CloudEvent: see [traffic](#traffic).
                """);
        for (EventType type : EventType.values()) {
            page.append("\n## %s\n\n".formatted(type.shortName()));
            JsonNode schema = Schemas.document(type.shortName());
            page.append("%s On `%s`.\n\n"
                    .formatted(schema.path("description").asText(), type.topic().topicName()));
            fields(schema, page);
        }
        page.append("\n## traffic\n\n%s On `%s`, keyed by cluster.\n\n"
                .formatted(Schemas.document("traffic").path("description").asText(), Topic.TRAFFIC.topicName()));
        fields(Schemas.document("traffic"), page);
        page.append("\n# What events are made of\n");
        Map<String, JsonNode> definitions = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        Schemas.document("common")
                .path("$defs")
                .properties()
                .forEach(entry -> definitions.put(entry.getKey(), entry.getValue()));
        definitions.forEach((name, schema) -> definition(name, schema, page));
        return page.toString();
    }

    private static void definition(String name, JsonNode schema, StringBuilder page) {
        page.append("\n## %s\n\n%s".formatted(name, schema.path("description").asText()));
        if (schema.has("properties")) {
            page.append("\n\n");
            fields(schema, page);
        } else if (schema.has("oneOf")) {
            page.append("\n\n| constant | meaning |\n| --- | --- |\n");
            schema.path("oneOf")
                    .forEach(option -> page.append("| `%s` | %s |\n"
                            .formatted(
                                    option.path("const").asText(),
                                    option.path("description").asText())));
        } else {
            List<String> examples = new ArrayList<>();
            schema.path("examples").forEach(example -> examples.add("`" + example.asText() + "`"));
            page.append(examples.isEmpty() ? "\n" : " Such as %s.\n".formatted(String.join(", ", examples)));
        }
    }

    private static void fields(JsonNode schema, StringBuilder page) {
        page.append("| field | type | always | meaning |\n| --- | --- | --- | --- |\n");
        schema.path("properties")
                .properties()
                .forEach(entry -> page.append("| `%s` | %s | %s | %s |\n"
                        .formatted(
                                entry.getKey(),
                                type(entry.getValue()),
                                contains(schema.path("required"), entry.getKey()) ? "yes" : "",
                                entry.getValue().path("description").asText())));
    }

    private static String type(JsonNode schema) {
        String reference = schema.path("$ref").asText();
        if (!reference.isEmpty()) {
            String name = reference.substring(reference.lastIndexOf('/') + 1);
            return "[%s](#%s)".formatted(name, name.toLowerCase(Locale.ROOT));
        }
        return switch (schema.path("type").asText()) {
            case "array" -> "list of " + type(schema.path("items"));
            case "object" -> "map of " + type(schema.path("additionalProperties"));
            case "string" -> "text";
            case String other -> other;
        };
    }

    private static boolean contains(JsonNode names, String name) {
        for (JsonNode candidate : names) {
            if (candidate.asText().equals(name)) {
                return true;
            }
        }
        return false;
    }
}
