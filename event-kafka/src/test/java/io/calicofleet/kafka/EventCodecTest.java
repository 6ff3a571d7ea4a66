package io.calicofleet.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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
