package io.calicofleet.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.EventAttributes;
import io.calicofleet.event.EventType;
import io.calicofleet.event.StepId;
import io.calicofleet.event.TraceContext;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * CloudEvents attributes as Kafka headers, as the Kafka protocol binding of CloudEvents 1.0 has it for binary content
 * mode: an attribute {@code x} is the header {@code ce_x} in UTF-8.
 */
final class CloudEventHeaders {

    static final String CONTENT_TYPE = "content-type";
    private static final String JSON = "application/json";
    private static final String SPEC_VERSION = "1.0";

    /** In which order they are written. */
    static final List<String> ORDER = List.of(
            CONTENT_TYPE,
            "ce_specversion",
            "ce_id",
            "ce_source",
            "ce_type",
            "ce_time",
            "ce_subject",
            "ce_campaign",
            "ce_stepid",
            "ce_actor",
            "ce_traceparent",
            "ce_tracestate");

    private CloudEventHeaders() {}

    static void write(EventAttributes attributes, Headers headers) {
        set(headers, CONTENT_TYPE, JSON);
        set(headers, "ce_specversion", SPEC_VERSION);
        set(headers, "ce_id", attributes.id());
        set(headers, "ce_source", attributes.source());
        set(headers, "ce_type", attributes.type().encode());
        set(headers, "ce_time", IsoTime.format(attributes.time()));
        set(headers, "ce_subject", attributes.subject());
        set(headers, "ce_campaign", attributes.campaign());
        set(headers, "ce_stepid", attributes.step());
        set(headers, "ce_actor", attributes.actor());
        TraceContext trace = attributes.trace();
        set(headers, "ce_traceparent", trace == null ? null : trace.traceparent());
        set(headers, "ce_tracestate", trace == null ? null : trace.tracestate());
    }

    /** @throws IllegalArgumentException where an attribute is missing or malformed; the message names it */
    static EventAttributes read(Headers headers) {
        String version = required(headers, "ce_specversion");
        if (!version.startsWith("1.")) {
            throw new IllegalArgumentException("ce_specversion is " + version + ", not 1.0");
        }
        String type = required(headers, "ce_type");
        String subject = text(headers, "ce_subject");
        String campaign = text(headers, "ce_campaign");
        String step = text(headers, "ce_stepid");
        return new EventAttributes(
                required(headers, "ce_id"),
                required(headers, "ce_source"),
                EventType.find(type).orElseThrow(() -> new IllegalArgumentException("unknown ce_type " + type)),
                time(required(headers, "ce_time")),
                subject == null ? null : ClusterId.of(subject),
                campaign == null ? null : CampaignName.of(campaign),
                step == null ? null : StepId.parse(step),
                text(headers, "ce_actor"),
                TraceContext.read(text(headers, "ce_traceparent"), text(headers, "ce_tracestate")));
    }

    /** @throws IllegalArgumentException where the step is malformed */
    static Optional<StepId> step(Headers headers, EventType type) {
        return type.encode().equals(text(headers, "ce_type"))
                ? Optional.ofNullable(text(headers, "ce_stepid")).map(StepId::parse)
                : Optional.empty();
    }

    private static Instant time(String text) {
        // A sign is ISO 8601 for years of more than four digits, which RFC 3339 does not have.
        if (text.startsWith("+") || text.startsWith("-")) {
            throw noTime(text, null);
        }
        try {
            return IsoTime.parse(text);
        } catch (DateTimeParseException e) {
            throw noTime(text, e);
        }
    }

    private static IllegalArgumentException noTime(String text, @Nullable DateTimeParseException why) {
        return new IllegalArgumentException("ce_time is '" + text + "', not an RFC 3339 time", why);
    }

    private static String required(Headers headers, String name) {
        String value = text(headers, name);
        if (value == null) {
            throw new IllegalArgumentException("header " + name + " is missing");
        }
        return value;
    }

    private static @Nullable String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
    }

    private static void set(Headers headers, String name, @Nullable Object value) {
        // Streams hands the headers of its input on to its output: replace, never add beside.
        if (headers.lastHeader(name) != null) {
            headers.remove(name);
        }
        if (value != null) {
            headers.add(name, value.toString().getBytes(UTF_8));
        }
    }
}
