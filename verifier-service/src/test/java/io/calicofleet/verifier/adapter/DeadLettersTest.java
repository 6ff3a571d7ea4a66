package io.calicofleet.verifier.adapter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.NetworkBaseline;
import io.calicofleet.event.Outcome;
import io.calicofleet.event.StepJudged;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.verifier.Observations;
import io.calicofleet.verifier.core.verification.Verification;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class DeadLettersTest {

    private static final CalicoVersion TARGET = CalicoVersion.of(3, 22, 5);
    private static final GateRequirement PODS = GateRequirement.of(GateKind.PODS, Duration.ofMinutes(15));
    private static final String STEP = "calico-3-22/c01/upgrade/1";

    private final TopologyFixture fixture = new TopologyFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void what_cannot_be_read_goes_to_the_dead_letters_and_the_stream_goes_on() {
        // When
        fixture.raw("steps", "c01", "{ not json", new RecordHeaders());
        fixture.raw("checks", "c01", null, new RecordHeaders());
        fixture.raw("traffic", "c01", "not a line", new RecordHeaders());
        fixture.raw("traffic", "c01", "{\"cluster\":\"C 01\",\"node\":\"n\",\"log\":\"\"}", new RecordHeaders());
        fixture.raw("traffic", "c01", "{\"cluster\":\"c01\",\"node\":\" \",\"log\":\"\"}", new RecordHeaders());
        fixture.request(STEP, PODS);
        fixture.check(STEP, "run", 1, true, Observations.settled(TARGET));
        // Then
        assertThat(fixture.onlyVerdict().value().outcome()).isEqualTo(Outcome.PASSED);
        List<TestRecord<byte[], byte[]>> letters = fixture.deadLetters();
        assertThat(letters).hasSize(5);
        assertThat(letters.getFirst().key()).isEqualTo("c01".getBytes(UTF_8));
        assertThat(letters.getFirst().value()).isEqualTo("{ not json".getBytes(UTF_8));
        assertThat(letters).allSatisfy(letter -> {
            assertThat(fixture.header(letter, "dead_letter_by")).isEqualTo("verifier");
            assertThat(fixture.header(letter, "dead_letter_reason")).isNotEmpty();
            assertThat(fixture.header(letter, "dead_letter_topic")).startsWith("calico-fleet.");
        });
        assertThat(fixture.meters.deadLetters()).isEqualTo(5);
    }

    @Test
    void an_event_on_the_wrong_topic_is_a_dead_letter() {
        fixture.request(STEP, PODS);
        fixture.check(STEP, "run", 1, true, Observations.settled(TARGET));
        TestRecord<String, StepJudged> verdict = fixture.onlyVerdict();

        fixture.raw("checks", "c01", fixture.json(verdict.value()), verdict.headers());

        assertThat(fixture.deadLetters())
                .singleElement()
                .satisfies(letter -> assertThat(fixture.header(letter, "dead_letter_reason"))
                        .isEqualTo("io.calicofleet.step.judged.v1 does not belong on this topic"));
    }

    @Test
    void an_observation_too_large_to_be_kept_beside_a_request_is_a_dead_letter_and_the_next_one_is_judged() {
        fixture.request(STEP, PODS);
        fixture.check(STEP, "run", 1, true, ofSize(Topic.MAX_RECORD_BYTES * 5 / 8));
        assertThat(fixture.deadLetters())
                .singleElement()
                .satisfies(letter -> assertThat(fixture.header(letter, "dead_letter_reason"))
                        .contains("at most 2359296 are judged"));
        fixture.check(STEP, "run", 2, true, Observations.settled(TARGET));
        assertThat(fixture.onlyVerdict().value().outcome()).isEqualTo(Outcome.PASSED);
    }

    @Test
    void the_largest_request_and_the_largest_observation_are_kept_in_one_record() {
        Map<String, List<String>> addresses =
                ofSize(Topic.MAX_RECORD_BYTES * 21 / 32).nodeAddresses();
        NetworkBaseline baseline = new NetworkBaseline(addresses, List.of(), Map.of(), List.of(), false);
        fixture.request(STEP, GateRequirement.of(GateKind.NETWORK_UNCHANGED, Duration.ofMinutes(15), baseline));
        fixture.check(STEP, "run", 1, true, ofSize(Topic.MAX_RECORD_BYTES * 17 / 32));
        assertThat(fixture.deadLetters()).isEmpty();
        Verification kept = fixture.storedVerifications().get("c01");
        assertThat(kept.history().latest()).isNotNull();
        assertThat(EventJson.write(kept).length)
                .isBetween(Topic.MAX_RECORD_BYTES * 9 / 8, Topic.MAX_RECORD_BYTES * 5 / 4 - 32 * 1024);
    }

    private ClusterObservation ofSize(int bytes) {
        Map<String, List<String>> nodes = new HashMap<>();
        for (int i = 0; i < bytes / 25; i++) {
            nodes.put(String.format(Locale.ROOT, "n%08d", i), List.of("10.0.0.1"));
        }
        return new ClusterObservation(
                null, null, List.of(), List.of(), null, nodes, List.of(), List.of(), null, null, List.of(), Map.of(),
                null, Map.of(), null, null);
    }
}
