package io.calicofleet.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class EventTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    @ParameterizedTest
    @EnumSource(EventType.class)
    void the_key_of_an_event_is_what_its_topic_is_keyed_by(EventType type) throws IOException {
        Event<FleetEvent> event = event(type);
        String campaign = String.valueOf(event.attributes().campaign());
        String cluster = String.valueOf(event.attributes().subject());

        assertThat(event.key())
                .isEqualTo(
                        switch (type.topic()) {
                            case CLUSTERS, CLAIMS, STEPS, CHECKS, TRAFFIC -> cluster;
                            case COMMANDS, CLAIM_ANSWERS, PROGRESS, VERDICTS, DECISIONS -> campaign;
                            case FLEET -> FleetStop.KEY;
                            case AUDIT -> ((AuditRecorded) event.data()).writer();
                            case FAILURES -> ((FailureSeen) event.data()).signature();
                            case STATUS, PLANS ->
                                type == EventType.CAMPAIGN_STATUS ? campaign : campaign + "/" + cluster;
                            case DEAD_LETTERS -> throw new AssertionError("no event is born there");
                        });
        assertThat(event.key()).doesNotContain("null").isNotEmpty();
    }

    @Test
    void attributes_are_read_from_the_payload() throws IOException {
        Event<FleetEvent> event = event(EventType.STEP_JUDGED);

        assertThat(event.attributes().type()).isEqualTo(EventType.STEP_JUDGED);
        assertThat(event.attributes().subject()).hasToString("eu-west-1");
        assertThat(event.attributes().campaign()).hasToString("calico-3-22");
        assertThat(event.attributes().step()).hasToString("calico-3-22/eu-west-1/review-host-endpoint-traffic/1");
    }

    @Test
    void a_command_about_one_cluster_has_it_as_its_subject_and_is_still_keyed_by_the_campaign() throws IOException {
        Event<FleetEvent> event = event(EventType.CLUSTER_SKIPPED);

        assertThat(event.attributes().subject()).hasToString("us-east-2");
        assertThat(event.key()).isEqualTo("calico-3-22");
    }

    @ParameterizedTest
    @EnumSource(EventType.class)
    void a_type_is_found_by_its_encoded_form(EventType type) {
        assertThat(EventType.find(type.encode())).contains(type);
        assertThat(type.encode()).isEqualTo("io.calicofleet." + type.shortName() + ".v1");
        assertThat(EventType.find(type.shortName())).isEmpty();
    }

    @Test
    void no_two_types_share_a_payload_or_a_name() {
        assertThat(Arrays.stream(EventType.values()).map(EventType::payload).collect(Collectors.toSet()))
                .hasSameSizeAs(EventType.values());
        assertThat(Arrays.stream(EventType.values()).map(EventType::encode).collect(Collectors.toSet()))
                .hasSameSizeAs(EventType.values());
    }

    @Test
    void what_answers_a_step_has_the_same_id_each_time_and_different_answers_have_different_ones() {
        StepId step = StepId.parse("calico-3-22/eu-west-1/upgrade/2");

        List<String> ids = List.of(
                EventIds.requested(step),
                EventIds.progress(new StepAccepted(step, "executor-0", "")),
                EventIds.progress(new StepProgressed(step, 3, 10, "nodes", "")),
                EventIds.progress(new StepProgressed(step, 4, 10, "nodes", "")),
                EventIds.progress(new StepSucceeded(step, null, List.of(), List.of(), "")),
                EventIds.progress(new StepHeld(step, HoldReason.CUSTOMISATION_CONFLICTS, List.of(), "")),
                EventIds.progress(new StepFailed(step, FailureReason.BUG, "", List.of(), "")),
                EventIds.checks(checks(step, 1, "run-a")),
                EventIds.checks(checks(step, 2, "run-a")),
                EventIds.checks(checks(step, 1, "run-b")),
                EventIds.sightLost(new SightLost(step, 1, Duration.ZERO, "", "", Duration.ofSeconds(10), "run-a")),
                EventIds.missing(new GatesMissing(step, List.of("pods: one"), "")),
                EventIds.missing(new GatesMissing(step, List.of("pods: two"), "")),
                EventIds.verdict(new StepJudged(step, Outcome.NEEDS_APPROVAL, List.of(), null, "")),
                EventIds.verdict(new StepJudged(step, Outcome.PASSED, List.of(), null, "")));

        assertThat(ids).doesNotHaveDuplicates().allSatisfy(id -> assertThat(id).startsWith(step.encode() + "/"));
        assertThat(ids.getFirst()).isEqualTo("calico-3-22/eu-west-1/upgrade/2/requested");
        // The words for people are no part of it.
        assertThat(EventIds.progress(new StepAccepted(step, "executor-1", "again")))
                .isEqualTo(ids.get(1));
    }

    private static ChecksObserved checks(StepId step, long sequence, String run) {
        return new ChecksObserved(
                step,
                sequence,
                true,
                new ClusterObservation(
                        null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null),
                "",
                null,
                run);
    }

    private static Event<FleetEvent> event(EventType type) throws IOException {
        FleetEvent data = Schemas.JSON.readValue(
                Path.of("src/test/resources/samples/v1", type.shortName(), "full.json")
                        .toFile(),
                type.payload());
        return Event.of("id", "/calico-fleet/test", NOW, null, null, data);
    }
}
