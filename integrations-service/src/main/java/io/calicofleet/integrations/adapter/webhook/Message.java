package io.calicofleet.integrations.adapter.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.calicofleet.event.Event;
import io.calicofleet.event.EventAttributes;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.integrations.core.Severity;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.jackson.JsonFormat;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * An event as it is sent: a CloudEvent in structured mode, so that what is signed has its attributes too.
 *
 * @param id its webhook-id: the same whenever the same event is sent
 * @param body its JSON
 */
record Message(String id, String body) {

    /** The media type of {@link #body}. */
    static final String CONTENT_TYPE = JsonFormat.CONTENT_TYPE + "; charset=UTF-8";

    private static final int ID_BYTES = 18;

    /**
     * That of an event.
     *
     * @param payload its payload as it came, with whatever this version does not know
     */
    static Message of(Event<? extends FleetEvent> event, byte[] payload) {
        EventAttributes attributes = event.attributes();
        CloudEventBuilder builder = builder(event)
                .withId(attributes.id())
                .withSource(URI.create(attributes.source()))
                .withType(attributes.type().encode())
                .withData("application/json", payload);
        if (attributes.subject() != null) {
            builder.withSubject(attributes.subject().value());
        }
        return new Message(id(attributes.source() + "\n" + attributes.id()), json(builder));
    }

    /**
     * That of the CDEvent that an event becomes, by the binding of CDEvents to CloudEvents; empty where it becomes none.
     *
     * @param page where people look
     */
    static Optional<Message> ofCdEvents(Event<? extends FleetEvent> event, byte[] payload, URI page) {
        return CdEvents.of(event, payload, page)
                .map(told -> new Message(
                        id(CdEvents.SOURCE + "\n" + told.id()),
                        json(builder(event)
                                .withId(told.id())
                                .withSource(URI.create(CdEvents.SOURCE))
                                .withType(told.type())
                                .withSubject(told.subject())
                                .withData("application/json", told.json().getBytes(UTF_8)))));
    }

    private static CloudEventBuilder builder(Event<? extends FleetEvent> event) {
        EventAttributes attributes = event.attributes();
        CloudEventBuilder builder = CloudEventBuilder.v1()
                .withTime(attributes.time().atOffset(ZoneOffset.UTC))
                .withExtension("severity", Severity.of(event.data()).encode());
        if (attributes.campaign() != null) {
            builder.withExtension("campaign", attributes.campaign().value());
        }
        if (attributes.step() != null) {
            builder.withExtension("stepid", attributes.step().encode());
        }
        if (attributes.actor() != null) {
            builder.withExtension("actor", attributes.actor());
        }
        if (attributes.trace() != null) {
            builder.withExtension("traceparent", attributes.trace().traceparent());
            if (attributes.trace().tracestate() != null) {
                builder.withExtension("tracestate", attributes.trace().tracestate());
            }
        }
        return builder;
    }

    private static String json(CloudEventBuilder builder) {
        return new String(new JsonFormat().serialize(builder.build()), UTF_8);
    }

    /** Without the dots that stand between the parts of what is signed. */
    private static String id(String name) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(UTF_8));
            return "msg_" + Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, ID_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
