package io.calicofleet.integrations.adapter.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.Event;
import io.calicofleet.event.EventType;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.integrations.Events;
import io.calicofleet.integrations.core.Glob;
import io.calicofleet.integrations.core.Severity;
import io.calicofleet.integrations.core.Subscription;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What CDEvents 0.4.1 and its binding to CloudEvents ask for, written down from their schemas. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CdEventsTest {

    private static final Path SAMPLES = Path.of("../event-contract/src/test/resources/samples/v1");
    private static final URI PAGE = URI.create("https://fleet.example.com/");
    private static final Set<String> CONTEXT =
            Set.of("version", "id", "source", "type", "timestamp", "schemaUri", "chainId", "links");
    private static final Set<String> OUTCOMES = Set.of("success", "error", "failure");

    /** What is asked of the content of a subject. */
    private record Asked(String subject, Set<String> required, Set<String> others) {}

    private static final Map<String, Asked> TYPES = Map.of(
            "dev.cdevents.pipelinerun.queued.0.2.0",
            new Asked("pipelineRun", Set.of(), Set.of("pipelineName", "url")),
            "dev.cdevents.pipelinerun.finished.0.2.0",
            new Asked("pipelineRun", Set.of(), Set.of("pipelineName", "url", "outcome", "errors")),
            "dev.cdevents.taskrun.started.0.2.0",
            new Asked("taskRun", Set.of(), Set.of("taskName", "url", "pipelineRun")),
            "dev.cdevents.taskrun.finished.0.2.0",
            new Asked("taskRun", Set.of(), Set.of("taskName", "url", "pipelineRun", "outcome", "errors")),
            "dev.cdevents.testsuiterun.finished.0.2.0",
            new Asked("testSuiteRun", Set.of("outcome", "environment"), Set.of("testSuite", "severity", "reason")),
            "dev.cdevents.service.upgraded.0.2.0",
            new Asked("service", Set.of("environment", "artifactId"), Set.of()));

    @Test
    void each_sample_of_the_contract_becomes_what_the_specification_asks_for_or_nothing() throws Exception {
        List<String> became = new ArrayList<>();
        for (EventType type : EventType.values()) {
            for (String sample : List.of("full", "minimal")) {
                Optional<JsonNode> told = told(sample(type, sample, json -> {}));
                told.ifPresent(event -> became.add(isRight(event)));
                assertThat(told.isPresent() && !CdEvents.TYPES.contains(type))
                        .as("%s %s", type, sample)
                        .isFalse();
            }
        }
        for (String phase : List.of("succeeded", "failed", "aborted", "running")) {
            told(sample(EventType.CAMPAIGN_STATUS, "full", json -> json.put("phase", phase)))
                    .ifPresent(event -> became.add(isRight(event)));
        }
        told(upgraded(json -> {})).ifPresent(event -> became.add(isRight(event)));

        assertThat(Set.copyOf(became)).isEqualTo(TYPES.keySet());
    }

    @Test
    void a_cluster_that_is_upgraded_is_a_service_in_an_environment() throws Exception {
        JsonNode event = told(upgraded(json -> {})).orElseThrow();

        assertThat(event.path("subject").toString())
                .isEqualTo("{\"id\":\"calico/eu-west-1\",\"source\":\"/calico-fleet\",\"type\":\"service\",\"content\":"
                        + "{\"artifactId\":\"pkg:github/projectcalico/calico@v3.22.5\","
                        + "\"environment\":{\"id\":\"eu-west-1\",\"source\":\"/calico-fleet\"}}}");
        assertThat(event.path("customData").path("cluster").asText()).isEqualTo("eu-west-1");
        assertThat(told(upgraded(json -> json.remove("target")))).isEmpty();
        assertThat(told(upgraded(json -> json.put("phase", "running")))).isEmpty();
        assertThat(told(upgraded(json -> {
                    ObjectNode first = (ObjectNode) json.path("steps").path(0);
                    json.putArray("steps").add(first);
                })))
                .as("an inspection upgrades nothing")
                .isEmpty();
    }

    @Test
    void the_end_of_a_campaign_has_an_outcome_and_the_same_id_whenever_it_is_told() throws Exception {
        Map<String, String> outcomes = Map.of("succeeded", "success", "failed", "failure", "aborted", "error");
        for (Map.Entry<String, String> one : outcomes.entrySet()) {
            Consumer<ObjectNode> ends = json -> json.put("phase", one.getKey());
            JsonNode event =
                    told(sample(EventType.CAMPAIGN_STATUS, "full", ends)).orElseThrow();
            JsonNode again = told(sample(
                            EventType.CAMPAIGN_STATUS,
                            "full",
                            ends.andThen(json -> json.put("updatedAt", "2026-11-30T00:00:00Z"))))
                    .orElseThrow();

            assertThat(event.path("subject").path("content").path("outcome").asText())
                    .isEqualTo(one.getValue());
            assertThat(again.path("context").path("id"))
                    .isEqualTo(event.path("context").path("id"));
        }
        assertThat(told(sample(EventType.CAMPAIGN_STATUS, "full", json -> json.put("phase", "running"))))
                .isEmpty();
    }

    @Test
    void a_message_is_bound_to_cloud_events_as_the_specification_asks() throws Exception {
        Event<? extends FleetEvent> event = Events.failed("web");
        Subscription all = new Subscription(List.of(new Glob("*")), List.of(), Severity.INFO);
        Endpoint endpoint = new Endpoint("ci", PAGE, Secrets.of(Receiver.SECRET), all, true, false, PAGE);
        byte[] payload = EventJson.write(event.data());
        Message message = endpoint.message(event, payload).orElseThrow();
        JsonNode bound = EventJson.mapper().readTree(message.body());
        JsonNode data = bound.path("data");

        assertThat(bound.path("specversion").asText()).isEqualTo("1.0");
        assertThat(bound.path("id")).isEqualTo(data.path("context").path("id"));
        assertThat(bound.path("source")).isEqualTo(data.path("context").path("source"));
        assertThat(bound.path("type")).isEqualTo(data.path("context").path("type"));
        assertThat(bound.path("subject")).isEqualTo(data.path("subject").path("id"));
        assertThat(Instant.parse(bound.path("time").asText()))
                .isEqualTo(Instant.parse(data.path("context").path("timestamp").asText()));
        assertThat(bound.path("severity").asText()).isEqualTo("critical");
        assertThat(data.path("subject").path("content").path("url").asText())
                .isEqualTo("https://fleet.example.com/campaigns/web/clusters/eu-1");
        assertThat(endpoint.message(event, payload).orElseThrow().id()).isEqualTo(message.id());
        assertThat(endpoint.message(Events.paused("web", 1), "{}".getBytes(UTF_8)))
                .isEmpty();
    }

    /** Fails where it is not as the schema asks; its type. */
    private static String isRight(JsonNode event) {
        JsonNode context = event.path("context");
        JsonNode subject = event.path("subject");
        String type = context.path("type").asText();
        Asked asked = TYPES.get(type);
        assertThat(asked).as(type).isNotNull();
        assertThat(names(event)).as(type).isSubsetOf("context", "subject", "customData", "customDataContentType");
        assertThat(names(context))
                .as(type)
                .isSubsetOf(CONTEXT)
                .contains("version", "id", "source", "type", "timestamp");
        assertThat(context.path("version").asText()).isEqualTo("0.4.1");
        assertThat(Instant.parse(context.path("timestamp").asText())).isNotNull();
        assertThat(URI.create(context.path("source").asText())).isNotNull();
        assertThat(context.path("id").asText()).isNotEmpty();
        assertThat(names(subject))
                .as(type)
                .isSubsetOf("id", "source", "type", "content")
                .contains("id", "content");
        assertThat(subject.path("id").asText()).isNotEmpty();
        assertThat(subject.path("type").asText()).isEqualTo(asked.subject());
        JsonNode content = subject.path("content");
        assertThat(names(content)).as(type).containsAll(asked.required());
        assertThat(names(content).stream().filter(name -> !asked.required().contains(name)))
                .as(type)
                .isSubsetOf(asked.others());
        for (String reference : List.of("environment", "pipelineRun", "testSuite")) {
            if (content.has(reference)) {
                assertThat(content.path(reference).path("id").asText()).as(type).isNotEmpty();
            }
        }
        if (content.has("outcome")) {
            assertThat(content.path("outcome").asText())
                    .isIn(
                            asked.subject().equals("testSuiteRun")
                                    ? Set.of("pass", "fail", "cancel", "error")
                                    : OUTCOMES);
        }
        assertThat(content.path("artifactId").asText("pkg:")).startsWith("pkg:");
        assertThat(event.path("customData").isObject()).isTrue();
        return type;
    }

    private static List<String> names(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static Event<? extends FleetEvent> upgraded(Consumer<ObjectNode> differences) throws IOException {
        Consumer<ObjectNode> succeeded = json -> json.put("phase", "succeeded");
        return sample(EventType.CLUSTER_STATUS, "full", succeeded.andThen(differences));
    }

    private static Optional<JsonNode> told(Event<? extends FleetEvent> event) {
        return CdEvents.of(event, EventJson.write(event.data()), PAGE).map(told -> {
            try {
                JsonNode json = EventJson.mapper().readTree(told.json());
                assertThat(json.path("context").path("id").asText()).isEqualTo(told.id());
                return json;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static Event<? extends FleetEvent> sample(EventType type, String sample, Consumer<ObjectNode> differences)
            throws IOException {
        ObjectNode json = (ObjectNode) EventJson.mapper()
                .readTree(Files.readAllBytes(SAMPLES.resolve(type.shortName()).resolve(sample + ".json")));
        differences.accept(json);
        FleetEvent data = EventJson.read(json.toString().getBytes(UTF_8), type.payload());
        return Event.of("id-" + sample, "/calico-fleet/planner", Events.TIME, null, null, data);
    }
}
