package io.calicofleet.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignPaused;
import io.calicofleet.event.Event;
import io.calicofleet.event.EventAttributes;
import io.calicofleet.event.EventType;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.StepId;
import io.calicofleet.event.Topic;
import io.calicofleet.event.TraceContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The contract's samples and its asyncapi.yaml, held against the code that puts events on Kafka. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ContractOnKafkaTest {

    private static final TraceContext TRACE =
            new TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "vendor=1,other@ten=a b");

    private static final Path SAMPLES = Path.of("../event-contract/src/test/resources/samples/v1");
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    @TestFactory
    Stream<DynamicTest> every_sample_goes_to_a_record_and_back() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(SAMPLES)) {
            files = all.filter(file -> file.toString().endsWith(".json")
                            && !file.getParent().endsWith("traffic"))
                    .sorted()
                    .toList();
        }
        assertThat(files).hasSizeGreaterThanOrEqualTo(EventType.values().length);
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(SAMPLES.relativize(file).toString(), () -> {
                    String name = file.getParent().getFileName().toString();
                    FleetEvent data =
                            EventJson.read(Files.readAllBytes(file), type(name).payload());
                    Event<FleetEvent> event = Event.of("id", "/calico-fleet/test", NOW, "ada", TRACE, data);

                    ProducerRecord<String, byte[]> written = EventCodec.record(event);

                    assertThat(written.topic()).isEqualTo(type(name).topic().topicName());
                    assertThat(written.key()).isEqualTo(event.key());
                    assertThat(EventCodec.read(written.headers(), written.value()))
                            .isEqualTo(new Received.Parsed(event));
                }));
    }

    @Test
    void asyncapi_describes_the_headers_that_are_written() throws IOException {
        StepId step = StepId.parse("a/b/upgrade/1");
        Headers headers = new RecordHeaders();
        CloudEventHeaders.write(
                new EventAttributes(
                        "id", "/s", EventType.STEP_ACCEPTED, NOW, step.cluster(), step.campaign(), step, "ada", TRACE),
                headers);

        JsonNode described = asyncApi("cloudEventHeaders");

        assertThat(described.path("properties").fieldNames()).toIterable().containsExactlyElementsOf(names(headers));
        Headers least = new RecordHeaders();
        CloudEventHeaders.write(
                new EventAttributes("id", "/s", EventType.STEP_ACCEPTED, NOW, null, null, null, null, null), least);
        assertThat(described.path("required")).extracting(JsonNode::asText).containsExactlyElementsOf(names(least));
    }

    @Test
    void a_dead_letter_keeps_what_it_was_and_says_where_it_came_from() throws IOException {
        Headers received = new RecordHeaders().add("ce_id", "1".getBytes(UTF_8));

        ProducerRecord<byte[], byte[]> letter = EventCodec.deadLetter(
                "planner", "calico-fleet.progress", 3, 77, new byte[] {1}, new byte[] {2}, received, "x".repeat(5000));

        assertThat(letter.topic()).isEqualTo(Topic.DEAD_LETTERS.topicName());
        assertThat(letter.key()).containsExactly(1);
        assertThat(letter.value()).containsExactly(2);
        assertThat(header(letter.headers(), "ce_id")).isEqualTo("1");
        assertThat(header(letter.headers(), "dead_letter_topic")).isEqualTo("calico-fleet.progress");
        assertThat(header(letter.headers(), "dead_letter_partition")).isEqualTo("3");
        assertThat(header(letter.headers(), "dead_letter_offset")).isEqualTo("77");
        assertThat(header(letter.headers(), "dead_letter_by")).isEqualTo("planner");
        assertThat(header(letter.headers(), "dead_letter_reason")).hasSizeLessThan(4100);
        List<String> described = asyncApi("deadLetterHeaders")
                .path("required")
                .valueStream()
                .map(JsonNode::asText)
                .toList();
        assertThat(names(letter.headers())).containsAll(described);
    }

    @Test
    void headers_of_an_input_that_streams_handed_on_are_replaced_not_doubled() {
        Headers headers = new RecordHeaders();
        EventCodec.serializer().serialize("topic", headers, event("a"));

        EventCodec.serializer().serialize("topic", headers, event("b"));

        assertThat(names(headers)).doesNotHaveDuplicates();
        assertThat(header(headers, "ce_campaign")).isEqualTo("b");
    }

    @Test
    void a_value_with_something_behind_it_is_unreadable() {
        ProducerRecord<String, byte[]> written = EventCodec.record(event("a"));

        Received read = EventCodec.read(written.headers(), (new String(written.value(), UTF_8) + "{}").getBytes(UTF_8));

        assertThat(read).isInstanceOf(Received.Unreadable.class);
    }

    @Test
    void an_event_of_a_type_from_a_newer_sender_is_unreadable_and_named() {
        ProducerRecord<String, byte[]> written = EventCodec.record(event("a"));
        written.headers().remove("ce_type").add("ce_type", "io.calicofleet.campaign.paused.v2".getBytes(UTF_8));

        assertThat(EventCodec.read(written.headers(), written.value()))
                .isInstanceOfSatisfying(
                        Received.Unreadable.class,
                        unreadable -> assertThat(unreadable.reason())
                                .isEqualTo("unknown ce_type io.calicofleet.campaign.paused.v2"));
    }

    @Test
    void a_constant_from_a_newer_sender_makes_an_event_unreadable_not_something_else() {
        ProducerRecord<String, byte[]> written =
                EventCodec.record(Event.of("id", "/s", NOW, null, null, read("step.failed", "full.json")));

        Received read = EventCodec.read(
                written.headers(),
                new String(written.value(), UTF_8)
                        .replace("release-unavailable", "solar-flare")
                        .getBytes(UTF_8));

        assertThat(read)
                .isInstanceOfSatisfying(
                        Received.Unreadable.class,
                        unreadable -> assertThat(unreadable.reason()).contains("'solar-flare' is none of"));
    }

    private static Event<CampaignPaused> event(String campaign) {
        return Event.of("id", "/s", NOW, null, null, new CampaignPaused(CampaignName.of(campaign), "r", "s"));
    }

    private static FleetEvent read(String name, String file) {
        try {
            return EventJson.read(
                    Files.readAllBytes(SAMPLES.resolve(name).resolve(file)),
                    type(name).payload());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static EventType type(String name) {
        return Arrays.stream(EventType.values())
                .filter(type -> type.shortName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("samples of no event: " + name));
    }

    private static JsonNode asyncApi(String schema) throws IOException {
        try (InputStream stream = EventType.class.getResourceAsStream("/asyncapi.yaml")) {
            return new YAMLMapper()
                    .readTree(stream)
                    .path("components")
                    .path("schemas")
                    .path(schema);
        }
    }

    private static List<String> names(Headers headers) {
        return Arrays.stream(headers.toArray()).map(Header::key).toList();
    }

    private static String header(Headers headers, String name) {
        return new String(headers.lastHeader(name).value(), UTF_8);
    }
}
