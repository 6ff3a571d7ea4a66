package io.calicofleet.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.EventType;
import io.calicofleet.event.StepId;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class EventCodecTest {

    @Test
    void a_record_without_cloud_event_headers_is_unreadable_and_says_which_header_is_missing() {
        Received received = EventCodec.read(new RecordHeaders(), "{}".getBytes(UTF_8));

        assertThat(received)
                .isInstanceOfSatisfying(
                        Received.Unreadable.class,
                        unreadable -> assertThat(unreadable.reason()).isEqualTo("header ce_specversion is missing"));
    }

    @Test
    void a_value_that_is_no_json_is_unreadable_not_an_exception() {
        Received received = EventCodec.read(headers(), "{ not json".getBytes(UTF_8));

        assertThat(received).isInstanceOf(Received.Unreadable.class);
    }

    @Test
    void a_field_from_a_newer_sender_is_overlooked() {
        Received received = EventCodec.read(
                headers(),
                "{\"campaign\":\"a\",\"reason\":\"r\",\"summary\":\"s\",\"colour\":\"blue\"}".getBytes(UTF_8));

        assertThat(received).isInstanceOf(Received.Parsed.class);
    }

    @Test
    void the_step_of_a_record_is_told_where_it_is_of_the_type_asked_for() {
        RecordHeaders verdict = new RecordHeaders();
        verdict.add("ce_type", EventType.STEP_JUDGED.encode().getBytes(UTF_8));
        verdict.add("ce_stepid", "spring/c01/upgrade/2".getBytes(UTF_8));
        RecordHeaders malformed = new RecordHeaders();
        malformed.add("ce_type", EventType.STEP_JUDGED.encode().getBytes(UTF_8));
        malformed.add("ce_stepid", "spring/c01".getBytes(UTF_8));

        assertThat(EventCodec.step(verdict, EventType.STEP_JUDGED)).contains(StepId.parse("spring/c01/upgrade/2"));
        assertThat(EventCodec.step(verdict, EventType.STEP_REQUESTED)).isEmpty();
        assertThat(EventCodec.step(malformed, EventType.STEP_JUDGED)).isEmpty();
        assertThat(EventCodec.step(new RecordHeaders(), EventType.STEP_JUDGED)).isEmpty();
    }

    @Test
    void a_record_without_a_value_is_a_tombstone() {
        assertThat(EventCodec.read(new RecordHeaders(), null)).isEqualTo(new Received.Tombstone());
    }

    private static Headers headers() {
        RecordHeaders headers = new RecordHeaders();
        headers.add("ce_specversion", "1.0".getBytes(UTF_8));
        headers.add("ce_id", "1".getBytes(UTF_8));
        headers.add("ce_source", "/test".getBytes(UTF_8));
        headers.add("ce_type", "io.calicofleet.campaign.paused.v1".getBytes(UTF_8));
        headers.add("ce_time", "2026-11-23T10:00:00Z".getBytes(UTF_8));
        return headers;
    }
}
